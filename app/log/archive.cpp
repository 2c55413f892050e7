// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/archive.h"

#include "log/fetch.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QLockFile>
#include <QSaveFile>
#include <QSet>
#include <QTemporaryFile>

#include <zstd.h>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace narscope::log {

namespace {

constexpr qint64 step = 1 << 20;
constexpr int level = 6; ///< of zstd: logs shrink to a tenth at about 100 MB/s
constexpr qsizetype longestLine = 64 * 1024;
constexpr double roomMade = 0.9; ///< of the limit, so that not every log makes others go
constexpr int lockPatience = 10'000; ///< ms

struct FreeStream {
    void operator()(ZSTD_CCtx *stream) const { ZSTD_freeCCtx(stream); }
};

std::unexpected<Problem> failed(const QString &name, const QString &detail)
{
    return problemSaying(ProblemKind::Io, u"The log could not be kept in the archive."_s, name, detail);
}

/// Compresses the whole log into the file and hashes it on the way.
Result<QByteArray> pack(const Bytes &bytes, QFile &file)
{
    const std::unique_ptr<ZSTD_CCtx, FreeStream> stream(ZSTD_createCCtx());
    ZSTD_CCtx_setParameter(stream.get(), ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(stream.get(), ZSTD_c_checksumFlag, 1);
    QCryptographicHash hash(QCryptographicHash::Sha256);
    QByteArray packed(qsizetype(ZSTD_CStreamOutSize()), Qt::Uninitialized);
    const auto size = bytes.size();
    for (qint64 at = 0; at < size || at == 0;) {
        const auto part = bytes.read(Offset(at), qMin(step, size - at));
        if (!part)
            return std::unexpected(part.error());
        hash.addData(*part);
        at += part->size();
        const bool isLast = at >= size || part->isEmpty();
        ZSTD_inBuffer in{part->constData(), size_t(part->size()), 0};
        for (bool isMore = true; isMore;) {
            ZSTD_outBuffer out{packed.data(), size_t(packed.size()), 0};
            const auto left = ZSTD_compressStream2(stream.get(), &out, &in, isLast ? ZSTD_e_end : ZSTD_e_continue);
            if (ZSTD_isError(left))
                return failed(file.fileName(), QString::fromUtf8(ZSTD_getErrorName(left)));
            if (file.write(packed.constData(), qint64(out.pos)) != qint64(out.pos))
                return failed(file.fileName(), file.errorString());
            isMore = isLast ? left != 0 : in.pos < in.size;
        }
        if (isLast)
            break;
    }
    return hash.result().toHex();
}

} // namespace

bool ArchivedLog::isOfSame(const ArchivedLog &other) const
{
    if (!derivation.isEmpty() && derivation == other.derivation)
        return true;
    if (build.value > 0 || other.build.value > 0)
        return server == other.server && build == other.build && step == other.step;
    return address == other.address && derivation == other.derivation;
}

Archive::Archive(QString folder, qint64 limit)
    : m_folder(std::move(folder))
    , m_limit(limit)
{
}

QString Archive::objectName(const QByteArray &digest) const
{
    const auto name = QString::fromLatin1(digest);
    return m_folder + u"/objects/"_s + name.left(2) + u'/' + name + u".zst"_s;
}

QList<ArchivedLog> Archive::readIndex() const
{
    QList<ArchivedLog> logs;
    QFile file(indexName());
    if (!file.open(QIODevice::ReadOnly))
        return logs;
    while (!file.atEnd() && logs.size() < maxArchived) {
        if (auto log = readArchived(file.readLine(longestLine).trimmed()))
            logs << std::move(*log);
    }
    return logs;
}

QList<ArchivedLog> Archive::logs() const
{
    const QMutexLocker lock(&m_mutex);
    auto logs = readIndex();
    std::ranges::reverse(logs);
    return logs;
}

Result<void> Archive::append(const ArchivedLog &log) const
{
    QFile file(indexName());
    if (!file.open(QIODevice::ReadWrite | QIODevice::Append | QIODevice::Unbuffered))
        return failed(file.fileName(), file.errorString());
    // A line that a crash left half is ended first, so that it takes no other one with it.
    bool endsOpen = false;
    if (file.size() > 0 && file.seek(file.size() - 1))
        endsOpen = file.read(1) != "\n";
    const auto line = (endsOpen ? "\n"_ba : QByteArray()) + writeArchived(log) + '\n';
    if (file.write(line) != line.size())
        return failed(file.fileName(), file.errorString());
    ::fsync(file.handle());
    return {};
}

Result<ArchivedLog> Archive::keep(const Bytes &bytes, ArchivedLog about)
{
    const QMutexLocker lock(&m_mutex);
    if (!QDir().mkpath(m_folder + u"/objects"_s))
        return failed(m_folder, {});
    QLockFile others(m_folder + u"/lock"_s);
    if (!others.tryLock(lockPatience))
        return failed(m_folder, u"another program is busy with it"_s);
    QTemporaryFile file(m_folder + u"/objects/new-XXXXXX"_s);
    if (!file.open())
        return failed(file.fileName(), file.errorString());
    about.size = bytes.size();
    const auto digest = pack(bytes, file);
    if (!digest)
        return std::unexpected(digest.error());
    if (!file.flush())
        return failed(file.fileName(), file.errorString());
    ::fsync(file.handle());
    about.digest = *digest;
    about.packed = file.size();
    const auto name = objectName(about.digest);
    if (!QFile::exists(name)) {
        QDir().mkpath(name.section(u'/', 0, -2));
        if (!file.rename(name))
            return failed(name, file.errorString());
        file.setAutoRemove(false);
    }
    auto logs = readIndex();
    const bool isKnown = std::ranges::any_of(logs, [&about](const ArchivedLog &log) {
        return log.digest == about.digest && log.isOfSame(about) && log.stoppedAt == about.stoppedAt
            && log.fingerprint == about.fingerprint;
    });
    if (isKnown)
        return about;
    if (const auto appended = append(about); !appended)
        return std::unexpected(appended.error());
    logs << about;
    if (const auto gone = letGo(std::move(logs)); !gone)
        return std::unexpected(gone.error());
    return about;
}

/// The index first: a file that no line names is only lost room.
Result<void> Archive::letGo(QList<ArchivedLog> logs) const
{
    QHash<QByteArray, qint64> sizes;
    for (const auto &log : logs)
        sizes.insert(log.digest, log.packed);
    qint64 sum = 0;
    for (const auto size : std::as_const(sizes))
        sum += size;
    if (sum <= m_limit && logs.size() < maxArchived)
        return {};
    QSet<QByteArray> gone;
    const auto newest = logs.back().digest;
    for (const auto &log : std::as_const(logs)) {
        if (double(sum) <= double(m_limit) * roomMade)
            break;
        if (log.digest == newest || gone.contains(log.digest)) // what was kept last stays, whatever its size
            continue;
        gone << log.digest;
        sum -= sizes.value(log.digest);
    }
    logs.removeIf([&gone](const ArchivedLog &log) { return gone.contains(log.digest); });
    logs = logs.last(qMin(logs.size(), maxArchived * 9 / 10));
    QSaveFile index(indexName());
    if (!index.open(QIODevice::WriteOnly))
        return failed(index.fileName(), index.errorString());
    for (const auto &log : std::as_const(logs))
        index.write(writeArchived(log) + '\n');
    if (!index.commit())
        return failed(index.fileName(), index.errorString());
    for (const auto &digest : std::as_const(gone))
        QFile::remove(objectName(digest));
    return {};
}

Result<std::shared_ptr<const Bytes>> Archive::open(const QByteArray &digest, const QString &spoolFolder) const
{
    static const auto isHex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    if (digest.size() != 64 || !std::ranges::all_of(digest, isHex))
        return problemSaying(ProblemKind::Usage, u"This is no log of the archive."_s, QString::fromLatin1(digest));
    const auto name = objectName(digest);
    if (!QFile::exists(name))
        return problemSaying(
            ProblemKind::NotFound, u"The archive has this log no more: it was let go for newer ones."_s, name);
    const auto opened = openLogFile(name, spoolFolder, maxLogSize);
    if (!opened || opened->cut)
        return std::unexpected(opened ? *opened->cut : opened.error());
    return opened->bytes;
}

QList<ArchivedLog> sameFailure(const ArchivedLog &log, const QList<ArchivedLog> &logs)
{
    QList<ArchivedLog> same;
    for (const auto &other : logs) {
        if (log.fingerprint.isEmpty() || other.fingerprint != log.fingerprint || other.isOfSame(log))
            continue;
        if (std::ranges::none_of(same, [&other](const ArchivedLog &known) { return known.isOfSame(other); }))
            same << other;
    }
    return same;
}

} // namespace narscope::log
