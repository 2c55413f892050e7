// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "log/linetypes.h"

#include <QByteArray>
#include <QString>

#include <atomic>
#include <memory>
#include <span>

namespace narscope::log {

/// The bytes of a log, which are never held whole in memory. They only grow: what was read once reads the same
/// again. Safe from any thread.
class Bytes {
public:
    Bytes() = default;
    Bytes(const Bytes &) = delete;
    Bytes &operator=(const Bytes &) = delete;
    virtual ~Bytes() = default;

    /// How many there are by now.
    [[nodiscard]] virtual qint64 size() const = 0;
    /// Fills the buffer from `offset` on; fewer bytes only at the end. Io: the file was truncated or cannot be read.
    [[nodiscard]] virtual Result<qint64> readInto(Offset offset, std::span<char> buffer) const = 0;

    [[nodiscard]] Result<QByteArray> read(Offset offset, qint64 count) const;
};

/// A log in memory: a small answer, or a test's.
class MemoryBytes final : public Bytes {
public:
    explicit MemoryBytes(QByteArray bytes)
        : m_bytes(std::move(bytes))
    {
    }
    [[nodiscard]] qint64 size() const override { return m_bytes.size(); }
    [[nodiscard]] Result<qint64> readInto(Offset offset, std::span<char> buffer) const override;

private:
    QByteArray m_bytes;
};

/// Somebody else's file. Read with pread only: a mapping would crash when the file is truncated.
class FileBytes final : public Bytes {
public:
    enum class Change { None, Grew, Truncated, Replaced, Gone };

    [[nodiscard]] static Result<std::shared_ptr<FileBytes>> open(const QString &path);
    ~FileBytes() override;

    [[nodiscard]] qint64 size() const override { return m_size.load(std::memory_order_acquire); }
    [[nodiscard]] Result<qint64> readInto(Offset offset, std::span<char> buffer) const override;
    /// Looks at the file again; after Grew size() is larger. After the other changes what is shown is no longer the
    /// file, and reading goes on from the old one as far as it goes. One thread.
    [[nodiscard]] Change look();
    [[nodiscard]] QString path() const { return m_path; }

private:
    FileBytes(QString path, int fd, qint64 size, quint64 inode);
    QString m_path;
    int m_fd;
    quint64 m_inode;
    std::atomic<qint64> m_size;
};

/// A file of our own that a log is written to as it arrives: live logs, unpacked logs, standard input. Nameless on
/// disk, so that it goes with the program whatever happens.
class Spool final : public Bytes {
public:
    /// `folder` is made when absent; `limit` in bytes bounds what one log may take.
    [[nodiscard]] static Result<std::shared_ptr<Spool>> create(const QString &folder, qint64 limit);
    ~Spool() override;

    /// One thread. TooLarge at the limit: what fits has been written. Io: the disk is full.
    [[nodiscard]] Result<void> append(QByteArrayView bytes);

    [[nodiscard]] qint64 size() const override { return m_size.load(std::memory_order_acquire); }
    [[nodiscard]] Result<qint64> readInto(Offset offset, std::span<char> buffer) const override;

private:
    Spool(int fd, qint64 limit);
    int m_fd;
    qint64 m_limit;
    std::atomic<qint64> m_size{0};
};

} // namespace narscope::log
