// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <hs/hs.h>
#include <pcre2.h>

#include <algorithm>
#include <cstring>

using namespace Qt::StringLiterals;

namespace narscope::log {

namespace {

struct FreeCode {
    void operator()(pcre2_code *code) const { pcre2_code_free(code); }
};
struct FreeMatchData {
    void operator()(pcre2_match_data *data) const { pcre2_match_data_free(data); }
};
struct FreeMatchContext {
    void operator()(pcre2_match_context *context) const { pcre2_match_context_free(context); }
};
struct FreeDatabase {
    void operator()(hs_database_t *database) const { hs_free_database(database); }
};
struct FreeScratch {
    void operator()(hs_scratch_t *scratch) const { hs_free_scratch(scratch); }
};

QByteArray escaped(const QByteArray &literal)
{
    QByteArray regex;
    for (const char c : literal) {
        if (std::strchr("\\^$.|?*+()[]{}#&-~/ ", c) && c != '\0')
            regex += '\\';
        regex += c == '\0' ? QByteArray("\\x00") : QByteArray(1, c);
    }
    return regex;
}

QByteArray regexOf(const Pattern &pattern)
{
    const auto text = pattern.text.toUtf8();
    auto regex = pattern.isRegex ? text : escaped(text);
    if (pattern.wholeWord)
        regex = "\\b(?:" + regex + ")\\b";
    return regex;
}

/// Whether every byte-wise match of Vectorscan, on any bytes, covers all matches of PCRE2: only ASCII, no class that
/// could match a character of several bytes, and nothing that Vectorscan takes long to compile.
bool isByteSafe(const QByteArray &regex)
{
    bool isInClass = false;
    for (qsizetype i = 0; i < regex.size(); ++i) {
        const char c = regex[i];
        const char next = i + 1 < regex.size() ? regex[i + 1] : '\0';
        if (static_cast<unsigned char>(c) >= 0x80 || c < 0x20)
            return false;
        if (c == '\\') {
            // Words, digits and word boundaries are ASCII to both (no UCP); punctuation stands for itself.
            if (std::isalnum(static_cast<unsigned char>(next)) && !std::strchr("wdbtsx", next))
                return false;
            ++i;
        } else if (isInClass) {
            if (c == '[') // a POSIX class, which may be negated
                return false;
            isInClass = c != ']';
        } else if (c == '[') {
            if (next == '^' || next == ']')
                return false;
            isInClass = true;
        } else if (c == '.' && next != '*' && next != '+') {
            return false;
        } else if (c == '(' && next == '?' && regex.mid(i + 2, 1) != ":") {
            return false;
        } else if (c == '(' && next == '*') {
            return false;
        } else if (c == '{') {
            return false; // bounded repeats may take Vectorscan half a minute to compile
        } else if (c == '+' && next == '+') {
            return false;
        }
    }
    return true;
}

/// Whether both engines see the same in it: ASCII characters, classes of them, groups, alternation, repetition.
bool isPlainRegex(const QByteArray &regex)
{
    bool isInClass = false;
    for (qsizetype i = 0; i < regex.size(); ++i) {
        const char c = regex[i];
        const char next = i + 1 < regex.size() ? regex[i + 1] : '\0';
        if (c == '\\') {
            if (std::isalnum(static_cast<unsigned char>(next)) && next != 'd' && next != 'w')
                return false;
            ++i;
        } else if (isInClass) {
            if (c == '[') // a POSIX class
                return false;
            isInClass = c != ']';
        } else if (c == '[') {
            if (next == ']')
                return false;
            isInClass = true;
        } else if (!std::isalnum(static_cast<unsigned char>(c)) && !std::strchr(" _|:/=,-@%~<>\"'!&;#()+*?", c)) {
            return false;
        }
    }
    return !isInClass;
}

/// The same for the question whether a line matches: what is repeated at either end need be there only once, and
/// Vectorscan then reports one end of a match instead of each.
QByteArray withoutOuterRepeats(QByteArray regex)
{
    const auto isRepeat = [&regex](qsizetype at) {
        const char next = at + 1 < regex.size() ? regex[at + 1] : '\0';
        return at > 0 && at < regex.size() && regex[at] == '+' && next != '+' && next != '?';
    };
    if (regex.startsWith('[')) {
        const auto end = regex.indexOf(']');
        if (isRepeat(end + 1) && !regex.first(end).contains('\\'))
            regex.remove(end + 1, 1);
    }
    const auto last = regex.size() - 1;
    const bool isClass = last > 1 && regex[last - 1] == ']' && regex[last - 2] != '\\';
    if (isRepeat(last) && isClass)
        regex.chop(1);
    return regex;
}

/// The bytes that stand in a plain regular expression by themselves: outside of classes, groups and what may be absent.
QByteArray lonelyBytes(const QByteArray &regex)
{
    QByteArray bytes;
    int depth = 0;
    for (qsizetype i = 0; i < regex.size(); ++i) {
        char c = regex[i];
        bool isItself = !std::strchr("[()|+*?", c);
        if (c == '|' && depth == 0)
            return {};
        if (c == '\\') {
            c = regex[++i];
            isItself = std::isalnum(static_cast<unsigned char>(c)) == 0;
        } else if (c == '[') {
            for (++i; regex[i] != ']'; ++i)
                i += regex[i] == '\\' ? 1 : 0;
        } else if (c == '(' || c == ')') {
            depth += c == '(' ? 1 : -1;
        }
        const char next = i + 1 < regex.size() ? regex[i + 1] : '\0';
        if (isItself && depth == 0 && next != '?' && next != '*')
            bytes += c;
    }
    return bytes;
}

QByteArray neededBytesOf(const Pattern &pattern)
{
    constexpr size_t most = 3; // each costs a look
    const auto text = pattern.text.toUtf8();
    if (pattern.isRegex && (!isByteSafe(text) || !isPlainRegex(text)))
        return {};
    const auto isWordy = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == ' '; };
    auto bytes = pattern.isRegex ? lonelyBytes(text) : text;
    std::ranges::reverse(bytes);
    std::ranges::stable_partition(bytes, [&](char c) { return !isWordy(c); });
    QByteArray needed;
    for (const char c : std::as_const(bytes)) {
        const bool isCertain = static_cast<unsigned char>(c) < 0x80 && (pattern.matchCase || !std::isalpha(c));
        if (isCertain && !needed.contains(c) && size_t(needed.size()) < most)
            needed += c;
    }
    return needed;
}

/// Whether a candidate of a byte-safe pattern needs no second look: nothing in it can match a line end or looks around.
bool isExact(const Pattern &pattern, const QByteArray &regex)
{
    return !pattern.wholeWord && (!pattern.isRegex || isPlainRegex(regex));
}

} // namespace

struct Matcher::Private {
    std::unique_ptr<pcre2_code, FreeCode> code;
    std::unique_ptr<pcre2_match_context, FreeMatchContext> context;
    std::unique_ptr<hs_database_t, FreeDatabase> database;
    std::unique_ptr<hs_scratch_t, FreeScratch> scratch; ///< cloned by each scan
    bool exact = false;
    QByteArray needed;

    void compileVectorized(const QByteArray &regex, bool matchCase);
    [[nodiscard]] int matchAt(QByteArrayView line, qsizetype from, pcre2_match_data *data) const
    {
        return pcre2_match(code.get(), reinterpret_cast<PCRE2_SPTR>(line.data()), size_t(line.size()), size_t(from), 0,
            data, context.get());
    }
    [[nodiscard]] std::unique_ptr<pcre2_match_data, FreeMatchData> matchData() const
    {
        return std::unique_ptr<pcre2_match_data, FreeMatchData>(pcre2_match_data_create(1, nullptr));
    }
    void scanByLine(QByteArrayView block, std::span<const quint32> passedOver,
        const std::function<void(quint32)> &onLine, ScanNotes &notes) const;
    void scanVectorized(QByteArrayView block, std::span<const quint32> passedOver,
        const std::function<void(quint32)> &onLine, ScanNotes &notes) const;
};

Matcher::Matcher(std::unique_ptr<Private> p)
    : d(std::move(p))
{
}

Matcher::~Matcher() = default;

void Matcher::Private::compileVectorized(const QByteArray &regex, bool matchCase)
{
    hs_database_t *made = nullptr;
    hs_compile_error_t *error = nullptr;
    const unsigned flags = HS_FLAG_MULTILINE | (matchCase ? 0U : unsigned(HS_FLAG_CASELESS));
    if (hs_compile(regex.constData(), flags, HS_MODE_BLOCK, nullptr, &made, &error) != HS_SUCCESS) {
        hs_free_compile_error(error);
        return;
    }
    database.reset(made);
    hs_scratch_t *memory = nullptr;
    if (hs_alloc_scratch(made, &memory) == HS_SUCCESS)
        scratch.reset(memory);
    else
        database.reset();
}

Result<std::shared_ptr<const Matcher>> Matcher::compile(const Pattern &pattern)
{
    if (pattern.text.size() > 10'000)
        return problemSaying(ProblemKind::Usage, u"The pattern is too long."_s);
    const auto regex = regexOf(pattern);
    auto made = std::make_unique<Private>();
    int error = 0;
    size_t at = 0;
    const quint32 options
        = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_MULTILINE | (pattern.matchCase ? 0U : PCRE2_CASELESS);
    made->code.reset(pcre2_compile(
        reinterpret_cast<PCRE2_SPTR>(regex.constData()), size_t(regex.size()), options, &error, &at, nullptr));
    if (!made->code) {
        char text[256] = {};
        pcre2_get_error_message(error, reinterpret_cast<PCRE2_UCHAR *>(text), sizeof text);
        return problemSaying(ProblemKind::Usage,
            u"The pattern is not a regular expression: %1 at character %2."_s.arg(QString::fromUtf8(text)).arg(at + 1));
    }
    pcre2_jit_compile(made->code.get(), PCRE2_JIT_COMPLETE);
    made->context.reset(pcre2_match_context_create(nullptr));
    pcre2_set_match_limit(made->context.get(), matchLimit);
    pcre2_set_depth_limit(made->context.get(), matchLimit);
    if (!regex.isEmpty()
        && (!pattern.isRegex ? std::ranges::all_of(regex, [](char c) { return c >= 0x20; })
                    && (pattern.matchCase || isByteSafe(regex))
                             : isByteSafe(regex)))
        made->compileVectorized(pattern.wholeWord ? regex : withoutOuterRepeats(regex), pattern.matchCase);
    made->exact = isExact(pattern, regex);
    made->needed = neededBytesOf(pattern);
    return std::shared_ptr<const Matcher>(new Matcher(std::move(made)));
}

QByteArrayView Matcher::neededBytes() const
{
    return d->needed;
}

namespace {

/// -1, -2: no (partial) match; other negative results: given up.
bool gaveUp(int result)
{
    return result < PCRE2_ERROR_PARTIAL;
}

} // namespace

namespace {

/// Whether ascending places are among others, also ascending.
class Among {
public:
    explicit Among(std::span<const quint32> places)
        : m_places(places)
    {
    }
    bool operator()(quint32 place)
    {
        while (m_at < m_places.size() && m_places[m_at] < place)
            ++m_at;
        return m_at < m_places.size() && m_places[m_at] == place;
    }

private:
    std::span<const quint32> m_places;
    size_t m_at = 0;
};

} // namespace

void Matcher::Private::scanByLine(QByteArrayView block, std::span<const quint32> passedOver,
    const std::function<void(quint32)> &onLine, ScanNotes &notes) const
{
    const auto data = matchData();
    Among isPassedOver(passedOver);
    for (qsizetype begin = 0; begin < block.size() && !notes.isCancelled();) {
        const auto found = block.indexOf('\n', begin);
        const auto end = found < 0 ? block.size() : found;
        if (!isPassedOver(quint32(begin))) {
            const int result = matchAt(block.sliced(begin, end - begin), 0, data.get());
            if (result >= 0)
                onLine(quint32(begin));
            else if (gaveUp(result))
                ++notes.limitHit;
        }
        begin = end + 1;
    }
}

namespace {

/// Turns ends of matches into lines. Vectorscan promises no order, and one line may come several times.
class LineMarker {
public:
    struct Marked {
        quint32 begin;
        quint32 end; ///< behind its line end

        bool operator==(const Marked &) const = default;
    };

    explicit LineMarker(QByteArrayView block)
        : m_block(block)
    {
    }
    /// `end` is behind the match's last byte.
    void mark(qsizetype end)
    {
        if (end > 0)
            markByte(end - 1);
        // An empty match stands behind the line end before it, and looks like a match of that line end.
        if (end == 0 || (m_block[end - 1] == '\n' && end < m_block.size()))
            markByte(end);
    }
    /// Each line once, ascending.
    [[nodiscard]] const std::vector<Marked> &take()
    {
        if (!std::ranges::is_sorted(m_lines, {}, &Marked::begin))
            std::ranges::sort(m_lines, {}, &Marked::begin);
        const auto twice = std::ranges::unique(m_lines);
        m_lines.erase(twice.begin(), twice.end());
        return m_lines;
    }

private:
    void markByte(qsizetype last)
    {
        if (!m_lines.empty() && last >= m_lines.back().begin && last < m_lines.back().end)
            return;
        const char *const text = m_block.data();
        const auto *before = static_cast<const char *>(memrchr(text, '\n', size_t(last)));
        const auto *after = static_cast<const char *>(std::memchr(text + last, '\n', size_t(m_block.size() - last)));
        m_lines.push_back(
            {quint32(before ? before - text + 1 : 0), quint32(after ? after - text + 1 : m_block.size())});
    }

    QByteArrayView m_block;
    std::vector<Marked> m_lines;
};

} // namespace

void Matcher::Private::scanVectorized(QByteArrayView block, std::span<const quint32> passedOver,
    const std::function<void(quint32)> &onLine, ScanNotes &notes) const
{
    hs_scratch_t *memory = nullptr;
    if (hs_clone_scratch(scratch.get(), &memory) != HS_SUCCESS)
        return scanByLine(block, passedOver, onLine, notes);
    const std::unique_ptr<hs_scratch_t, FreeScratch> own(memory);
    LineMarker marker(block);
    const auto onMatch = [](unsigned, unsigned long long, unsigned long long to, unsigned, void *lines) {
        static_cast<LineMarker *>(lines)->mark(qsizetype(to));
        return 0;
    };
    hs_scan(database.get(), block.data(), unsigned(block.size()), 0, memory, onMatch, &marker);
    const auto data = exact ? nullptr : matchData();
    Among isPassedOver(passedOver);
    for (const auto &[begin, end] : marker.take()) {
        if (isPassedOver(begin))
            continue;
        if (!exact) {
            if (notes.isCancelled())
                return;
            const auto length = end - begin - (end > begin && block[end - 1] == '\n' ? 1 : 0);
            const int result = matchAt(block.sliced(begin, length), 0, data.get());
            if (gaveUp(result))
                ++notes.limitHit;
            if (result < 0)
                continue;
        }
        onLine(begin);
    }
}

void Matcher::scan(QByteArrayView block, std::span<const quint32> passedOver,
    const std::function<void(quint32)> &onLine, ScanNotes &notes) const
{
    if (block.isEmpty())
        return;
    if (d->database)
        d->scanVectorized(block, passedOver, onLine, notes);
    else
        d->scanByLine(block, passedOver, onLine, notes);
}

bool Matcher::matches(QByteArrayView line) const
{
    return d->matchAt(line, 0, d->matchData().get()) >= 0;
}

std::vector<MatchRange> Matcher::ranges(QByteArrayView line, qsizetype most) const
{
    std::vector<MatchRange> found;
    const auto data = d->matchData();
    for (qsizetype from = 0; from <= line.size() && qsizetype(found.size()) < most;) {
        if (d->matchAt(line, from, data.get()) < 0)
            break;
        const auto *vector = pcre2_get_ovector_pointer(data.get());
        const MatchRange range{qsizetype(vector[0]), qsizetype(vector[1])};
        if (range.end > range.begin)
            found.push_back(range);
        from = qMax(range.end, from) + (range.end > range.begin ? 0 : 1);
    }
    return found;
}

} // namespace narscope::log
