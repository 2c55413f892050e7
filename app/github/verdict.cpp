// SPDX-License-Identifier: GPL-3.0-or-later
#include "github/verdict.h"

#include <algorithm>
#include <array>
#include <optional>

using namespace Qt::StringLiterals;

namespace narscope::github {

namespace {

struct Words {
    Verdict verdict;
    QLatin1StringView word;
};

constexpr std::array<Words, 13> words{{
    {Verdict::Queued, "queued"_L1},
    {Verdict::Running, "running"_L1},
    {Verdict::Success, "success"_L1},
    {Verdict::Failure, "failure"_L1},
    {Verdict::TimedOut, "timed-out"_L1},
    {Verdict::HashMismatch, "hash-mismatch"_L1},
    {Verdict::Error, "error"_L1},
    {Verdict::Skipped, "skipped"_L1},
    {Verdict::Neutral, "neutral"_L1},
    {Verdict::Cancelled, "cancelled"_L1},
    {Verdict::ActionRequired, "action-required"_L1},
    {Verdict::Stale, "stale"_L1},
    {Verdict::Unknown, "unknown"_L1},
}};

/// The titles of OfBorg's results (pull-requests.md A.7).
constexpr std::array<Words, 5> titles{{
    {Verdict::Success, "Success"_L1},
    {Verdict::Failure, "Failure"_L1},
    {Verdict::TimedOut, "Timed out, unknown build status"_L1},
    {Verdict::HashMismatch, "A fixed output derivation's hash was incorrect"_L1},
    {Verdict::Skipped, "No attempt"_L1},
}};

constexpr std::array<Words, 10> conclusions{{
    {Verdict::Success, "success"_L1},
    {Verdict::Failure, "failure"_L1},
    {Verdict::TimedOut, "timed_out"_L1},
    {Verdict::Skipped, "skipped"_L1},
    {Verdict::Neutral, "neutral"_L1},
    {Verdict::Cancelled, "cancelled"_L1},
    {Verdict::ActionRequired, "action_required"_L1},
    {Verdict::Stale, "stale"_L1},
    {Verdict::Error, "startup_failure"_L1},
    {Verdict::Error, "error"_L1},
}};

template <std::size_t N> std::optional<Verdict> verdictOf(const std::array<Words, N> &table, const QString &word)
{
    const auto it = std::ranges::find(table, word, &Words::word);
    return it == table.end() ? std::nullopt : std::optional(it->verdict);
}

std::optional<Verdict> unfinished(const QString &status)
{
    if (status == "in_progress"_L1)
        return Verdict::Running;
    if (status == "queued"_L1 || status == "waiting"_L1 || status == "pending"_L1 || status == "requested"_L1)
        return Verdict::Queued;
    return {};
}

} // namespace

bool isFailure(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Failure:
    case Verdict::TimedOut:
    case Verdict::HashMismatch:
    case Verdict::Error:
    case Verdict::ActionRequired:
        return true;
    default:
        return false;
    }
}

bool isFinal(Verdict verdict)
{
    return verdict != Verdict::Queued && verdict != Verdict::Running && verdict != Verdict::Unknown;
}

QString word(Verdict verdict)
{
    return std::ranges::find(words, verdict, &Words::verdict)->word;
}

Verdict checkVerdict(const QString &app, const QString &status, const QString &conclusion, const QString &title)
{
    if (const auto open = unfinished(status))
        return *open;
    if (app != "ofborg"_L1)
        return runVerdict(status, conclusion);
    if (title.startsWith("Unexpected error:"_L1))
        return Verdict::Error;
    if (const auto verdict = verdictOf(titles, title))
        return *verdict;
    // Without a title that we know its grey tells nothing.
    const auto verdict = runVerdict(status, conclusion);
    return verdict == Verdict::Neutral ? Verdict::Unknown : verdict;
}

Verdict runVerdict(const QString &status, const QString &conclusion)
{
    if (const auto open = unfinished(status))
        return *open;
    return verdictOf(conclusions, conclusion).value_or(Verdict::Unknown);
}

Verdict statusVerdict(const QString &state)
{
    if (state == "pending"_L1 || state == "expected"_L1)
        return Verdict::Queued;
    return verdictOf(conclusions, state).value_or(Verdict::Unknown);
}

} // namespace narscope::github
