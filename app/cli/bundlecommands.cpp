// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/command.h"
#include "cli/input.h"
#include "cli/nixcommands.h"
#include "cli/trustoptions.h"
#include "trace/bundleclone.h"
#include "trace/bundlekey.h"

#include <QJsonArray>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

QString shown(const QString &text)
{
    return terminalText(text.toUtf8());
}

void declareVerify(QCommandLineParser &parser)
{
    declareTrustOptions(parser);
    parser.addOption({u"signer"_s, u"Believe bundles of this key only: NAME:BASE64. Can be repeated."_s, u"key"_s});
    parser.addOption(
        {u"repo"_s, u"A clone in which to look for the commits, and for which comes from which."_s, u"folder"_s});
}

Result<trace::BundleTrust> trustOf(const QCommandLineParser &parser, const Context &context)
{
    auto policy = trustPolicy(parser, context);
    if (!policy)
        return std::unexpected(policy.error());
    trace::BundleTrust trust{.signers = {}, .policy = std::move(*policy), .today = context.clock.nowUtc().date()};
    for (const auto &text : parser.values(u"signer"_s)) {
        auto key = nix::parsePublicKey(text.toUtf8());
        if (!key)
            return problemSaying(ProblemKind::Usage, u"--signer takes a public key, NAME:BASE64."_s, text);
        trust.signers.append(std::move(*key));
    }
    return trust;
}

QJsonObject json(const trace::BundleReport &report)
{
    QJsonArray checks;
    for (const auto &check : report.checks)
        checks.append(QJsonObject{{u"name"_s, check.name}, {u"subject"_s, check.subject},
            {u"verdict"_s, word(check.verdict)}, {u"sentence"_s, check.sentence}});
    QJsonArray hops;
    for (const auto &hop : report.hops)
        hops.append(QJsonObject{{u"id"_s, hop.id}, {u"claim"_s, hop.claim}, {u"subject"_s, hop.subject},
            {u"object"_s, hop.object}, {u"grade"_s, hop.grade}, {u"vouchedBy"_s, hop.vouchedBy}});
    QJsonArray ancestry;
    for (const auto &claim : report.ancestry)
        ancestry.append(QJsonObject{{u"ancestor"_s, claim.ancestor}, {u"descendant"_s, claim.descendant}});
    return {{u"key"_s, QString::fromLatin1(report.publicKey.toBase64())}, {u"asked"_s, report.asked},
        {u"headline"_s, report.headline}, {u"result"_s, report.result}, {u"verifiedAt"_s, report.verifiedAt},
        {u"checks"_s, checks}, {u"hops"_s, hops}, {u"findings"_s, QJsonArray::fromStringList(report.findings)},
        {u"ancestry"_s, ancestry}, {u"commits"_s, QJsonArray::fromStringList(report.commits)}};
}

void printReport(const trace::BundleReport &report, bool hasClone)
{
    for (const auto &check : report.checks)
        print(shown(
            u"%1  %2  %3"_s.arg(word(check.verdict).leftJustified(9), check.name.leftJustified(9), check.sentence)
            + (check.subject.isEmpty() || check.sentence.contains(check.subject) ? QString()
                                                                                 : u"  ("_s + check.subject + u')')));
    if (report.hops.isEmpty() && report.headline.isEmpty())
        return;
    print({});
    print(shown(u"The signer says, at %1 by their own clock, about %2: %3 (%4)"_s.arg(
        report.verifiedAt, report.asked, report.headline, report.result)));
    for (const auto &hop : report.hops)
        print(shown(u"  %1  %2  %3 → %4  vouched for by: %5"_s.arg(
            hop.grade.leftJustified(17), hop.claim.leftJustified(13), hop.subject, hop.object, hop.vouchedBy)));
    for (const auto &finding : report.findings)
        print(shown(u"  finding: "_s + finding));
    if (!hasClone && !report.ancestry.isEmpty())
        print(u"Whether %1 commits come from one another was not checked: name a clone with --repo."_s.arg(
            report.ancestry.size()));
}

Task<int> verify(Context &context, const QCommandLineParser &parser, QStringList arguments)
{
    if (arguments.size() != 1)
        co_return fail(problemSaying(ProblemKind::Usage, u"Name one bundle."_s).error());
    const auto trust = trustOf(parser, context);
    if (!trust)
        co_return fail(trust.error());
    const auto bytes = readInput(arguments.first(), trace::maxBundleSize);
    if (!bytes)
        co_return fail(bytes.error());
    auto report = trace::checkBundle(*bytes, *trust);
    const auto clone = parser.value(u"repo"_s);
    const bool isRead = !report.hops.isEmpty() || !report.headline.isEmpty();
    if (!clone.isEmpty() && isRead) {
        auto checking = trace::checkInClone(clone, report);
        report.checks += co_await std::move(checking);
    }
    if (context.json)
        printJson(json(report));
    else
        printReport(report, !clone.isEmpty());
    co_return report.fails() ? Failing : report.isOpen() ? NotFoundOut : Fine;
}

void printDifference(const trace::BundleDifference &one)
{
    const auto side = [](const QString &text) { return text.isEmpty() ? u"(none)"_s : shown(text); };
    print(u"%1 %2\n  - %3\n  + %4"_s.arg(one.what, shown(one.name), side(one.left), side(one.right)));
}

Task<int> diff(Context &context, const QCommandLineParser &, QStringList arguments)
{
    if (arguments.size() != 2)
        co_return fail(problemSaying(ProblemKind::Usage, u"Name two bundles."_s).error());
    std::vector<trace::Bundle> bundles;
    for (const auto &file : arguments) {
        const auto bytes = readInput(file, trace::maxBundleSize);
        if (!bytes)
            co_return fail(bytes.error());
        auto bundle = trace::readBundle(*bytes);
        if (!bundle)
            co_return fail(inFile(bundle.error(), file));
        bundles.push_back(std::move(*bundle));
    }
    const auto found = trace::differences(bundles[0], bundles[1]);
    QJsonArray array;
    for (const auto &one : found) {
        array.append(
            QJsonObject{{u"what"_s, one.what}, {u"name"_s, one.name}, {u"left"_s, one.left}, {u"right"_s, one.right}});
        if (!context.json)
            printDifference(one);
    }
    if (context.json)
        printJson(QJsonObject{{u"differences"_s, array}});
    else if (found.isEmpty())
        print(u"They say the same."_s);
    co_return found.isEmpty() ? Fine : Failing;
}

void declareKey(QCommandLineParser &parser)
{
    parser.addOption({u"make"_s, u"Make a new key of this name (like mira.example.org-1)."_s, u"name"_s});
}

Task<int> key(Context &context, const QCommandLineParser &parser, QStringList arguments)
{
    const auto file = arguments.value(0, trace::usualBundleKeyFile());
    const auto found = parser.isSet(u"make"_s) ? trace::makeBundleKey(file, parser.value(u"make"_s).toUtf8())
                                               : trace::readBundleKey(file);
    if (!found)
        co_return fail(found.error());
    const auto publicKey = found->publicKey();
    const auto text = QString::fromUtf8(publicKey.text());
    const auto id = QString::fromLatin1(trace::keyIdOf(publicKey.bytes));
    if (context.json)
        printJson(QJsonObject{{u"file"_s, file}, {u"key"_s, text}, {u"keyid"_s, id}});
    else
        print(u"%1\nKeep %2 to yourself; give others the line above, for --signer."_s.arg(shown(text), file));
    co_return Fine;
}

} // namespace

std::vector<Command> bundleCommands()
{
    return {
        {.name = u"bundle verify"_s,
            .arguments = u"FILE"_s,
            .summary = u"Check an exported trace without a network."_s,
            .declare = declareVerify,
            .run = verify},
        {.name = u"bundle diff"_s,
            .arguments = u"A B"_s,
            .summary = u"Tell what two exported traces say differently."_s,
            .declare = nullptr,
            .run = diff},
        {.name = u"bundle key"_s,
            .arguments = u"[FILE]"_s,
            .summary = u"Show or make the key that signs exported traces."_s,
            .declare = declareKey,
            .run = key},
    };
}

} // namespace narscope::cli
