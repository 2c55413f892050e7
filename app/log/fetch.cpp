// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/fetch.h"

#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace narscope::log {

namespace {

constexpr qsizetype sniffed = 16;

/// Gives the body of one answer to an unpacker.
class SpoolSink final : public net::BodySink {
public:
    SpoolSink(std::shared_ptr<Spool> spool, std::function<void()> grew)
        : m_unpacker(std::move(spool))
        , m_grew(std::move(grew))
    {
    }
    Result<void> write(QByteArray chunk) override
    {
        auto fed = m_unpacker.feed(chunk);
        if (m_grew)
            m_grew();
        return fed;
    }
    [[nodiscard]] Result<void> finish() { return m_unpacker.finish(); }

private:
    LogUnpacker m_unpacker;
    std::function<void()> m_grew;
};

/// By the byte order mark alone: nothing else tells it surely.
std::optional<QStringConverter::Encoding> utf16Of(QByteArrayView begin)
{
    if (begin.startsWith("\xff\xfe"))
        return QStringConverter::Utf16LE;
    return begin.startsWith("\xfe\xff") ? std::optional(QStringConverter::Utf16BE) : std::nullopt;
}

} // namespace

LogUnpacker::LogUnpacker(std::shared_ptr<Spool> spool, nix::Compression assumed)
    : m_spool(std::move(spool))
    , m_assumed(assumed)
{
}

Result<void> LogUnpacker::begin()
{
    const auto packing = nix::sniffCompression(m_head).value_or(m_assumed);
    m_decoder.emplace(
        packing,
        [this](QByteArrayView bytes) {
            m_written = write(bytes);
            return m_written.has_value();
        },
        nix::DecoderLimits{.output = quint64(maxLogSize)});
    return m_decoder->feed(std::exchange(m_head, {}));
}

Result<void> LogUnpacker::write(QByteArrayView bytes)
{
    if (!std::exchange(m_isSniffed, true)) {
        if (const auto encoding = utf16Of(bytes))
            m_utf16.emplace(*encoding);
    }
    if (!m_utf16)
        return m_spool->append(bytes);
    const QString text = m_utf16->decode(bytes);
    return m_spool->append(text.toUtf8());
}

Result<void> LogUnpacker::feed(QByteArrayView bytes)
{
    if (!m_decoder) {
        m_head += bytes;
        if (m_head.size() < sniffed)
            return {};
    }
    const auto fed = m_decoder ? m_decoder->feed(bytes) : begin();
    return m_written ? fed : m_written; // the spool's reason, not «stopped»
}

Result<void> LogUnpacker::finish()
{
    if (!m_decoder) {
        if (const auto begun = begin(); !begun)
            return m_written ? begun : m_written;
    }
    const auto finished = m_decoder->finish();
    return m_written ? finished : m_written;
}

Task<Result<LogSource>> fetchLog(net::Http &http, LogFetch fetch)
{
    Problem none{.kind = ProblemKind::NotFound, .sentence = u"None of the places asked has this log."_s};
    std::optional<Problem> trouble; ///< of a place that may have it
    QStringList asked;
    for (const auto &source : std::as_const(fetch.sources)) {
        auto sink = std::make_shared<SpoolSink>(fetch.spool, fetch.grew);
        net::Request request{.url = source.url,
            .expect = net::Expect::Text, // a page in its place is a crawler guard's
            .priority = fetch.priority,
            .timeout = net::TimeoutClass::Long,
            .why = fetch.why,
            .maxBody = maxLogSize,
            .sink = sink};
        const auto response = co_await http.fetch(std::move(request));
        if (response) {
            if (const auto finished = sink->finish(); !finished)
                co_return std::unexpected(finished.error());
            co_return source;
        }
        if (fetch.spool->size() > 0)
            co_return std::unexpected(response.error());
        if (response.error().kind != ProblemKind::NotFound && !trouble)
            trouble = response.error();
        asked << source.url.toDisplayString();
    }
    if (trouble)
        co_return std::unexpected(*trouble);
    none.where = asked.join(u", "_s);
    none.advice = u"Logs of Hydra are deleted after about seven months; a build that never ran has none."_s;
    co_return std::unexpected(none);
}

Result<LogBytes> unpackedLog(std::shared_ptr<const Bytes> spool, const Result<void> &result, const QString &where)
{
    if (result)
        return LogBytes{.bytes = std::move(spool), .cut = {}};
    auto cut = result.error();
    cut.where = cut.where.isEmpty() ? where : where + u", "_s + cut.where;
    if (spool->size() == 0)
        return std::unexpected(cut);
    if (cut.kind == ProblemKind::Malformed && cut.detail.startsWith(nix::word(nix::DecoderFault::Trailing)))
        cut.sentence = u"All of this log could be unpacked, but more stands behind it that is no part of it."_s;
    else if (cut.kind == ProblemKind::Malformed)
        cut.sentence = u"This log is damaged: what could be unpacked is shown, the rest is missing. "_s + cut.sentence;
    return LogBytes{.bytes = std::move(spool), .cut = cut};
}

namespace {

Result<void> unpackFile(const FileBytes &file, LogUnpacker &unpacker)
{
    constexpr qint64 step = 1 << 20;
    for (qint64 at = 0; at < file.size(); at += step) {
        const auto part = file.read(Offset(at), step);
        if (!part)
            return std::unexpected(part.error());
        if (auto fed = unpacker.feed(*part); !fed)
            return fed;
    }
    return unpacker.finish();
}

} // namespace

Result<LogBytes> openLogFile(const QString &path, const QString &folder, qint64 limit)
{
    auto file = FileBytes::open(path);
    if (!file)
        return std::unexpected(file.error());
    auto head = (*file)->read(Offset(0), sniffed);
    if (!head)
        return std::unexpected(head.error());
    const auto packing = nix::compressionOfFile(path, *head);
    if (packing == nix::Compression::None && !utf16Of(*head))
        return LogBytes{.bytes = *file, .cut = {}};
    auto spool = Spool::create(folder, limit);
    if (!spool)
        return std::unexpected(spool.error());
    LogUnpacker unpacker(*spool, packing);
    const auto unpacked = unpackFile(**file, unpacker);
    return unpackedLog(*spool, unpacked, path);
}

std::optional<QByteArrayView> splice(QByteArrayView known, QByteArrayView tail)
{
    if (known.isEmpty())
        return {};
    // A tail begins with a line, and a line begins in what is known wherever it began in the log. A short overlap
    // proves nothing: half a line is the beginning of many. Of longer ones the longest is the one that doubles nothing.
    const auto enough = qMin<qsizetype>(known.size(), 512);
    for (qsizetype at = 0; at < known.size(); ++at) {
        const auto rest = known.sliced(at);
        if (rest.size() < enough)
            return {};
        if (rest.size() <= tail.size() && tail.startsWith(rest))
            return tail.sliced(rest.size());
        const auto next = known.indexOf('\n', at);
        if (next < 0)
            return {};
        at = next;
    }
    return {};
}

} // namespace narscope::log
