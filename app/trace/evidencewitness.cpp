// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/evidencewitness.h"

#include "nix/narinfo.h"

#include <QLoggingCategory>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace narscope::trace {

namespace {

Q_LOGGING_CATEGORY(lcEvidence, "narscope.evidence")

constexpr Milliseconds againAfter{3'600'000};
constexpr qsizetype mostRemembered = 200'000;

Sighting sighting(EvidenceKind kind, const QUrl &url, const net::Response &response, Milliseconds now)
{
    return {.kind = kind,
        .at = now,
        .subject = {},
        .value = {},
        .url = url,
        .text = {},
        .node = QString::fromUtf8(response.header("x-served-by")),
        .cache = QString::fromUtf8(response.header("x-cache"))};
}

/// `nixos/unstable/nixos-26.11pre1.abc` of a release's address or of a file's in it; empty for other places.
QString releaseOf(const QUrl &url)
{
    static const QRegularExpression form(
        u"^/((?:nixos|nixpkgs)/(?:[^/]+/)?(?:nixos|nixpkgs)-[0-9][^/]*)(?:/[^/]*)?$"_s);
    return form.match(url.path()).captured(1);
}

std::optional<Sighting> pointerOf(const net::Request &request, const net::Response &response, Milliseconds now)
{
    const auto channel = request.url.path().section(u'/', 1, 1);
    // An S3 object says in a header what the website endpoint makes a redirect of.
    const auto stored = response.header("x-amz-website-redirect-location");
    const bool isRedirect = response.status >= 301 && response.status <= 308 && response.status != 304;
    const bool wasFollowed = response.url != request.url;
    const auto target = !stored.isEmpty() ? QUrl::fromEncoded(stored)
        : isRedirect                      ? response.location()
        : wasFollowed                     ? response.url
                                          : QUrl();
    const auto release = releaseOf(target);
    if (channel.isEmpty() || release.isEmpty())
        return std::nullopt;
    auto seen = sighting(EvidenceKind::ChannelPointer, request.url, response, now);
    if (wasFollowed && !isRedirect && stored.isEmpty()) {
        seen.node.clear(); // those are the headers of the release's answer
        seen.cache.clear();
    }
    seen.subject = channel;
    seen.value = release;
    seen.text = target.toEncoded();
    return seen;
}

std::optional<Sighting> revisionOf(const net::Response &response, Milliseconds now)
{
    static const QRegularExpression form(u"^[0-9a-f]{40}$"_s);
    const auto release = releaseOf(response.url);
    const auto text = QString::fromLatin1(response.body.left(64)).trimmed();
    if (release.isEmpty() || !response.url.path().endsWith("/git-revision"_L1) || !form.match(text).hasMatch())
        return std::nullopt;
    auto seen = sighting(EvidenceKind::GitRevision, response.url, response, now);
    seen.subject = release;
    seen.value = text;
    seen.text = response.body;
    return seen;
}

std::optional<Sighting> indexOf(const net::Response &response, Milliseconds now)
{
    const auto release = releaseOf(response.url);
    if (release.isEmpty() || u'/' + release != response.url.path() || response.body.isEmpty())
        return std::nullopt;
    auto seen = sighting(EvidenceKind::ReleaseIndex, response.url, response, now);
    seen.subject = release;
    seen.value = u"sha256:"_s + QString::fromLatin1(hashOf(response.body).base16());
    seen.text = response.body;
    return seen;
}

/// What the signatures cover, besides the path.
QString signedPart(const nix::NarInfo &info)
{
    QByteArray references;
    for (const auto &path : info.references)
        references += path.text() + '\n';
    return u"%1;%2;references %3"_s.arg(QString::fromLatin1(info.narHash.prefixedNix32()))
        .arg(info.narSize)
        .arg(QString::fromLatin1(hashOf(references).prefixedBase16()));
}

std::optional<Sighting> narInfoOf(const net::Response &response, Milliseconds now)
{
    if (!response.url.path().endsWith(".narinfo"_L1) || response.body.isEmpty())
        return std::nullopt;
    const auto reading = nix::readNarInfo(response.body);
    auto seen = sighting(EvidenceKind::NarInfo, response.url, response, now);
    seen.subject = reading ? QString::fromUtf8(reading->info.path.text()) : response.url.path().section(u'/', -1);
    seen.value = reading ? signedPart(reading->info)
                         : u"not a narinfo; sha256:"_s + QString::fromLatin1(hashOf(response.body).base16());
    seen.text = response.body;
    return seen;
}

} // namespace

std::vector<Sighting> sightingsOf(
    const net::Request &request, const net::Response &response, net::ServerKind kind, Milliseconds now)
{
    std::vector<Sighting> seen;
    const auto add = [&](std::optional<Sighting> one) {
        if (one)
            seen.push_back(std::move(*one));
    };
    switch (kind) {
    case net::ServerKind::Channels:
    case net::ServerKind::ChannelsBucket:
        add(pointerOf(request, response, now));
        [[fallthrough]]; // a followed redirect ends at the release
    case net::ServerKind::Releases:
        add(revisionOf(response, now));
        add(indexOf(response, now));
        break;
    case net::ServerKind::Cache:
        add(narInfoOf(response, now));
        break;
    default:
        break;
    }
    return seen;
}

EvidenceRecorder::EvidenceRecorder(std::unique_ptr<EvidenceLog> log)
    : m_log(std::move(log))
{
}

void EvidenceRecorder::saw(const Sighting &seen)
{
    if (m_problem)
        return;
    if (m_last.size() > mostRemembered)
        m_last.clear();
    auto &last = m_last[word(seen.kind) + u' ' + seen.url.host() + u' ' + seen.subject];
    if (last.value == seen.value && seen.at < last.at + againAfter)
        return;
    if (auto written = m_log->append(seen); !written) {
        m_problem = written.error();
        qCWarning(lcEvidence).noquote() << "No more is written to the evidence log:" << describe(*m_problem);
        return;
    }
    last = {.value = seen.value, .at = seen.at};
}

WitnessHttp::WitnessHttp(
    net::Http &http, const net::Servers &servers, Clock &clock, std::unique_ptr<EvidenceRecorder> recorder)
    : m_http(http)
    , m_servers(servers)
    , m_clock(clock)
    , m_recorder(std::move(recorder))
{
}

Task<Result<net::Response>> WitnessHttp::fetch(net::Request request)
{
    const auto asked = request;
    auto answer = m_http.fetch(std::move(request));
    auto result = co_await std::move(answer);
    if (!result || asked.sink)
        co_return result;
    const auto server = std::ranges::find_if(m_servers, [&](const net::Server &known) {
        return known.url.host() == asked.url.host() && known.url.port(0) == asked.url.port(0);
    });
    if (server != m_servers.end()) {
        for (const auto &seen : sightingsOf(asked, *result, server->kind, m_clock.now()))
            m_recorder->saw(seen);
    }
    co_return result;
}

} // namespace narscope::trace
