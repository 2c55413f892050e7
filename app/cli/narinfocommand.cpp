// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/input.h"
#include "cli/nixcommands.h"
#include "cli/trustoptions.h"

#include <QJsonArray>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

/// Everything that a narinfo alone can show.
struct NarInfoChecks {
    nix::NarInfoReading reading;
    nix::TrustResult trust;
    nix::ContentAddressCheck address;

    /// Fine: proved by signatures or by its content address. NotFoundOut: nothing is wrong, and nothing is
    /// proved.
    [[nodiscard]] int code() const
    {
        if (address.verdict == nix::ContentAddressCheck::Verdict::Fails)
            return Failing;
        if (trust.enough || address.verdict == nix::ContentAddressCheck::Verdict::Holds)
            return Fine;
        const auto isBad = [](const nix::SignatureCheck &check) { return check.verdict == nix::SignatureVerdict::Bad; };
        return std::ranges::any_of(trust.signatures, isBad) ? Failing : NotFoundOut;
    }
};

QString word(nix::ContentAddressCheck::Verdict verdict)
{
    switch (verdict) {
    case nix::ContentAddressCheck::Verdict::None:
        return u"none"_s;
    case nix::ContentAddressCheck::Verdict::Holds:
        return u"holds"_s;
    case nix::ContentAddressCheck::Verdict::Fails:
        return u"fails"_s;
    }
    return {};
}

/// Plain words for the whole.
QString verdict(const NarInfoChecks &checks)
{
    if (checks.address.verdict == nix::ContentAddressCheck::Verdict::Fails)
        return u"the path does not follow from the CA field"_s;
    if (checks.trust.enough)
        return u"signed by %1"_s.arg(terminalText(checks.trust.goodKeys.join(", ")));
    if (checks.address.verdict == nix::ContentAddressCheck::Verdict::Holds)
        return u"content-addressed: the path follows from the CA field"_s;
    if (checks.trust.signatures.empty())
        return u"not signed"_s;
    return u"not signed by enough trusted keys (%1 of %2)"_s.arg(checks.trust.goodKeys.size())
        .arg(checks.trust.threshold);
}

void printChecks(const QString &file, const NarInfoChecks &checks)
{
    const auto &info = checks.reading.info;
    print(u"%1: %2"_s.arg(terminalText(file.toUtf8()), verdict(checks)));
    print(u"  path         "_s + QString::fromUtf8(info.path.text()));
    print(u"  fingerprint  "_s + terminalText(checks.trust.fingerprint));
    for (const auto &check : checks.trust.signatures)
        print(u"  signature    %1: %2"_s.arg(terminalText(check.keyName), word(check.verdict)));
    if (checks.trust.signedOverListedOrder())
        print(u"  signature    made over an unsorted reference list (an old upload); Nix rejects it"_s);
    if (checks.address.verdict != nix::ContentAddressCheck::Verdict::None)
        print(u"  CA           "_s + word(checks.address.verdict));
    for (const auto &note : checks.reading.notes)
        print(u"  note         "_s + terminalText(describe(note).toUtf8()));
    print(u"  not signed   URL, Compression, FileHash, FileSize, Deriver, CA; the contents were not looked at"_s);
}

QJsonArray signaturesJson(const nix::TrustResult &trust)
{
    QJsonArray list;
    for (const auto &check : trust.signatures)
        list.append(QJsonObject{{u"key"_s, QString::fromUtf8(check.keyName)}, {u"verdict"_s, word(check.verdict)},
            {u"overListedOrder"_s, check.overListedOrder}});
    return list;
}

QJsonArray notesJson(const std::vector<nix::NarInfoNote> &notes)
{
    QJsonArray list;
    for (const auto &note : notes)
        list.append(QJsonObject{{u"kind"_s, word(note.kind)}, {u"line"_s, note.line},
            {u"subject"_s, QString::fromUtf8(note.subject)}, {u"sentence"_s, describe(note)}});
    return list;
}

QJsonArray strings(const QList<QByteArray> &texts)
{
    QJsonArray list;
    for (const auto &text : texts)
        list.append(QString::fromUtf8(text));
    return list;
}

template <typename T, typename Shown> QJsonValue orNull(const std::optional<T> &value, Shown shown)
{
    return value ? QJsonValue(shown(*value)) : QJsonValue();
}

QJsonObject fieldsJson(const nix::NarInfo &info)
{
    QList<QByteArray> references;
    for (const auto &reference : info.references)
        references.append(reference.baseName());
    return {{u"url"_s, QString::fromUtf8(info.url)}, {u"compression"_s, QString::fromUtf8(info.compression)},
        {u"fileHash"_s,
            orNull(info.fileHash, [](const Hash &hash) { return QString::fromLatin1(hash.prefixedNix32()); })},
        {u"fileSize"_s, orNull(info.fileSize, [](quint64 size) { return qint64(size); })},
        {u"narHash"_s, QString::fromLatin1(info.narHash.prefixedNix32())}, {u"narSize"_s, qint64(info.narSize)},
        {u"references"_s, strings(references)},
        {u"deriver"_s,
            orNull(info.deriver, [](const nix::StorePath &path) { return QString::fromUtf8(path.baseName()); })},
        {u"ca"_s,
            orNull(info.contentAddress, [](const nix::ContentAddress &ca) { return QString::fromLatin1(ca.text()); })}};
}

QJsonObject json(const QString &file, const NarInfoChecks &checks)
{
    return {{u"file"_s, file}, {u"wellFormed"_s, true}, {u"path"_s, QString::fromUtf8(checks.reading.info.path.text())},
        {u"fields"_s, fieldsJson(checks.reading.info)}, {u"notes"_s, notesJson(checks.reading.notes)},
        {u"fingerprint"_s, QString::fromUtf8(checks.trust.fingerprint)},
        {u"signatures"_s, signaturesJson(checks.trust)}, {u"keys"_s, strings(checks.trust.goodKeys)},
        {u"threshold"_s, checks.trust.threshold}, {u"enough"_s, checks.trust.enough},
        {u"contentAddress"_s, word(checks.address.verdict)}};
}

Result<NarInfoChecks> check(const QString &file, const nix::TrustPolicy &policy, QDate today)
{
    const auto bytes = readInput(file, nix::maxNarInfoSize);
    if (!bytes)
        return std::unexpected(bytes.error());
    auto reading = nix::readNarInfo(*bytes);
    if (!reading)
        return std::unexpected(std::move(reading.error()));
    auto trust = nix::checkTrust(*reading, policy, today);
    auto address = nix::checkContentAddress(reading->info);
    return NarInfoChecks{.reading = std::move(*reading), .trust = std::move(trust), .address = std::move(address)};
}

Task<int> run(Context &context, const QCommandLineParser &parser, QStringList files)
{
    if (files.isEmpty())
        co_return fail(noFile(u"narinfo"_s));
    const auto policy = trustPolicy(parser, context);
    if (!policy)
        co_return fail(policy.error());
    const auto today = context.clock.nowUtc().date();
    QJsonArray all;
    int code = Fine;
    for (const auto &file : files) {
        const auto checks = check(file, *policy, today);
        if (!checks) {
            const auto &problem = checks.error();
            code = worse(code, codeOf(problem));
            all.append(QJsonObject{{u"file"_s, file},
                {u"wellFormed"_s, problem.kind == ProblemKind::Malformed ? QJsonValue(false) : QJsonValue()},
                {u"problem"_s, problem.sentence}, {u"where"_s, problem.where}});
            fail(inFile(problem, file));
            continue;
        }
        code = worse(code, checks->code());
        all.append(json(file, *checks));
        if (!context.json)
            printChecks(file, *checks);
    }
    if (context.json)
        printJson(QJsonObject{{u"narinfos"_s, all}});
    co_return code;
}

} // namespace

Command narInfoCommand()
{
    return {.name = u"narinfo"_s,
        .arguments = u"FILE..."_s,
        .summary = u"Check the form and the signatures of narinfo files"_s,
        .declare = &declareTrustOptions,
        .run = &run};
}

} // namespace narscope::cli
