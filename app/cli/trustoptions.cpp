// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/trustoptions.h"

#include "cli/command.h"
#include "cli/input.h"
#include "cli/nixcommands.h"

#include <algorithm>
#include <iterator>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

constexpr qint64 maxKeysFile = 4 * 1024 * 1024;

nix::TrustedKey given(nix::PublicKey key, const QString &source)
{
    return {.key = std::move(key), .purpose = {}, .source = source, .reference = {}, .added = {}, .retired = {}};
}

/// Keys of a file: a nix.conf, a list as `keys --json` writes it, or any text with keys in it.
Result<nix::KeyImport> keysOfFile(const QString &name)
{
    const auto text = readInput(name, maxKeysFile);
    if (!text)
        return std::unexpected(text.error());
    if (name.endsWith(u"nix.conf"_s))
        return nix::keysFromNixConf(*text);
    if (auto list = nix::parseKeysJson(*text, name))
        return nix::KeyImport{.keys = std::move(*list), .problems = {}};
    return nix::keysFromText(*text, name);
}

Result<void> addKeysOfFiles(nix::TrustPolicy &policy, const QStringList &files, std::vector<Problem> *skipped)
{
    for (const auto &file : files) {
        auto import = keysOfFile(file);
        if (!import)
            return std::unexpected(std::move(import.error()));
        if (import->keys.empty() && !import->problems.empty())
            return std::unexpected(import->problems.front());
        if (import->keys.empty())
            return problemSaying(ProblemKind::Malformed, u"The file holds no public key."_s, file);
        for (const auto &problem : import->problems) {
            fail(inFile(problem, file)); // a key that is not counted may be the one that was needed
            if (skipped)
                skipped->push_back(problem);
        }
        std::ranges::copy_if(import->keys, std::back_inserter(policy.keys), &nix::TrustedKey::enabledByDefault);
    }
    return {};
}

} // namespace

void declareTrustOptions(QCommandLineParser &parser)
{
    parser.addOptions({{u"key"_s, u"Trust this public key (repeatable)."_s, u"NAME:BASE64"_s},
        {u"keys-file"_s, u"Trust the public keys in this file: a nix.conf, a list, any text (repeatable)."_s,
            u"FILE"_s},
        {u"no-default-keys"_s, u"Do not trust the keys that Narscope ships as trusted."_s},
        {u"threshold"_s, u"How many distinct keys must have signed."_s, u"N"_s, u"1"_s}});
}

Result<nix::TrustPolicy> trustPolicy(
    const QCommandLineParser &parser, const Context &context, std::vector<Problem> *skipped)
{
    nix::TrustPolicy policy;
    for (const auto &text : parser.values(u"key"_s)) {
        auto key = nix::parsePublicKey(text.toUtf8());
        if (!key)
            return problemSaying(
                ProblemKind::Usage, u"--key is not a public key NAME:BASE64."_s, text, key.error().sentence);
        policy.keys.push_back(given(std::move(*key), u"--key"_s));
    }
    if (auto added = addKeysOfFiles(policy, parser.values(u"keys-file"_s), skipped); !added)
        return std::unexpected(std::move(added.error()));
    for (const auto &text : context.demoKeys) {
        if (auto key = nix::parsePublicKey(text))
            policy.keys.push_back(given(std::move(*key), u"demo"_s));
    }
    if (!parser.isSet(u"no-default-keys"_s)) {
        const auto shipped = nix::defaultPolicy().keys;
        policy.keys.insert(policy.keys.end(), shipped.begin(), shipped.end());
    }
    bool isNumber = false;
    policy.threshold = parser.value(u"threshold"_s).toInt(&isNumber);
    if (!isNumber || policy.threshold < 1)
        return problemSaying(
            ProblemKind::Usage, u"--threshold is not a number from 1 on."_s, parser.value(u"threshold"_s));
    return policy;
}

} // namespace narscope::cli
