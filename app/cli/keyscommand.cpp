// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/input.h"
#include "cli/nixcommands.h"
#include "cli/trustoptions.h"

#include <QJsonArray>
#include <QJsonObject>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

struct Listed {
    nix::TrustedKey key;
    bool trusted = false;
};

/// The trusted ones in the order in which they count, then those that are only known.
std::vector<Listed> listedKeys(const nix::TrustPolicy &policy)
{
    std::vector<Listed> listed;
    const auto isListed = [&](const nix::PublicKey &key) {
        return std::ranges::any_of(listed, [&](const Listed &entry) { return entry.key.key == key; });
    };
    for (const auto &key : policy.keys) {
        // Of two keys with one name the first counts.
        if (!isListed(key.key))
            listed.push_back({.key = key, .trusted = policy.find(key.key.name)->key == key.key});
    }
    for (const auto &key : nix::shippedKeys()) {
        if (!isListed(key.key))
            listed.push_back({.key = key, .trusted = false});
    }
    return listed;
}

QString stateOf(const Listed &listed, QDate today)
{
    if (listed.key.isRetired(today))
        return u"retired"_s;
    return listed.trusted ? u"trusted"_s : u"known"_s;
}

QString line(const Listed &listed, QDate today)
{
    QStringList facts{listed.key.source};
    if (!listed.key.purpose.isEmpty())
        facts << listed.key.purpose;
    if (listed.key.retired)
        facts << u"retired on "_s + listed.key.retired->toString(Qt::ISODate);
    return u"%1  %2  (%3)"_s.arg(stateOf(listed, today).leftJustified(7), terminalText(listed.key.key.text()),
        terminalText(facts.join(u"; "_s).toUtf8()));
}

/// In the form of a list of keys, so that --keys-file reads it.
QJsonObject json(const Listed &listed, QDate today)
{
    QJsonObject object{{u"name"_s, QString::fromUtf8(listed.key.key.name)},
        {u"key"_s, QString::fromUtf8(listed.key.key.text())}, {u"state"_s, stateOf(listed, today)},
        {u"enabled"_s, listed.trusted}, {u"purpose"_s, listed.key.purpose}, {u"source"_s, listed.key.source},
        {u"reference"_s, listed.key.reference}};
    if (listed.key.added)
        object.insert(u"added"_s, listed.key.added->toString(Qt::ISODate));
    if (listed.key.retired)
        object.insert(u"retired"_s, listed.key.retired->toString(Qt::ISODate));
    return object;
}

Task<int> run(Context &context, const QCommandLineParser &parser, QStringList arguments)
{
    if (!arguments.isEmpty())
        co_return fail(
            problemSaying(ProblemKind::Usage, u"keys takes no file; name one with --keys-file."_s, arguments.first())
                .error());
    std::vector<Problem> problems;
    const auto policy = trustPolicy(parser, context, &problems);
    if (!policy)
        co_return fail(policy.error());
    const auto today = context.clock.nowUtc().date();
    QJsonArray keys;
    for (const auto &listed : listedKeys(*policy)) {
        keys.append(json(listed, today));
        if (!context.json)
            print(line(listed, today));
    }
    QJsonArray skipped;
    for (const auto &problem : problems)
        skipped.append(problem.sentence);
    if (context.json)
        printJson(QJsonObject{{u"keys"_s, keys}, {u"threshold"_s, policy->threshold}, {u"skipped"_s, skipped}});
    co_return problems.empty() ? Fine : Failing;
}

} // namespace

Command keysCommand()
{
    return {.name = u"keys"_s,
        .arguments = {},
        .summary = u"List the public keys that are trusted or known"_s,
        .declare = &declareTrustOptions,
        .run = &run};
}

} // namespace narscope::cli
