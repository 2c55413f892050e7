// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/githubservice.h"

#include "base/hash.h"
#include "sim/githubroutes.h"
#include "sim/hydrahtml.h"

namespace narscope::sim {

namespace {

constexpr qint64 hour = 60 * 60;
constexpr int anonymousLimit = 60;
constexpr int tokenLimit = 5000;

QByteArray tokenOf(const HttpRequest &request)
{
    const QByteArray value = request.header("authorization");
    return value.mid(value.indexOf(' ') + 1);
}

int limitOf(const QByteArray &token)
{
    return token.isEmpty() ? anonymousLimit : tokenLimit;
}

void writeLimit(JsonWriter &json, QByteArrayView key, int limit, int used, qint64 reset)
{
    json.key(key);
    json.beginObject();
    json.field("limit", limit);
    json.field("used", used);
    json.field("remaining", limit - used);
    json.field("reset", reset);
    json.endObject();
}

HttpAnswer routed(const HttpRequest &request, const Stage &stage)
{
    const QList<QByteArray> &path = request.segments;
    if (request.method == "POST" && request.path == "/graphql") {
        if (tokenOf(request).isEmpty())
            return gitHubError(401, "Requires authentication");
        return answerGraphQl({.http = request, .stage = stage, .world = stage.now(), .path = {}});
    }
    if (request.method != "GET" && request.method != "HEAD")
        return gitHubError(404, "Not Found");
    if (request.path == "/search/issues")
        return searchIssues({.http = request, .stage = stage, .world = stage.now(), .path = {}});
    if (path.value(0) == "repositories" && path.value(2) == "stored")
        return storedArtifact(request, stage.now());
    const bool isNixpkgs
        = path.value(0) == "repos" && path.value(1).toLower() == "nixos" && path.value(2).toLower() == "nixpkgs";
    if (!isNixpkgs)
        return gitHubError(404, "Not Found");
    return answerRepository({.http = request, .stage = stage, .world = stage.now(), .path = path.mid(3)});
}

// Weak, and of the body: the same question at another time has the same one as long as nothing changed.
void addEtag(HttpAnswer &answer, const HttpRequest &request)
{
    const QByteArray tag = "W/\"" + hashOf(answer.body).base16() + '"';
    const bool known = request.header("if-none-match") == tag;
    answer.headers.emplace_back("ETag", tag);
    answer.headers.emplace_back("Cache-Control",
        tokenOf(request).isEmpty() ? "public, max-age=60, s-maxage=60" : "private, max-age=60, s-maxage=60");
    answer.headers.emplace_back("Vary", "Accept, Authorization, Cookie, X-GitHub-OTP");
    if (!known)
        return;
    answer.status = 304;
    answer.type.clear();
    answer.body.clear();
}

} // namespace

GitHubService::GitHubService(const Stage &stage)
    : m_stage(stage)
{
}

GitHubService::Quota &GitHubService::quota(const QByteArray &token)
{
    Quota &quota = m_quotas[token];
    const qint64 now = m_stage.clock.nowSeconds();
    if (now >= quota.reset)
        quota = {.reset = now + hour, .used = 0};
    return quota;
}

void GitHubService::addQuota(HttpAnswer &answer, const QByteArray &token, const Quota &quota) const
{
    const int limit = limitOf(token);
    answer.headers.emplace_back("X-RateLimit-Limit", piece(limit));
    answer.headers.emplace_back("X-RateLimit-Remaining", piece(qMax(0, limit - quota.used)));
    answer.headers.emplace_back("X-RateLimit-Reset", piece(quota.reset));
    answer.headers.emplace_back("X-RateLimit-Used", piece(quota.used));
    answer.headers.emplace_back("X-RateLimit-Resource", "core");
}

HttpAnswer GitHubService::answer(const HttpRequest &request)
{
    if (request.header("user-agent").isEmpty())
        return {.status = 403,
            .type = "text/plain",
            .body = "Request forbidden by administrative rules. Please make sure your request has a "
                    "User-Agent header.\n"};
    const QByteArray token = tokenOf(request);
    Quota &own = quota(token);
    if (request.path == "/rate_limit") { // costs nothing
        JsonWriter json;
        json.beginObject();
        json.key("resources");
        json.beginObject();
        writeLimit(json, "core", limitOf(token), own.used, own.reset);
        json.endObject();
        writeLimit(json, "rate", limitOf(token), own.used, own.reset);
        json.endObject();
        HttpAnswer limits = gitHubJson(json);
        addQuota(limits, token, own);
        return limits;
    }
    // These have quotas of their own, which nothing here uses up.
    if (request.path == "/graphql" || request.path.startsWith("/search/"))
        return routed(request, m_stage);
    HttpAnswer answer;
    if (own.used >= limitOf(token)) {
        answer = gitHubError(403, "API rate limit exceeded for 127.0.0.1.");
    } else {
        answer = routed(request, m_stage);
        if (answer.status == 200)
            addEtag(answer, request);
        own.used += answer.status == 304 && !token.isEmpty() ? 0 : 1;
    }
    addQuota(answer, token, own);
    return answer;
}

void addGitHub(QHttpServer &server, const Stage &stage)
{
    serve(server, std::make_shared<GitHubService>(stage));
}

} // namespace narscope::sim
