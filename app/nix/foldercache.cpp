// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/cachekinds.h"
#include "nix/canceller.h"

#include <QFile>
#include <QFileInfo>

#include <atomic>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

constexpr qint64 pieceSize = 256 * 1024;

/// Only regular files: a pipe or device would make a reader wait for ever.
Result<void> openRegular(QFile &file)
{
    const QFileInfo info(file.fileName());
    if (!info.exists())
        return problemSaying(ProblemKind::NotFound, u"The cache has no such file."_s, file.fileName());
    if (!info.isFile() || !file.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return problemSaying(ProblemKind::Io, u"The file could not be read."_s, file.fileName(), file.errorString());
    return {};
}

Result<QByteArray> readWhole(const QString &name, qint64 maxSize)
{
    QFile file(name);
    if (auto opened = openRegular(file); !opened)
        return std::unexpected(opened.error());
    auto bytes = file.read(maxSize + 1);
    if (bytes.size() > maxSize)
        return problem(ProblemKind::TooLarge, name);
    if (file.error() != QFile::NoError)
        return problem(ProblemKind::Io, name, file.errorString());
    return bytes;
}

Result<void> feedFile(const QString &name, ByteConsumer &consumer, const std::atomic<bool> &cancelled)
{
    QFile file(name);
    if (auto opened = openRegular(file); !opened)
        return opened;
    QByteArray piece(qMin(pieceSize, qMax<qint64>(file.size(), 1)), Qt::Uninitialized);
    while (!cancelled.load(std::memory_order_relaxed)) {
        const auto got = file.read(piece.data(), piece.size());
        if (got < 0)
            return problem(ProblemKind::Io, name, file.errorString());
        if (got == 0)
            return {};
        if (auto taken = consumer.take(QByteArrayView(piece).first(got)); !taken)
            return taken;
    }
    return problem(ProblemKind::Cancelled, name);
}

class FolderCache final : public CacheClient {
public:
    FolderCache(const QString &folder, CacheDoors doors)
        : CacheClient(u"file://"_s + folder)
        , m_folder(folder)
        , m_doors(doors)
    {
    }

    [[nodiscard]] bool isLocal() const override { return true; }

    [[nodiscard]] Result<QUrl> resolve(QByteArrayView place) const override
    {
        return resolveInFolder(place).transform(
            [this](const QByteArray &path) { return QUrl::fromLocalFile(fileName(path)); });
    }

    Task<Result<CacheAnswer>> get(QByteArray place, qint64 maxSize) override
    {
        const auto path = resolveInFolder(place);
        if (!path)
            co_return std::unexpected(path.error());
        const auto name = fileName(*path);
        const auto at = m_doors.clock.now();
        auto read = [name, maxSize] { return readWhole(name, maxSize); };
        auto bytes = co_await m_doors.batch.run(std::move(read));
        if (!bytes)
            co_return std::unexpected(bytes.error());
        co_return CacheAnswer{.body = std::move(*bytes), .url = QUrl::fromLocalFile(name), .at = at};
    }

    Task<Result<Stream>> stream(QByteArray place, std::shared_ptr<ByteConsumer> consumer, quint64 expected) override
    {
        const auto path = resolveInFolder(place);
        if (!path)
            co_return std::unexpected(path.error());
        const auto name = fileName(*path);
        const auto at = m_doors.clock.now();
        const Canceller cancel;
        auto feed = [name, consumer, flag = cancel.flag] { return feedFile(name, *consumer, *flag); };
        const auto fed = expected <= quint64(pieceSize) ? co_await m_doors.batch.run(std::move(feed))
                                                        : co_await runOn(m_doors.pools.hash, std::move(feed));
        if (!fed)
            co_return std::unexpected(fed.error());
        co_return Stream{.url = QUrl::fromLocalFile(name), .at = at};
    }

private:
    [[nodiscard]] QString fileName(const QByteArray &path) const { return m_folder + u'/' + QFile::decodeName(path); }

    QString m_folder;
    CacheDoors m_doors;
};

} // namespace

std::shared_ptr<CacheClient> makeFolderCache(const QString &folder, CacheDoors doors)
{
    return std::make_shared<FolderCache>(folder, doors);
}

} // namespace narscope::nix
