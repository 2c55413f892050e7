// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/input.h"
#include "cli/nixcommands.h"
#include "nix/narcheck.h"

#include <QCommandLineParser>
#include <QJsonArray>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

struct Checked {
    nix::Compression compression = nix::Compression::None;
    nix::NarFacts facts;
};

Result<Checked> checkArchive(const QString &file)
{
    std::optional<nix::NarCheck> check;
    Checked checked;
    const auto start = [&](QByteArrayView piece) {
        checked.compression = nix::compressionOfFile(file, piece);
        check.emplace(nix::NarCheckRequest{.compression = checked.compression,
            .limits = {},
            .hashFile = true,
            .references = false,
            .wanted = {},
            .storeDir = nix::defaultStoreDir(),
            .contentAddress = {},
            .selfHashPart = {}});
    };
    const auto read = readPieces(file, [&](QByteArrayView piece) {
        if (!check)
            start(piece);
        check->feed(piece);
        return true;
    });
    if (!read)
        return std::unexpected(read.error());
    if (!check)
        start({});
    checked.facts = check->finish();
    return checked;
}

/// The first thing that is wrong with it.
std::optional<Problem> faultOf(const Checked &checked, const std::optional<Hash> &expected)
{
    if (checked.facts.decoding)
        return checked.facts.decoding;
    if (checked.facts.form)
        return checked.facts.form;
    if (expected && *expected != checked.facts.narHash)
        return problemSaying(ProblemKind::Malformed, u"The archive's hash is not the one expected."_s).error();
    return {};
}

QJsonObject json(const QString &file, const Checked &checked, const std::optional<Problem> &fault)
{
    const auto &facts = checked.facts;
    QJsonObject object{{u"file"_s, file}, {u"compression"_s, QString::fromLatin1(name(checked.compression))},
        {u"fileHash"_s, QString::fromLatin1(facts.fileHash->prefixedNix32())}, {u"fileSize"_s, qint64(facts.fileSize)},
        {u"narHash"_s, QString::fromLatin1(facts.narHash.prefixedNix32())}, {u"narSize"_s, qint64(facts.narSize)},
        {u"wellFormed"_s, !facts.decoding && !facts.form}, {u"holds"_s, !fault}};
    if (facts.brokenRule)
        object.insert(u"brokenRule"_s, word(*facts.brokenRule));
    if (facts.decoderFault)
        object.insert(u"decoderFault"_s, word(*facts.decoderFault));
    if (fault) {
        object.insert(u"problem"_s, fault->sentence);
        object.insert(u"where"_s, fault->where);
    }
    return object;
}

void printFacts(const QString &file, const Checked &checked, bool holds)
{
    const auto &facts = checked.facts;
    print(u"%1: %2"_s.arg(terminalText(file.toUtf8()), holds ? u"well-formed"_s : u"FAILS"_s));
    print(u"  compression  "_s + QString::fromLatin1(name(checked.compression)));
    print(
        u"  file         %1  %2 bytes"_s.arg(QString::fromLatin1(facts.fileHash->prefixedNix32())).arg(facts.fileSize));
    print(u"  archive      %1  %2 bytes"_s.arg(QString::fromLatin1(facts.narHash.prefixedNix32())).arg(facts.narSize));
}

Result<std::optional<Hash>> expectedHash(const QCommandLineParser &parser)
{
    if (!parser.isSet(u"hash"_s))
        return std::nullopt;
    const auto text = parser.value(u"hash"_s).toUtf8();
    auto hash = parseHash(text);
    if (!hash) // digits alone, as of sha256sum
        hash = parseHash("sha256:" + text);
    if (hash && hash->algorithm != HashAlgorithm::Sha256)
        return problemSaying(ProblemKind::Usage, u"--hash takes a SHA-256."_s);
    if (!hash)
        return std::unexpected(std::move(hash.error()));
    return std::optional(std::move(*hash));
}

Task<int> verifyArchives(Context &context, const QCommandLineParser &parser, QStringList files)
{
    if (files.isEmpty())
        co_return fail(noFile(u"nar verify"_s));
    const auto expected = expectedHash(parser);
    if (!expected)
        co_return fail(expected.error());
    QJsonArray all;
    int code = Fine;
    for (const auto &file : files) {
        const auto checked = checkArchive(file);
        if (!checked) {
            code = worse(code, fail(checked.error()));
            all.append(QJsonObject{{u"file"_s, file}, {u"problem"_s, checked.error().sentence}});
            continue;
        }
        const auto fault = faultOf(*checked, *expected);
        all.append(json(file, *checked, fault));
        if (!context.json)
            printFacts(file, *checked, !fault);
        if (fault) {
            fail(inFile(*fault, file));
            code = worse(code, codeOf(*fault));
        }
    }
    if (context.json)
        printJson(QJsonObject{{u"archives"_s, all}});
    co_return code;
}

} // namespace

Command narVerifyCommand()
{
    return {.name = u"nar verify"_s,
        .arguments = u"FILE..."_s,
        .summary = u"Check that archives are well-formed, and give their hashes"_s,
        .declare =
            [](QCommandLineParser &parser) {
                parser.addOption({u"hash"_s, u"The SHA-256 that each archive must have, unpacked."_s, u"HASH"_s});
            },
        .run = &verifyArchives};
}

} // namespace narscope::cli
