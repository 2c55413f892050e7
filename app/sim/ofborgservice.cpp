// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/ofborgservice.h"

#include "base/hash.h"
#include "sim/hydrahtml.h"
#include "sim/jsonwriter.h"

#include <QDateTime>
#include <QHash>
#include <QLocale>
#include <QTimeZone>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::sim {

namespace {

constexpr QByteArrayView keyPrefix = "nixpkgs.";

// Errors are plain text there.
HttpAnswer problem(int status, const QByteArray &text)
{
    return {.status = status, .type = "text/plain; charset=utf-8", .body = text};
}

// The pull request of "nixos" and "nixpkgs.451386".
const PullRequest *pullOfKey(const World &world, const QByteArray &owner, const QByteArray &name)
{
    if (owner != "nixos" || !name.startsWith(keyPrefix))
        return nullptr;
    return world.source().pullRequest(PullRequestNr(name.mid(keyPrefix.size()).toLongLong()));
}

bool isCompleted(const Check &check)
{
    return check.state == Check::State::Completed;
}

void writeAttributes(JsonWriter &json, QByteArrayView key, const Check &check, bool wanted)
{
    const qsizetype on = check.name.lastIndexOf(" on ");
    json.key(key);
    json.beginArray();
    for (const QByteArray &attribute : check.name.first(on < 0 ? check.name.size() : on).split(',')) {
        if (wanted)
            json.value(attribute.trimmed());
    }
    json.endArray();
}

QByteArray systemOf(const Check &check)
{
    return check.system ? name(*check.system) : QByteArray();
}

QByteArray identityOf(const Check &check)
{
    switch (check.system.value_or(System::X86Linux)) {
    case System::X86Linux:
        return "ofborg-build01";
    case System::ArmLinux:
        return "ofborg-build05";
    case System::X86Darwin:
        return "nixos-foundation-macstadium-44911305";
    case System::ArmDarwin:
        break;
    }
    return "nixos-foundation-macstadium-44911207";
}

QByteArray uuidOf(const QByteArray &text)
{
    const QByteArray hex = hashOf(text).base16();
    return cat(hex.first(8), "-", hex.mid(8, 4), "-4", hex.mid(13, 3), "-8", hex.mid(17, 3), "-", hex.mid(20, 12));
}

bool isSkipped(const Check &check)
{
    return check.title == "No attempt";
}

void writeMetadata(JsonWriter &json, const Check &check)
{
    json.beginObject();
    json.field("system", systemOf(check));
    json.field("identity", identityOf(check));
    json.field("attempt_id", check.externalId);
    writeAttributes(json, "attempted_attrs", check, !isSkipped(check));
    writeAttributes(json, "skipped_attrs", check, isSkipped(check));
    json.endObject();
}

// The words of the build result that belong to a check's title (pull-requests.md A.7).
void writeResultStatus(JsonWriter &json, const QByteArray &title)
{
    static const QHash<QByteArray, QByteArray> words{{"Success", "Success"}, {"Failure", "Failure"},
        {"Timed out, unknown build status", "TimedOut"}, {"No attempt", "Skipped"},
        {"A fixed output derivation's hash was incorrect", "HashMismatch"}};
    json.key("status");
    if (const auto word = words.find(title); word != words.end()) {
        json.value(*word);
        return;
    }
    json.beginObject();
    json.key("UnexpectedError");
    json.beginObject();
    json.field("err", QByteArray(title).replace("Unexpected error: ", ""));
    json.endObject();
    json.endObject();
}

void writeLastLines(JsonWriter &json, const QByteArray &log)
{
    constexpr qsizetype lines = 10;
    QList<QByteArray> all = log.split('\n');
    if (all.last().isEmpty())
        all.removeLast();
    json.key("output");
    json.beginArray();
    for (const QByteArray &line : all.sliced(qMax<qsizetype>(0, all.size() - lines)))
        json.value(line);
    json.endArray();
}

void writeResult(JsonWriter &json, World &world, const PullRequest &pull, const Check &check)
{
    json.beginObject();
    json.field("tag", "V1");
    json.key("repo");
    json.beginObject();
    json.field("owner", "NixOS");
    json.field("name", "nixpkgs");
    json.field("full_name", "NixOS/nixpkgs");
    json.field("clone_url", "https://github.com/nixos/nixpkgs.git");
    json.endObject();
    json.key("pr");
    json.beginObject();
    json.field("target_branch", pull.base);
    json.field("number", pull.number.value);
    json.field("head_sha", world.source().commit(pull.head).sha);
    json.endObject();
    json.field("system", systemOf(check));
    writeLastLines(json, world.ofborgLog(check.externalId).value_or(QByteArray()));
    json.field("attempt_id", check.externalId);
    json.field("request_id", uuidOf(cat("request ", pull.number.value)));
    writeResultStatus(json, check.title);
    writeAttributes(json, "skipped_attrs", check, isSkipped(check));
    if (isSkipped(check))
        json.field("attempted_attrs", nullptr);
    else
        writeAttributes(json, "attempted_attrs", check, true);
    json.endObject();
}

QByteArray httpDate(qint64 epoch)
{
    return QLocale::c()
        .toString(QDateTime::fromSecsSinceEpoch(epoch, QTimeZone::UTC), u"ddd, dd MMM yyyy HH:mm:ss 'GMT'"_s)
        .toLatin1();
}

// A file as nginx serves it: with a date, and from some byte on when asked.
HttpAnswer served(const HttpRequest &request, const QByteArray &content, qint64 changedAt)
{
    HttpAnswer answer{.type = "text/plain; charset=utf-8", .body = content};
    answer.headers.emplace_back("Last-Modified", httpDate(changedAt));
    answer.headers.emplace_back("Accept-Ranges", "bytes");
    const QByteArray range = request.header("range");
    if (!range.startsWith("bytes=") || !range.endsWith('-'))
        return answer;
    const qsizetype from = range.mid(6, range.size() - 7).toLongLong();
    if (from >= content.size())
        return problem(416, "Requested Range Not Satisfiable");
    answer.status = 206;
    answer.body = content.mid(from);
    answer.headers.emplace_back("Content-Range", cat("bytes ", from, "-", content.size() - 1, "/", content.size()));
    return answer;
}

HttpAnswer viewer()
{
    return {.type = "text/html",
        .body = "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>OfBorg Log "
                "Viewer</title></head>\n"
                "<body><div id=\"app\"></div></body>\n</html>\n"};
}

} // namespace

const PullRequest *pullOfOfBorgKey(const World &world, const QByteArray &key)
{
    const qsizetype slash = key.indexOf('/');
    return slash < 0 ? nullptr : pullOfKey(world, key.first(slash), key.mid(slash + 1));
}

// GitHub is not told that one runs; OfBorg's own records have it.
std::vector<Check> ofborgAttempts(const World &world, const PullRequest &pull)
{
    std::vector<Check> checks = world.checks(pull);
    const std::vector<OfBorgAttempt> running = world.attempts(pull);
    std::erase_if(checks, [&running](Check &check) {
        if (check.app != Check::App::OfBorg || isCompleted(check))
            return check.app != Check::App::OfBorg;
        const auto own
            = std::ranges::find(running, check.system, [](const OfBorgAttempt &a) { return std::optional(a.system); });
        if (own == running.end() || own->completedAt != 0)
            return true;
        check.externalId = own->id;
        check.startedAt = own->startedAt;
        check.state = Check::State::InProgress;
        return false;
    });
    return checks;
}

QByteArray ofborgMetadata(const Check &check)
{
    JsonWriter json;
    writeMetadata(json, check);
    return json.take();
}

QByteArray ofborgResult(World &world, const PullRequest &pull, const Check &check)
{
    JsonWriter json;
    writeResult(json, world, pull, check);
    return json.take();
}

QByteArray ofborgIdentity(const Check &check)
{
    return identityOf(check);
}

OfBorgService::OfBorgService(const Stage &stage)
    : m_stage(stage)
{
}

HttpAnswer OfBorgService::answer(const HttpRequest &request)
{
    const QByteArray part = request.segments.value(0);
    if (part.isEmpty())
        return viewer();
    HttpAnswer answer = part == "logs" ? attempts(request)
        : part == "logfile"            ? file(request)
                                       : problem(404, "404 Not Found");
    answer.headers.emplace_back("Access-Control-Allow-Origin", "*");
    return answer;
}

HttpAnswer OfBorgService::attempts(const HttpRequest &request)
{
    if (request.method != "GET")
        return problem(405, {});
    if (request.segments.size() == 4)
        return problem(404, "non dir");
    if (request.segments.size() != 3)
        return problem(404, "invalid path");
    World &world = m_stage.now();
    const PullRequest *pull = pullOfKey(world, request.segments[1], request.segments[2]);
    const std::vector<Check> checks = pull == nullptr ? std::vector<Check>() : ofborgAttempts(world, *pull);
    if (checks.empty())
        return problem(404, "absent");
    JsonWriter json;
    json.beginObject();
    json.key("attempts");
    json.beginObject();
    for (const Check &check : checks) {
        json.key(check.externalId);
        json.beginObject();
        json.key("metadata");
        writeMetadata(json, check);
        json.key("result");
        if (isCompleted(check))
            writeResult(json, world, *pull, check);
        else
            json.value(nullptr);
        json.field("log_url",
            cat(m_stage.addresses.ofborg.toEncoded(QUrl::StripTrailingSlash), "/logfile/nixos/", request.segments[2],
                "/", check.externalId));
        json.endObject();
    }
    json.endObject();
    json.endObject();
    return {.type = "application/json", .body = json.take()};
}

HttpAnswer OfBorgService::file(const HttpRequest &request)
{
    World &world = m_stage.now();
    const PullRequest *pull
        = request.segments.size() == 4 ? pullOfKey(world, request.segments[1], request.segments[2]) : nullptr;
    if (pull == nullptr)
        return problem(404, "404 Not Found");
    const QByteArray name = request.segments[3];
    const QByteArray attempt = name.first(name.indexOf('.') < 0 ? name.size() : name.indexOf('.'));
    const QByteArray kind = name.mid(attempt.size());
    const std::vector<Check> checks = ofborgAttempts(world, *pull);
    const auto check = std::ranges::find(checks, attempt, &Check::externalId);
    if (check == checks.end() || (kind == ".result.json" && !isCompleted(*check)))
        return problem(404, "404 Not Found");
    const qint64 changedAt = isCompleted(*check) ? check->completedAt : world.now();
    JsonWriter json;
    if (kind == ".metadata.json")
        writeMetadata(json, *check);
    else if (kind == ".result.json")
        writeResult(json, world, *pull, *check);
    else if (!kind.isEmpty())
        return problem(404, "404 Not Found");
    const auto log = kind.isEmpty() ? world.ofborgLog(attempt) : std::nullopt;
    return served(request, kind.isEmpty() ? log.value_or(QByteArray()) : json.take(),
        kind == ".metadata.json" ? check->startedAt : changedAt);
}

void addOfBorg(QHttpServer &server, const Stage &stage)
{
    serve(server, std::make_shared<OfBorgService>(stage));
}

} // namespace narscope::sim
