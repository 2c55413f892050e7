// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/evidencelog.h"

#include "base/hash.h"

#include <QDir>
#include <QFileInfo>
#include <QRandomGenerator>

#include <ranges>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace narscope::trace {

namespace {

/// flock, which the kernel drops when the program ends in whatever way.
class Locked {
public:
    explicit Locked(int handle)
        : m_handle(handle)
    {
        while (::flock(m_handle, LOCK_EX) != 0 && errno == EINTR) { }
    }
    Locked(const Locked &) = delete;
    Locked &operator=(const Locked &) = delete;
    ~Locked() { ::flock(m_handle, LOCK_UN); }

private:
    int m_handle;
};

qint64 sizeOf(int handle)
{
    struct stat facts{};
    return ::fstat(handle, &facts) == 0 ? facts.st_size : -1;
}

QByteArray readAt(int handle, qint64 from, qint64 size)
{
    QByteArray bytes(size, '\0');
    const auto got = ::pread(handle, bytes.data(), size_t(size), from);
    bytes.truncate(std::max<qint64>(0, got));
    return bytes;
}

/// What stands at the end of a log.
struct Tail {
    QByteArray line; ///< the last one, without its line feed
    bool isWhole = false; ///< it has one
    std::optional<EvidenceEntry> last; ///< the last line, if it can be read
    qint64 number = -1; ///< of the last entry that can be read
};

Tail tailOf(int handle, qint64 size)
{
    const auto from = std::max<qint64>(0, size - 2 * maxEvidenceLine);
    auto bytes = readAt(handle, from, size - from);
    Tail tail{.line = {}, .isWhole = bytes.endsWith('\n'), .last = {}, .number = -1};
    if (tail.isWhole)
        bytes.chop(1);
    const auto lines = bytes.split('\n');
    tail.line = lines.last();
    for (const auto &line : lines | std::views::reverse) {
        const auto entry = readEvidenceLine(line);
        if (!entry)
            continue;
        if (&line == &lines.last() && tail.isWhole)
            tail.last = *entry;
        tail.number = entry->number;
        break;
    }
    return tail;
}

Sighting resumed(Milliseconds now, const QString &why, const QString &what)
{
    return {.kind = EvidenceKind::Resumed,
        .at = now,
        .subject = why,
        .value = what,
        .url = {},
        .text = {},
        .node = {},
        .cache = {}};
}

constexpr qint64 headSize = 128;
const auto goneWords = u"Entries up to the number and hash here were in this log, and are gone."_s;

QString goneText(const EvidenceHead &head)
{
    return u"%1 %2"_s.arg(head.number).arg(QString::fromLatin1(head.hash));
}

QByteArray headText(qint64 number, const QByteArray &hash)
{
    return QByteArray::number(number).rightJustified(19, '0') + ' ' + hash + '\n';
}

} // namespace

QString evidenceHeadFile(const QString &log)
{
    return log + u".head"_s;
}

std::optional<EvidenceHead> parseEvidenceHead(QByteArrayView text)
{
    bool isNumber = false;
    const auto space = text.indexOf(' ');
    const auto number = text.first(std::max<qsizetype>(0, space)).toByteArray().toLongLong(&isNumber);
    auto hash = text.sliced(space + 1).trimmed().toByteArray();
    const auto digits = fromBase16(hash);
    if (!isNumber || number < 0 || !digits || digits->size() != digestSize(HashAlgorithm::Sha256))
        return std::nullopt;
    return EvidenceHead{.number = number, .hash = std::move(hash)};
}

EvidenceLog::EvidenceLog(QString file, int handle, int head)
    : m_file(std::move(file))
    , m_handle(handle)
    , m_head(head)
{
}

EvidenceLog::~EvidenceLog()
{
    ::fsync(m_handle);
    ::close(m_handle);
    ::close(m_head);
}

std::unexpected<Problem> EvidenceLog::ioProblem(const QString &sentence) const
{
    return problemSaying(ProblemKind::Io, sentence, m_file, QString::fromLocal8Bit(std::strerror(errno)));
}

Result<std::unique_ptr<EvidenceLog>> EvidenceLog::open(const QString &file, Milliseconds now)
{
    QDir().mkpath(QFileInfo(file).absolutePath());
    const auto name = QFile::encodeName(file);
    const auto headName = QFile::encodeName(evidenceHeadFile(file));
    const int handle = ::open(name.constData(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const int head = handle < 0 ? -1 : ::open(headName.constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (head < 0) {
        const int reason = errno;
        if (handle >= 0)
            ::close(handle);
        return problemSaying(ProblemKind::Io, u"The evidence log cannot be opened."_s, file,
            QString::fromLocal8Bit(std::strerror(reason)));
    }
    std::unique_ptr<EvidenceLog> log(new EvidenceLog(file, handle, head));
    const Locked lock(handle);
    if (auto ready = log->begin(now); !ready)
        return std::unexpected(ready.error());
    return log;
}

Result<void> EvidenceLog::begin(Milliseconds now)
{
    if (sizeOf(m_handle) > 0)
        return catchUp(now);
    const auto head = parseEvidenceHead(readAt(m_head, 0, headSize));
    QByteArray name(16, '\0');
    QRandomGenerator::system()->generate(
        reinterpret_cast<quint32 *>(name.data()), reinterpret_cast<quint32 *>(name.data()) + 4);
    const Sighting opened{.kind = EvidenceKind::Opened,
        .at = now,
        .subject = u"narscope-evidence-1"_s,
        .value = QString::fromLatin1(name.toHex()),
        .url = {},
        .text = {},
        .node = {},
        .cache = {}};
    if (auto written = write(opened, {}); !written)
        return written;
    return head ? write(resumed(now, goneWords, goneText(*head)), {}) : Result<void>();
}

/// Goes on behind what others, or an earlier run, wrote. Under the lock.
Result<void> EvidenceLog::catchUp(Milliseconds now)
{
    const auto size = sizeOf(m_handle);
    if (size == m_end)
        return {};
    const auto tail = tailOf(m_handle, size);
    const auto head = parseEvidenceHead(readAt(m_head, 0, headSize));
    m_end = size;
    m_number = tail.number;
    m_hash = tail.last ? tail.last->hash : hashOf(tail.line).base16();
    if (!tail.last)
        return write(resumed(now, u"The line before cannot be read."_s, QString::number(tail.line.size())),
            tail.isWhole ? QByteArray() : "\n"_ba);
    return head && head->number > m_number ? write(resumed(now, goneWords, goneText(*head)), {}) : Result<void>();
}

Result<void> EvidenceLog::write(Sighting seen, const QByteArray &before)
{
    const auto entry = evidenceEntry(std::move(seen), m_number + 1, m_hash);
    const auto bytes = before + writeEvidenceLine(entry);
    if (::write(m_handle, bytes.constData(), size_t(bytes.size())) != bytes.size())
        return ioProblem(u"The evidence log cannot be written."_s);
    m_end = sizeOf(m_handle);
    m_number = entry.number;
    m_hash = entry.hash;
    const auto head = headText(m_number, m_hash);
    if (::pwrite(m_head, head.constData(), size_t(head.size()), 0) != head.size())
        return ioProblem(u"The end of the evidence log cannot be noted."_s);
    return {};
}

Result<void> EvidenceLog::append(Sighting seen)
{
    const Locked lock(m_handle);
    if (auto ready = catchUp(seen.at); !ready)
        return ready;
    return write(std::move(seen), {});
}

} // namespace narscope::trace
