// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/deriver.h"

#include "nix/decoder.h"
#include "nix/derivation.h"
#include "nix/nar.h"

#include <QFile>
#include <QFileInfo>

#include <deque>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

constexpr size_t mostDerivations = 30'000;
constexpr quint64 mostBytes = 256ULL * 1024 * 1024;
constexpr qint64 largestNar = 64LL * 1024 * 1024;

using Texts = std::map<StorePath, QByteArray>;

/// What one .drv says about the ones below it.
struct Gathered {
    QByteArray text;
    std::vector<StorePath> inputs; ///< none for a fixed output: its path does not depend on them
};

Result<Gathered> read(QByteArray text, const QByteArray &storeDir)
{
    const auto derivation = readDerivation(text, storeDir);
    if (!derivation)
        return std::unexpected(derivation.error());
    Gathered gathered{.text = std::move(text), .inputs = {}};
    if (!derivation->isFixedOutput()) {
        for (const auto &[path, outputs] : derivation->inputDerivations)
            gathered.inputs.push_back(path);
    }
    return gathered;
}

Result<Gathered> readLocal(const QString &fileName, const QByteArray &storeDir)
{
    QFile file(fileName);
    if (!QFileInfo(fileName).isFile() || !file.open(QIODevice::ReadOnly))
        return problem(ProblemKind::NotFound, fileName);
    if (file.size() > maxDerivationSize)
        return problem(ProblemKind::TooLarge, fileName);
    return read(file.readAll(), storeDir);
}

/// The one file of a small archive.
Result<Gathered> readNar(const QByteArray &file, const NarInfo &info, const QByteArray &storeDir)
{
    const auto compression = compressionNamed(info.compression);
    if (!compression)
        return std::unexpected(compression.error());
    const auto nar = decompress(file, *compression, {.output = qMin<quint64>(info.narSize, largestNar)});
    if (!nar)
        return std::unexpected(nar.error());
    const auto tree = readNarTree(*nar);
    if (!tree)
        return std::unexpected(tree.error());
    if (tree->kind != NarTree::Kind::Regular)
        return problemSaying(ProblemKind::Malformed, u"The derivation is not a file."_s);
    return read(tree->bytes, storeDir);
}

class Gatherer {
public:
    Gatherer(DeriverQuestion question, std::vector<std::shared_ptr<CacheClient>> caches, CacheDoors doors)
        : m_question(std::move(question))
        , m_caches(std::move(caches))
        , m_doors(doors)
    {
    }

    /// NotFound names the derivation that is nowhere.
    Task<Result<Texts>> gather()
    {
        Texts texts;
        quint64 size = 0;
        std::deque<StorePath> open{m_question.deriver};
        while (!open.empty()) {
            const auto path = open.front();
            open.pop_front();
            if (texts.contains(path))
                continue;
            auto gathered = co_await one(path);
            if (!gathered)
                co_return std::unexpected(gathered.error());
            size += quint64(gathered->text.size());
            if (size > mostBytes || texts.size() >= mostDerivations)
                co_return problemSaying(
                    ProblemKind::TooLarge, u"The derivation's closure is too large to recompute here."_s);
            texts.emplace(path, std::move(gathered->text));
            for (auto &input : gathered->inputs)
                open.push_back(std::move(input));
        }
        co_return texts;
    }

private:
    Task<Result<Gathered>> one(StorePath path)
    {
        if (!m_question.folder.isEmpty()) {
            auto local = [name = m_question.folder + u'/' + QString::fromUtf8(path.baseName()),
                             dir = m_question.storeDir] { return readLocal(name, dir); };
            auto found = co_await m_doors.batch.run(std::move(local));
            if (found || found.error().kind != ProblemKind::NotFound)
                co_return found;
        }
        for (const auto &cache : m_caches) {
            auto found = co_await fromCache(cache, path);
            if (found || found.error().kind != ProblemKind::NotFound)
                co_return found;
        }
        co_return problemSaying(ProblemKind::NotFound,
            u"The derivation %1 was not found."_s.arg(QString::fromUtf8(path.baseName())),
            QString::fromUtf8(path.text()));
    }

    Task<Result<Gathered>> fromCache(std::shared_ptr<CacheClient> cache, StorePath path)
    {
        const auto hashPart = path.hashPart().toByteArray();
        const auto answer = co_await cache->narInfo(hashPart);
        if (!answer)
            co_return std::unexpected(answer.error());
        const auto reading = readNarInfo(answer->body, m_question.storeDir);
        if (!reading)
            co_return std::unexpected(reading.error());
        const auto nar = co_await cache->get(reading->info.url, largestNar);
        if (!nar)
            co_return std::unexpected(nar.error());
        auto unpack
            = [file = nar->body, info = reading->info, dir = m_question.storeDir] { return readNar(file, info, dir); };
        co_return co_await m_doors.batch.run(std::move(unpack));
    }

    DeriverQuestion m_question;
    std::vector<std::shared_ptr<CacheClient>> m_caches;
    CacheDoors m_doors;
};

DeriverProof judge(const DeriverQuestion &question, const DerivationCheck &check, const DerivationCloser &closer)
{
    const auto drv = QString::fromUtf8(question.deriver.baseName());
    if (!closer.misnamed().empty())
        return {Verdict::Unchecked,
            u"A derivation found for %1 is not the one its name says (%2)."_s.arg(
                drv, QString::fromUtf8(closer.misnamed().begin()->baseName()))};
    bool isOpen = false;
    for (const auto &output : check.outputs) {
        if (output.computed == question.output)
            return {Verdict::Holds,
                u"%1 makes exactly this path as its output %2; recomputed from %3 derivations."_s
                    .arg(drv, QString::fromUtf8(output.name))
                    .arg(closer.size())};
        isOpen = isOpen || !output.computed;
    }
    if (isOpen)
        return {Verdict::Unchecked,
            u"The path of %1's output follows from what was built, not from the derivation."_s.arg(drv)};
    return {Verdict::Fails, u"%1 does not make this path; the narinfo's Deriver is not signed."_s.arg(drv)};
}

DeriverProof recompute(const DeriverQuestion &question, const Texts &texts)
{
    const auto load = [&texts](const StorePath &path) -> Result<QByteArray> {
        const auto found = texts.find(path);
        if (found == texts.end())
            return problem(ProblemKind::NotFound, QString::fromUtf8(path.text()));
        return found->second;
    };
    DerivationCloser closer(load, question.storeDir);
    const auto check = closer.check(question.deriver);
    if (!check)
        return {Verdict::Unchecked, u"The derivation could not be recomputed: "_s + check.error().sentence};
    return judge(question, *check, closer);
}

} // namespace

Task<DeriverProof> proveDeriver(
    DeriverQuestion question, std::vector<std::shared_ptr<CacheClient>> caches, CacheDoors doors)
{
    Gatherer gatherer(question, std::move(caches), doors);
    auto texts = co_await gatherer.gather();
    if (!texts) {
        co_return DeriverProof{Verdict::Unchecked,
            u"It names %1, which is not signed. %2"_s.arg(
                QString::fromUtf8(question.deriver.baseName()), texts.error().sentence)};
    }
    auto work = [question = std::move(question), texts = std::move(*texts)] { return recompute(question, texts); };
    co_return co_await runOn(doors.pools.hash, std::move(work));
}

} // namespace narscope::nix
