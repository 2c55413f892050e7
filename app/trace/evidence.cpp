// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/evidence.h"

#include "base/hash.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <array>

using namespace Qt::StringLiterals;

namespace narscope::trace {

namespace {

constexpr std::array words{
    "log"_L1, "resumed"_L1, "channel-pointer"_L1, "git-revision"_L1, "release-index"_L1, "narinfo"_L1};
/// Longer texts are kept by their digest alone: escaped, they might not fit into a line.
constexpr qsizetype longestText = 32 * 1024;
constexpr qsizetype longestField = 2048;

const auto timeForm = u"yyyy-MM-ddTHH:mm:ss.zzzZ"_s;

QString timeText(Milliseconds at)
{
    return QDateTime::fromMSecsSinceEpoch(at.count(), QTimeZone::UTC).toString(timeForm);
}

std::optional<Milliseconds> timeOf(const QString &text)
{
    auto time = QDateTime::fromString(text, timeForm);
    time.setTimeZone(QTimeZone::UTC);
    return time.isValid() ? std::optional(Milliseconds(time.toMSecsSinceEpoch())) : std::nullopt;
}

bool isText(QByteArrayView bytes)
{
    return bytes.size() <= longestText && !bytes.contains('\0') && bytes.isValidUtf8();
}

void add(QJsonObject &object, QLatin1StringView name, const QString &text)
{
    if (!text.isEmpty())
        object.insert(name, text);
}

/// Qt writes members in the order of their names and no space between them.
QByteArray compact(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QJsonObject withoutHash(const EvidenceEntry &entry)
{
    const auto &seen = entry.seen;
    QJsonObject object{{u"n"_s, entry.number}, {u"at"_s, timeText(seen.at)}, {u"kind"_s, word(seen.kind)},
        {u"subject"_s, seen.subject}, {u"sha256"_s, QString::fromLatin1(entry.sha256)}, {u"size"_s, entry.size},
        {u"prev"_s, QString::fromLatin1(entry.previous)}};
    add(object, "value"_L1, seen.value);
    add(object, "url"_L1, seen.url.toString(QUrl::FullyEncoded));
    add(object, "node"_L1, seen.node);
    add(object, "cache"_L1, seen.cache);
    add(object, "text"_L1, QString::fromUtf8(seen.text));
    return object;
}

QByteArray hashOfLine(const EvidenceEntry &entry)
{
    return hashOf(compact(withoutHash(entry))).base16();
}

std::unexpected<Problem> malformed(const QString &sentence)
{
    return problemSaying(ProblemKind::Malformed, sentence);
}

EvidenceEntry entryOf(const QJsonObject &object, EvidenceKind kind, Milliseconds at)
{
    const auto text = [&](QLatin1StringView name) { return object.value(name).toString(); };
    return {.number = object.value("n"_L1).toInteger(-1),
        .seen = {.kind = kind,
            .at = at,
            .subject = text("subject"_L1),
            .value = text("value"_L1),
            .url = QUrl::fromEncoded(text("url"_L1).toUtf8()),
            .text = text("text"_L1).toUtf8(),
            .node = text("node"_L1),
            .cache = text("cache"_L1)},
        .sha256 = text("sha256"_L1).toLatin1(),
        .size = object.value("size"_L1).toInteger(-1),
        .previous = text("prev"_L1).toLatin1(),
        .hash = text("hash"_L1).toLatin1()};
}

} // namespace

QString word(EvidenceKind kind)
{
    return words[size_t(kind)];
}

std::optional<EvidenceKind> evidenceKind(QStringView word)
{
    const auto found = std::ranges::find_if(words, [&](QLatin1StringView known) { return word == known; });
    return found == words.end() ? std::nullopt : std::optional(EvidenceKind(found - words.begin()));
}

EvidenceEntry evidenceEntry(Sighting seen, qint64 number, QByteArray previous)
{
    EvidenceEntry entry{.number = number,
        .seen = std::move(seen),
        .sha256 = {},
        .size = 0,
        .previous = std::move(previous),
        .hash = {}};
    auto &kept = entry.seen;
    entry.sha256 = hashOf(kept.text).base16();
    entry.size = kept.text.size();
    if (!isText(kept.text))
        kept.text.clear();
    for (auto *field : {&kept.subject, &kept.value, &kept.node, &kept.cache})
        *field = QString::fromUtf8(field->left(longestField).remove(QChar(0)).toUtf8()); // no half of a character
    if (kept.url.toEncoded().size() > longestField)
        kept.url.clear();
    entry.hash = hashOfLine(entry);
    if (writeEvidenceLine(entry).size() > maxEvidenceLine) {
        kept.text.clear();
        entry.hash = hashOfLine(entry);
    }
    return entry;
}

QByteArray writeEvidenceLine(const EvidenceEntry &entry)
{
    auto object = withoutHash(entry);
    object.insert(u"hash"_s, QString::fromLatin1(entry.hash));
    return compact(object) + '\n';
}

Result<EvidenceEntry> readEvidenceLine(QByteArrayView line)
{
    if (line.size() >= maxEvidenceLine)
        return malformed(u"The line is longer than %1 bytes."_s.arg(maxEvidenceLine));
    const auto bytes = line.toByteArray();
    const auto object = QJsonDocument::fromJson(bytes).object();
    const auto kind = evidenceKind(object.value("kind"_L1).toString());
    const auto at = timeOf(object.value("at"_L1).toString());
    if (!kind || !at)
        return malformed(u"The line is no entry of an evidence log."_s);
    auto entry = entryOf(object, *kind, *at);
    // One spelling for each entry: then no byte can change and mean the same.
    if (writeEvidenceLine(entry) != bytes + '\n')
        return malformed(u"The line is not written as entries are."_s);
    if (entry.hash != hashOfLine(entry))
        return malformed(u"The line does not have the hash that it says: it was altered."_s);
    if (!entry.seen.text.isEmpty()
        && (entry.size != entry.seen.text.size() || entry.sha256 != hashOf(entry.seen.text).base16()))
        return malformed(u"The text in the line is not the one whose hash it says."_s);
    return entry;
}

} // namespace narscope::trace
