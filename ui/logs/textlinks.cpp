// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logs/textlinks.h"

#include <QUrl>

#include <algorithm>
#include <span>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr qsizetype searched = 16 * 1024; ///< units of a line that are looked at for links
constexpr size_t mostWords = 300; ///< in the part that differs; more is one difference

const auto store = u"/nix/store/"_s;
constexpr qsizetype hashLength = 32;

bool isHashPart(QChar c)
{
    return (c >= u'0' && c <= u'9') || (c >= u'a' && c <= u'z' && !u"eotu"_s.contains(c));
}

bool isNamePart(QChar c)
{
    return c.unicode() < 0x80 && (c.isLetterOrNumber() || u"+-._?="_s.contains(c));
}

/// The end of the store path's name at `at`, behind «/nix/store/»; -1: it is none.
qsizetype storeNameEnd(QStringView text, qsizetype at)
{
    if (at + hashLength + 1 >= text.size() || text[at + hashLength] != u'-')
        return -1;
    if (!std::all_of(text.begin() + at, text.begin() + at + hashLength, isHashPart))
        return -1;
    auto end = at + hashLength + 1;
    while (end < text.size() && isNamePart(text[end]))
        ++end;
    while (text[end - 1] == u'.' || text[end - 1] == u'?') // of the sentence
        --end;
    return end > at + hashLength + 1 ? end : -1;
}

std::optional<QString> openable(const QString &address)
{
    const QUrl url(address, QUrl::StrictMode);
    if (!url.isValid() || url.scheme() != "https"_L1 || url.host().isEmpty() || !url.userInfo().isEmpty())
        return {};
    return url.toString(QUrl::FullyEncoded);
}

void addStorePaths(std::vector<TextLink> &links, QStringView text)
{
    for (auto at = text.indexOf(store); at >= 0; at = text.indexOf(store, at + 1)) {
        const auto end = storeNameEnd(text, at + store.size());
        if (end > 0)
            links.push_back({{qint32(at), qint32(end)}, text.sliced(at, end - at).toString()});
    }
}

void addAddresses(std::vector<TextLink> &links, QStringView text)
{
    const auto scheme = u"https://"_s;
    for (auto at = text.indexOf(scheme); at >= 0; at = text.indexOf(scheme, at + 1)) {
        auto end = at;
        while (end < text.size() && text[end].unicode() > 0x20 && !u"\"'<>`|\\^{}"_s.contains(text[end]))
            ++end;
        while (end > at && u".,;:!?)]"_s.contains(text[end - 1]))
            --end;
        if (const auto target = openable(text.sliced(at, end - at).toString()))
            links.push_back({{qint32(at), qint32(end)}, *target});
    }
}

std::vector<QStringView> wordsOf(QStringView text)
{
    std::vector<QStringView> words;
    for (qsizetype at = 0; at < text.size();) {
        auto end = at + 1;
        while (text[at].isLetterOrNumber() && end < text.size() && text[end].isLetterOrNumber())
            ++end;
        words.push_back(text.sliced(at, end - at));
        at = end;
    }
    return words;
}

/// A hash of some kind, as comparing takes it: long, of letters and digits.
bool isHash(QStringView word)
{
    constexpr qsizetype shortest = 7;
    return word.size() >= shortest && std::ranges::any_of(word, [](QChar c) { return c.isDigit(); })
        && std::ranges::any_of(word, [](QChar c) { return c.isLetter(); });
}

bool isSame(QStringView a, QStringView b)
{
    return a == b || (a.size() == b.size() && isHash(a) && isHash(b));
}

/// Which of `a` are in the longest common subsequence with `b`.
std::vector<bool> commonWords(std::span<const QStringView> a, std::span<const QStringView> b)
{
    std::vector<bool> common(a.size());
    if (a.size() > mostWords || b.size() > mostWords)
        return common;
    const auto width = b.size() + 1;
    std::vector<quint16> lengths((a.size() + 1) * width);
    for (size_t i = a.size(); i-- > 0;) {
        for (size_t j = b.size(); j-- > 0;)
            lengths[i * width + j] = isSame(a[i], b[j])
                ? quint16(lengths[(i + 1) * width + j + 1] + 1)
                : qMax(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
    }
    for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
        if (isSame(a[i], b[j])) {
            common[i++] = true;
            ++j;
        } else if (lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]) {
            ++i;
        } else {
            ++j;
        }
    }
    return common;
}

} // namespace

std::vector<TextLink> linksIn(const log::CookedLine &line)
{
    std::vector<TextLink> links;
    for (const auto &span : line.links) {
        if (const auto target = openable(QString::fromUtf8(span.address)))
            links.push_back({{span.begin, span.end}, *target});
    }
    const auto text = QStringView(line.text).first(qMin(line.text.size(), searched));
    addStorePaths(links, text);
    addAddresses(links, text);
    std::ranges::stable_sort(links, {}, [](const TextLink &link) { return link.range.begin; });
    std::vector<TextLink> apart;
    for (auto &link : links) {
        if (apart.empty() || link.range.begin >= apart.back().range.end)
            apart.push_back(std::move(link));
    }
    return apart;
}

std::vector<TextRange> differentWords(QStringView text, QStringView other)
{
    const auto mine = wordsOf(text.first(qMin(text.size(), searched)));
    const auto theirs = wordsOf(other.first(qMin(other.size(), searched)));
    size_t begin = 0;
    while (begin < mine.size() && begin < theirs.size() && isSame(mine[begin], theirs[begin]))
        ++begin;
    size_t tail = 0;
    while (tail < mine.size() - begin && tail < theirs.size() - begin
        && isSame(mine[mine.size() - 1 - tail], theirs[theirs.size() - 1 - tail]))
        ++tail;
    const auto middle = std::span(mine).subspan(begin, mine.size() - begin - tail);
    const auto common = commonWords(middle, std::span(theirs).subspan(begin, theirs.size() - begin - tail));
    std::vector<TextRange> ranges;
    for (size_t i = 0; i < middle.size(); ++i) {
        if (common[i])
            continue;
        const auto from = qint32(middle[i].data() - text.data());
        if (!ranges.empty() && ranges.back().end == from)
            ranges.back().end = from + qint32(middle[i].size());
        else
            ranges.push_back({from, from + qint32(middle[i].size())});
    }
    return ranges;
}

} // namespace narscope::ui
