// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/githubroutes.h"

#include <ranges>

// Pull requests, as pulls and as issues.

namespace narscope::sim {

namespace {

HttpAnswer reviews(const GitHubAsk &ask, const PullRequest &pull)
{
    const Page part = page(ask, pull.reviews.size());
    JsonWriter json;
    writeReviews(json, ask.world, pull, part.from, part.to);
    return paged(json, part);
}

HttpAnswer files(const GitHubAsk &ask, const PullRequest &pull)
{
    const QList<QByteArray> names = ask.world.changedFiles(pull);
    return pagedList(ask, size_t(names.size()),
        [&](JsonWriter &json, size_t i) { writeChangedFile(json, names[static_cast<qsizetype>(i)]); });
}

bool passes(const GitHubAsk &ask, const PullRequest &pull)
{
    const QByteArray state = ask.http.parameter("state").value_or("open");
    const QByteArray base = ask.http.parameter("base").value_or(QByteArray());
    const QByteArray head = ask.http.parameter("head").value_or(QByteArray());
    const bool open = pull.state == PullRequestState::Open;
    return (state == "all" || (state == "open") == open) && (base.isEmpty() || base == pull.base)
        && (head.isEmpty() || head.mid(head.indexOf(':') + 1) == pull.headBranch);
}

HttpAnswer pulls(const GitHubAsk &ask)
{
    std::vector<const PullRequest *> all;
    for (const auto &[number, pull] : ask.source().pullRequests() | std::views::reverse) {
        if (passes(ask, pull))
            all.push_back(&pull);
    }
    return pagedList(
        ask, all.size(), [&](JsonWriter &json, size_t i) { writePullRequest(json, ask.world, *all[i], false); });
}

} // namespace

HttpAnswer answerPull(const GitHubAsk &ask)
{
    if (ask.path.size() == 1)
        return pulls(ask);
    const PullRequest *found = ask.source().pullRequest(PullRequestNr(ask.at(1).toLongLong()));
    if (found == nullptr)
        return gitHubNotFound();
    if (ask.at(2) == "reviews")
        return reviews(ask, *found);
    if (ask.at(2) == "files")
        return files(ask, *found);
    if (ask.path.size() > 2)
        return gitHubNotFound();
    JsonWriter json;
    writePullRequest(json, ask.world, *found, true);
    return gitHubJson(json);
}

HttpAnswer answerIssue(const GitHubAsk &ask)
{
    const PullRequest *found = ask.source().pullRequest(PullRequestNr(ask.at(1).toLongLong()));
    if (found == nullptr || ask.at(2) != "timeline")
        return gitHubNotFound();
    const std::vector<QByteArray> events = timeline(ask.world, *found);
    return pagedList(ask, events.size(), [&](JsonWriter &json, size_t i) { json.raw(events[i]); });
}

} // namespace narscope::sim
