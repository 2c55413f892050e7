// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/hydraservice.h"

#include "base/hash.h"
#include "sim/hydraroutes.h"

#include <QDateTime>
#include <QLocale>
#include <QTimeZone>

using namespace Qt::StringLiterals;

namespace narscope::sim {

namespace {

// Catalyst::Action::REST: the request's Content-Type goes before the query, the query before Accept; */* and
// what is not known is HTML.
std::optional<bool> isJson(QByteArrayView type)
{
    const QByteArrayView plain = type.first(type.indexOf(';') < 0 ? type.size() : type.indexOf(';')).trimmed();
    if (plain == "application/json" || plain == "text/x-json")
        return true;
    return plain == "text/html" ? std::optional(false) : std::nullopt;
}

double quality(QByteArrayView range)
{
    const qsizetype q = range.indexOf(";q=");
    return q < 0 ? 1.0 : range.sliced(q + 3).toDouble();
}

bool wantsJson(const HttpRequest &request)
{
    if (const auto byType = isJson(request.header("content-type")))
        return *byType;
    if (const auto byQuery = isJson(request.parameter("content-type").value_or(QByteArray())))
        return *byQuery;
    bool json = false;
    double best = 0;
    for (const QByteArray &range : request.header("accept").split(',')) {
        if (const auto known = isJson(range); known && quality(range) > best) {
            best = quality(range);
            json = *known;
        }
    }
    return json;
}

// /build/N/cancel and its like; the thing to go back to.
std::optional<QByteArray> changedThing(const HttpRequest &request)
{
    static const QList<QByteArray> ofBuild{"cancel", "restart", "bump", "keep"};
    static const QList<QByteArray> ofEvaluation{"cancel", "restart-aborted", "restart-failed", "bump"};
    const QByteArray kind = request.segments.value(0);
    const QByteArray verb = request.segments.value(2);
    const bool changes = (kind == "build" && ofBuild.contains(verb)) || (kind == "eval" && ofEvaluation.contains(verb));
    return changes ? std::optional(cat("/", kind, "/", encoded(request.segments.value(1)))) : std::nullopt;
}

HttpAnswer changesAnswer(const QList<QByteArray> &changes)
{
    JsonWriter json;
    json.beginArray();
    for (const QByteArray &path : changes)
        json.value(path);
    json.endArray();
    return jsonAnswer(json);
}

HttpAnswer otherMethod(const HydraAsk &ask)
{
    const QByteArray &method = ask.http.method;
    if (method == "POST" && !ask.http.header("referer").startsWith(ask.view.base + '/'))
        return failure(ask, 500, "POST requests should come from ‘" + ask.view.base + "/’.");
    if (method == "POST" && ask.http.path == "/login")
        return failure(ask, 403, "Bad username or password.");
    if (method == "POST" || ask.at(0) == "project" || ask.at(0) == "jobset")
        return failure(ask, 403, "This page requires you to sign in.");
    HttpAnswer answer = textAnswer(cat("Method ", method, " not implemented for ", ask.view.base, ask.http.path));
    answer.status = 405;
    return answer;
}

HttpAnswer byFirstPart(const HydraAsk &ask)
{
    const QByteArray part = ask.at(0);
    if (part == "project")
        return answerProject(ask);
    if (part == "jobset")
        return answerJobset(ask);
    if (part == "job")
        return answerJob(ask);
    if (part == "eval")
        return answerEvaluation(ask);
    if (part == "build")
        return answerBuild(ask);
    if (part == "log" && ask.size() == 2)
        return answerLog(ask);
    if (part == "api")
        return answerApi(ask);
    if (part == "search")
        return answerSearch(ask);
    return answerOverall(ask);
}

} // namespace

HydraService::HydraService(const Stage &stage)
    : m_stage(stage)
{
}

QByteArray HydraService::sessionCookie()
{
    constexpr qint64 week = 7 * 24 * 60 * 60;
    const QByteArray id = hashOf("session " + QByteArray::number(++m_sessions), HashAlgorithm::Sha1).base16();
    const QDateTime end = QDateTime::fromSecsSinceEpoch(m_stage.clock.nowSeconds() + week, QTimeZone::UTC);
    return cat("hydra_session=", id,
        "; path=/; expires=", QLocale::c().toString(end, u"ddd, dd-MMM-yyyy HH:mm:ss 'GMT'"_s).toLatin1(),
        "; HttpOnly; SameSite=Lax");
}

HttpAnswer HydraService::answer(const HttpRequest &request)
{
    HttpAnswer answer = routed(request);
    // Catalyst does not serialise an entity for HEAD: what is left is an empty page.
    if (request.method == "HEAD" && answer.type == "application/json")
        answer = {.status = answer.status, .type = "text/html; charset=utf-8"};
    answer.headers.prepend({"Vary", request.method == "POST" ? "Content-Type" : "Accept"});
    if (!request.header("cookie").contains("hydra_session="))
        answer.headers.append({"Set-Cookie", sessionCookie()});
    return answer;
}

HttpAnswer HydraService::routed(const HttpRequest &request)
{
    World &world = m_stage.now();
    const HydraAsk ask{.http = request,
        .view = {.world = world, .base = request.base(), .order = m_order},
        .json = wantsJson(request),
        .oldRunner = m_stage.oldRunner};
    if (request.method != "GET" && request.method != "HEAD")
        return otherMethod(ask);
    if (request.path == "/.sim/changes")
        return changesAnswer(m_changes);
    if (const auto thing = changedThing(request)) {
        m_changes += request.path;
        return redirect(ask, 302, *thing);
    }
    return byFirstPart(ask);
}

void addHydra(QHttpServer &server, const Stage &stage)
{
    serve(server, std::make_shared<HydraService>(stage));
}

} // namespace narscope::sim
