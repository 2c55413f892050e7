// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/verify/verifyhelp.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace narscope::test {

Task<Result<net::Response>> TableHttp::fetch(net::Request request)
{
    asked << request.url;
    const auto url = request.url.toString(QUrl::FullyEncoded);
    if (url == silent) {
        const Completion<bool> never;
        co_await never;
    }
    if (const auto problem = problems.find(url); problem != problems.end())
        co_return std::unexpected(*problem);
    const auto body = bodies.find(url);
    if (body == bodies.end())
        co_return problem(ProblemKind::NotFound, url);
    net::Response response;
    response.status = 200;
    response.url = request.url;
    if (!request.sink && request.maxBody && body->size() > *request.maxBody)
        co_return problem(ProblemKind::TooLarge, url);
    if (!request.sink) {
        response.body = *body;
        co_return response;
    }
    const auto range = std::ranges::find(request.headers, "Range"_ba, &std::pair<QByteArray, QByteArray>::first);
    const bool isRest = range != request.headers.end() && ranges == Ranges::Taken;
    const auto from = isRest ? range->second.sliced(6).chopped(1).toLongLong() : 0;
    const auto size = QByteArray::number(body->size());
    QList<std::pair<QByteArray, QByteArray>> head{{"content-length", QByteArray::number(body->size() - from)}};
    if (ranges != Ranges::Unknown)
        head << std::pair("accept-ranges"_ba, "bytes"_ba) << std::pair("etag"_ba, "\"one\""_ba);
    if (isRest)
        head << std::pair("content-range"_ba,
            "bytes " + QByteArray::number(from) + '-' + QByteArray::number(body->size() - 1) + '/' + size);
    if (auto begun = request.sink->begin(isRest ? 206 : 200, head); !begun)
        co_return std::unexpected(begun.error());
    const bool breaks = breakAfter > 0 && breakAfter--;
    const auto rest = body->sliced(from);
    const auto pieces = breaks ? rest.first(rest.size() / 2) : rest;
    for (qsizetype at = 0; at < pieces.size(); at += 64 * 1024) {
        if (auto written = request.sink->write(pieces.sliced(at, qMin<qsizetype>(64 * 1024, pieces.size() - at)));
            !written)
            co_return std::unexpected(written.error());
    }
    if (breaks)
        co_return problem(ProblemKind::Network, url);
    co_return response;
}

VerifyBench::VerifyBench()
    : batch(pools.hash)
{
}

std::vector<std::shared_ptr<nix::CacheClient>> VerifyBench::open(const QStringList &addresses)
{
    std::vector<std::shared_ptr<nix::CacheClient>> clients;
    for (const auto &address : addresses)
        clients.push_back(nix::openCache(address, doors()).value());
    return clients;
}

std::vector<nix::PathReport> VerifyBench::run(const QStringList &caches, std::vector<nix::VerifyTarget> targets,
    const nix::VerifyOptions &options, const QStringList &challengers)
{
    std::vector<nix::PathReport> reports;
    nix::VerifyObserver observer;
    observer.finished = [&reports](const nix::PathReport &report) { reports.push_back(report); };
    nix::Verifier verifier(open(caches), open(challengers), doors(), options);
    last = waitFor(verifier.run(std::move(targets), observer));
    return reports;
}

nix::PathReport VerifyBench::runOne(
    const QStringList &caches, const QString &target, const nix::VerifyOptions &options, const QStringList &challengers)
{
    return run(caches, {targetOf(target)}, options, challengers).at(0);
}

nix::VerifyOptions optionsWith(const QList<nix::PublicKey> &keys, nix::Depth depth)
{
    nix::VerifyOptions options;
    options.asked.depth = depth;
    for (const auto &key : keys)
        options.trust.policy.keys.push_back(
            {.key = key, .purpose = {}, .source = u"test"_s, .reference = {}, .added = {}, .retired = {}});
    options.trust.today = QDate(2026, 11, 25);
    return options;
}

nix::VerifyTarget targetOf(const QString &text)
{
    return nix::verifyTarget(text).value();
}

QString printed(const nix::PathReport &report)
{
    QStringList words;
    for (const auto &rung : report.rungs) {
        if (rung.asked)
            words << nix::word(rung.name) + u'=' + nix::word(rung.verdict);
    }
    return words.join(u' ');
}

} // namespace narscope::test
