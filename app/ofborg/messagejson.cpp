// SPDX-License-Identifier: GPL-3.0-or-later
#include "ofborg/parsers.h"
#include "json/jsonread.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;
using simdjson::dom::element;

namespace narscope::ofborg {

namespace {

using json::JsonObject;

struct StatusWord {
    QLatin1StringView word;
    BuildStatus status;
};

constexpr std::array<StatusWord, 5> statuses{{
    {"Skipped"_L1, BuildStatus::Skipped},
    {"Success"_L1, BuildStatus::Success},
    {"Failure"_L1, BuildStatus::Failure},
    {"TimedOut"_L1, BuildStatus::TimedOut},
    {"HashMismatch"_L1, BuildStatus::HashMismatch},
}};

struct ReadStatus {
    BuildStatus status = BuildStatus::Skipped;
    QString error;
};

/// A word, or {"UnexpectedError": {"err": "..."}}.
std::optional<ReadStatus> statusOf(element value)
{
    if (const auto error = JsonObject(value).object("UnexpectedError"); error.isObject())
        return ReadStatus{BuildStatus::UnexpectedError, error.text("err")};
    const auto it = std::ranges::find(statuses, json::textOf(value), &StatusWord::word);
    return it == statuses.end() ? std::nullopt : std::optional(ReadStatus{it->status, {}});
}

/// Old results without a status: true, false or nothing under «success».
ReadStatus legacyStatus(const JsonObject &result)
{
    const auto success = result.number("success");
    if (!success)
        return {};
    return {*success != 0 ? BuildStatus::Success : BuildStatus::Failure, {}};
}

std::optional<QStringList> maybeTexts(const JsonObject &object, std::string_view key)
{
    const auto list = object.find(key);
    return list && list->is_array() ? std::optional(object.texts(key)) : std::nullopt;
}

PullKey keyOf(const JsonObject &message)
{
    const auto repository = message.object("repo");
    return {.owner = repository.text("owner"),
        .repository = repository.text("name"),
        .number = PullRequestNr(message.object("pr").number("number", 0))};
}

Result<BuildResult> readResult(const JsonObject &result, const QString &path)
{
    auto status = legacyStatus(result);
    if (const auto value = result.find("status"); value && !value->is_null()) {
        const auto read = statusOf(*value);
        if (!read)
            return json::malformedJson(path + u".status"_s, json::textOf(*value));
        status = *read;
    }
    if (!result.object("repo").isObject() || !result.object("pr").isObject())
        return json::malformedJson(path, u"a result names its repo and pr"_s);
    const auto pull = result.object("pr");
    return BuildResult{.attempt = result.text("attempt_id"),
        .request = result.text("request_id"),
        .system = result.text("system"),
        .status = status.status,
        .error = status.error,
        .lastLines = result.texts("output"),
        .attempted = maybeTexts(result, "attempted_attrs"),
        .skipped = maybeTexts(result, "skipped_attrs"),
        .pull = keyOf(result),
        .headSha = pull.text("head_sha"),
        .targetBranch = pull.text("target_branch")};
}

BuildStart readStart(const JsonObject &start)
{
    return {.attempt = start.text("attempt_id"),
        .system = start.text("system"),
        .machine = start.text("identity"),
        .attempted = start.texts("attempted_attrs"),
        .skipped = start.texts("skipped_attrs")};
}

Result<Message> readLine(const JsonObject &line)
{
    const auto number = json::requiredNumber(line, "line_number", u"$"_s);
    if (!number)
        return std::unexpected(number.error());
    if (*number < 1)
        return json::malformedJson(u"$.line_number"_s, u"lines are counted from 1"_s);
    return BuildLine{.attempt = line.text("attempt_id"),
        .system = line.text("system"),
        .machine = line.text("identity"),
        .number = *number,
        .text = line.text("output").toUtf8()};
}

Result<Message> readUpdate(const JsonObject &update)
{
    HydraUpdate read{.pull = keyOf(update),
        .headSha = update.object("pr").text("head_sha"),
        .attribute = update.text("attr"),
        .system = update.text("system"),
        .build = BuildId(update.number("build_id", 0)),
        .machine = update.text("machine"),
        .hydra = QUrl(update.text("hydra_base_url"), QUrl::StrictMode)};
    const auto state = update.object("state");
    const auto word = state.text("state");
    read.step = state.text("step");
    read.queued = word == "Queued"_L1;
    if (word == "Finished"_L1) {
        const auto value = state.find("status");
        const auto status = value ? statusOf(*value) : std::nullopt;
        if (!status)
            return json::malformedJson(u"$.state.status"_s, u"unknown"_s);
        read.status = status->status;
        read.error = status->error;
    } else if (word != "Running"_L1 && !read.queued) {
        return json::malformedJson(u"$.state.state"_s, word);
    }
    return read;
}

Result<Message> readMessage(element top)
{
    const JsonObject message(top);
    if (!message.isObject())
        return json::malformedJson(u"$"_s, u"not an object"_s);
    if (message.text("tag") == "HydraV1"_L1)
        return readUpdate(message);
    if (message.has("line_number"))
        return readLine(message);
    if (message.has("identity"))
        return readStart(message);
    auto result = readResult(message, u"$"_s);
    if (!result)
        return std::unexpected(std::move(result.error()));
    return std::move(*result);
}

bool isPresent(const JsonObject &object, std::string_view key)
{
    return object.object(key).isObject();
}

Result<Attempt> readAttempt(QString id, const JsonObject &attempt)
{
    const auto path = u"$.attempts."_s + id;
    Attempt read{
        .id = std::move(id), .start = {}, .result = {}, .log = QUrl(attempt.text("log_url"), QUrl::StrictMode)};
    if (isPresent(attempt, "metadata"))
        read.start = readStart(attempt.object("metadata"));
    if (!isPresent(attempt, "result"))
        return read;
    auto result = readResult(attempt.object("result"), path + u".result"_s);
    if (!result)
        return std::unexpected(std::move(result.error()));
    read.result = std::move(*result);
    return read;
}

Result<QList<Attempt>> readAttempts(element top)
{
    const auto attempts = JsonObject(top).object("attempts");
    if (!attempts.isObject())
        return json::malformedJson(u"$.attempts"_s, u"missing"_s);
    QList<Attempt> list;
    std::optional<Problem> wrong;
    attempts.each([&](std::string_view id, element value) {
        auto attempt = readAttempt(json::utf8Text(id), JsonObject(value));
        if (attempt)
            list.append(std::move(*attempt));
        else
            wrong = std::move(attempt.error());
    });
    if (wrong)
        return std::unexpected(std::move(*wrong));
    std::ranges::sort(list, {}, [](const Attempt &attempt) { return std::pair(attempt.system(), attempt.id); });
    return list;
}

} // namespace

Result<QList<Attempt>> parseAttempts(QByteArrayView body)
{
    return json::readJson<QList<Attempt>>(body, readAttempts);
}

Result<Message> parseMessage(QByteArrayView body)
{
    return json::readJson<Message>(body, readMessage);
}

} // namespace narscope::ofborg
