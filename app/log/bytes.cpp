// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/bytes.h"

#include <QDir>
#include <QFile>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace narscope::log {

namespace {

QString systemError()
{
    return QString::fromLocal8Bit(std::strerror(errno));
}

Result<qint64> readAt(int fd, qint64 offset, std::span<char> buffer, qint64 size, const QString &where)
{
    const qint64 wanted = qBound<qint64>(0, size - offset, qint64(buffer.size()));
    qint64 done = 0;
    while (done < wanted) {
        const auto got = ::pread(fd, buffer.data() + done, size_t(wanted - done), offset + done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return problemSaying(ProblemKind::Io, u"The log cannot be read."_s, where, systemError());
        if (got == 0)
            return problemSaying(ProblemKind::Io, u"The log became shorter while it was read."_s, where,
                u"%1 bytes are left of %2"_s.arg(offset + done).arg(size));
        done += got;
    }
    return done;
}

} // namespace

Result<QByteArray> Bytes::read(Offset offset, qint64 count) const
{
    QByteArray bytes(qBound<qint64>(0, size() - offset.value, count), Qt::Uninitialized);
    const auto got = readInto(offset, {bytes.data(), size_t(bytes.size())});
    if (!got)
        return std::unexpected(got.error());
    bytes.truncate(*got);
    return bytes;
}

Result<qint64> MemoryBytes::readInto(Offset offset, std::span<char> buffer) const
{
    const auto part = QByteArrayView(m_bytes).sliced(qBound<qint64>(0, offset.value, m_bytes.size()));
    const auto count = qMin(part.size(), qsizetype(buffer.size()));
    std::copy_n(part.data(), count, buffer.data());
    return count;
}

FileBytes::FileBytes(QString path, int fd, qint64 size, quint64 inode)
    : m_path(std::move(path))
    , m_fd(fd)
    , m_inode(inode)
    , m_size(size)
{
}

FileBytes::~FileBytes()
{
    ::close(m_fd);
}

Result<std::shared_ptr<FileBytes>> FileBytes::open(const QString &path)
{
    const int fd = ::open(QFile::encodeName(path).constData(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return problemSaying(errno == ENOENT ? ProblemKind::NotFound : ProblemKind::Io, u"The file cannot be opened."_s,
            path, systemError());
    struct stat info{};
    if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        ::close(fd);
        return problemSaying(ProblemKind::Usage, u"This is not a file that can be read as a log."_s, path);
    }
    return std::shared_ptr<FileBytes>(new FileBytes(path, fd, info.st_size, info.st_ino));
}

Result<qint64> FileBytes::readInto(Offset offset, std::span<char> buffer) const
{
    return readAt(m_fd, offset.value, buffer, size(), m_path);
}

FileBytes::Change FileBytes::look()
{
    struct stat here{};
    struct stat named{};
    if (::fstat(m_fd, &here) != 0)
        return Change::Gone;
    if (here.st_size < size())
        return Change::Truncated;
    if (here.st_size > size()) {
        m_size.store(here.st_size, std::memory_order_release);
        return Change::Grew;
    }
    if (::stat(QFile::encodeName(m_path).constData(), &named) != 0)
        return Change::Gone;
    return named.st_ino == m_inode ? Change::None : Change::Replaced;
}

Spool::Spool(int fd, qint64 limit)
    : m_fd(fd)
    , m_limit(limit)
{
}

Spool::~Spool()
{
    ::close(m_fd);
}

Result<std::shared_ptr<Spool>> Spool::create(const QString &folder, qint64 limit)
{
    if (!QDir().mkpath(folder))
        return problemSaying(ProblemKind::Io, u"The folder for logs cannot be made."_s, folder);
    int fd = ::open(QFile::encodeName(folder).constData(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) { // file systems without O_TMPFILE
        QByteArray name = QFile::encodeName(folder + u"/spool-XXXXXX"_s);
        fd = ::mkostemp(name.data(), O_CLOEXEC);
        if (fd >= 0)
            ::unlink(name.constData());
    }
    if (fd < 0)
        return problemSaying(ProblemKind::Io, u"A file for the log cannot be made."_s, folder, systemError());
    return std::shared_ptr<Spool>(new Spool(fd, limit));
}

Result<void> Spool::append(QByteArrayView bytes)
{
    const auto start = size();
    const auto room = qMin<qint64>(bytes.size(), m_limit - start);
    qint64 done = 0;
    while (done < room) {
        const auto wrote = ::pwrite(m_fd, bytes.data() + done, size_t(room - done), start + done);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0) {
            m_size.store(start + done, std::memory_order_release);
            return problemSaying(ProblemKind::Io,
                errno == ENOSPC ? u"The disk is full; the log is kept up to here."_s : u"The log cannot be kept."_s, {},
                systemError());
        }
        done += wrote;
    }
    m_size.store(start + done, std::memory_order_release);
    if (room < bytes.size())
        return problemSaying(ProblemKind::TooLarge, u"The log is larger than the limit; it is kept up to there."_s, {},
            u"limit %1 bytes"_s.arg(m_limit));
    return {};
}

Result<qint64> Spool::readInto(Offset offset, std::span<char> buffer) const
{
    return readAt(m_fd, offset.value, buffer, size(), {});
}

} // namespace narscope::log
