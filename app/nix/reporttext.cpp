// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/reporttext.h"

#include "base/format.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

QString text(const QByteArray &bytes)
{
    return QString::fromUtf8(bytes);
}

QString when(const Evidence &evidence)
{
    return formatExactTime(evidence.at.count() / 1000);
}

QJsonObject evidenceJson(const Evidence &evidence)
{
    QJsonObject json{{u"what"_s, evidence.what}, {u"url"_s, evidence.url.toString()},
        {u"at"_s, QDateTime::fromMSecsSinceEpoch(evidence.at.count(), QTimeZone::UTC).toString(Qt::ISODate)},
        {u"sha256"_s, text(evidence.sha256.base16())}, {u"size"_s, static_cast<qint64>(evidence.size)}};
    if (!evidence.note.isEmpty())
        json.insert("note"_L1, evidence.note);
    return json;
}

QJsonArray rungsJson(const PathReport &report)
{
    QJsonArray rungs;
    for (const auto &rung : report.rungs)
        rungs << QJsonObject{
            {u"name"_s, word(rung.name)}, {u"verdict"_s, word(rung.verdict)}, {u"detail"_s, rung.detail}};
    return rungs;
}

QJsonArray signaturesJson(const PathReport &report)
{
    QJsonArray signatures;
    for (const auto &signature : report.signatures)
        signatures << QJsonObject{{u"key"_s, text(signature.keyName)}, {u"verdict"_s, word(signature.verdict)}};
    return signatures;
}

QString claims(const PathReport &report)
{
    QStringList list;
    for (const auto &claim : report.notSigned())
        list << text(claim.field);
    return list.join(u", "_s);
}

QString evidenceLine(const Evidence &evidence)
{
    auto line = u"%1 %2, %3, SHA-256 %4, %5"_s.arg(evidence.what, evidence.url.toString(),
        formatSize(static_cast<qint64>(evidence.size)), text(evidence.sha256.base16()), when(evidence));
    if (!evidence.note.isEmpty())
        line += u". "_s + evidence.note;
    return line;
}

/// A pipe would end a table's cell, and markup of a cache must stay text.
QString cell(QString content)
{
    for (const auto *special : {"\\", "|", "`", "*", "_", "<", "[", "]"})
        content.replace(QLatin1StringView(special), u"\\"_s + QLatin1StringView(special));
    return content.replace(u'\n', u' ');
}

QString quoted(QString word)
{
    return u'\'' + word.replace(u'\'', u"'\\''"_s) + u'\'';
}

void addMarkdown(QStringList &lines, const PathReport &report)
{
    lines << u"## `%1`"_s.arg(report.pathText().remove(u'`')) << QString()
          << u"**%1** — %2"_s.arg(word(report.verdict), cell(summary(report))) << QString()
          << u"Cache: %1"_s.arg(cell(report.cache.isEmpty() ? u"none"_s : report.cache)) << QString()
          << u"| rung | verdict | |"_s << u"|---|---|---|"_s;
    for (const auto &rung : report.rungs)
        lines << u"| %1 | %2 | %3 |"_s.arg(title(rung.name), word(rung.verdict), cell(rung.detail));
    lines << QString();
    if (report.info)
        lines << u"No signature covers: %1."_s.arg(cell(claims(report))) << QString();
    for (const auto &evidence : report.evidence)
        lines << u"- "_s + cell(evidenceLine(evidence));
    lines << QString();
}

} // namespace

QJsonObject reportJson(const PathReport &report)
{
    QJsonArray keys;
    for (const auto &key : report.keys)
        keys << text(key);
    QJsonArray open;
    for (const auto name : report.notChecked())
        open << word(name);
    QJsonArray notSigned;
    for (const auto &claim : report.notSigned())
        notSigned << QJsonObject{{u"field"_s, text(claim.field)}, {u"value"_s, text(claim.value)}};
    QJsonArray notes;
    for (const auto &note : report.notes)
        notes << QJsonObject{{u"kind"_s, word(note.kind)}, {u"line"_s, note.line}, {u"detail"_s, describe(note)}};
    QJsonArray evidence;
    for (const auto &one : report.evidence)
        evidence << evidenceJson(one);
    return {{u"path"_s, report.pathText()}, {u"cache"_s, report.cache}, {u"verdict"_s, word(report.verdict)},
        {u"keys"_s, keys}, {u"notChecked"_s, open}, {u"rungs"_s, rungsJson(report)}, {u"summary"_s, summary(report)},
        {u"notSigned"_s, notSigned}, {u"signatures"_s, signaturesJson(report)}, {u"notes"_s, notes},
        {u"evidence"_s, evidence}};
}

QString reportPlain(const PathReport &report)
{
    QStringList lines{report.pathText(), u"  "_s + summary(report)};
    if (!report.cache.isEmpty())
        lines << u"  from %1"_s.arg(report.cache);
    for (const auto &rung : report.rungs)
        lines << u"  %1 %2 %3"_s.arg(word(rung.verdict), -11).arg(word(rung.name), -15).arg(rung.detail);
    if (report.info)
        lines << u"  No signature covers: %1."_s.arg(claims(report));
    for (const auto &evidence : report.evidence)
        lines << u"  "_s + evidenceLine(evidence);
    return lines.join(u'\n');
}

QJsonObject reportJson(const IsoReport &report)
{
    auto json = reportJson(report.ladder ? *report.ladder : newReport(report.asked, {}));
    QJsonArray steps;
    for (const auto &step : report.steps)
        steps << QJsonObject{
            {u"name"_s, word(step.name)}, {u"verdict"_s, word(step.verdict)}, {u"detail"_s, step.detail}};
    auto evidence = json.value("evidence"_L1).toArray();
    for (const auto &one : report.evidence)
        evidence << evidenceJson(one);
    if (report.ladder)
        json.insert("storePath"_L1, report.ladder->pathText());
    json.insert("path"_L1, report.asked);
    json.insert("verdict"_L1, word(report.verdict));
    json.insert("steps"_L1, steps);
    json.insert("summary"_L1, summary(report));
    json.insert("evidence"_L1, evidence);
    return json;
}

QString reportPlain(const IsoReport &report)
{
    QStringList lines{report.asked, u"  "_s + summary(report)};
    for (const auto &step : report.steps)
        lines << u"  %1 %2 %3"_s.arg(word(step.verdict), -11).arg(word(step.name), -15).arg(step.detail);
    for (const auto &evidence : report.evidence)
        lines << u"  "_s + evidenceLine(evidence);
    if (report.ladder)
        lines << reportPlain(*report.ladder);
    return lines.join(u'\n');
}

QString reportMarkdown(std::span<const PathReport> reports)
{
    QStringList lines;
    for (const auto &report : reports)
        addMarkdown(lines, report);
    return lines.join(u'\n');
}

QString nixCommand(std::span<const PathReport> reports, const TrustPolicy &policy)
{
    if (reports.empty())
        return {};
    QStringList keys;
    for (const auto &trusted : policy.keys)
        keys << text(trusted.key.text());
    QStringList words{u"nix"_s, u"--extra-experimental-features"_s, u"nix-command"_s, u"store"_s, u"verify"_s};
    // What was at hand as a file came from no store.
    const auto store
        = std::ranges::find_if(reports, [](const auto &report) { return report.cache.contains("://"_L1); });
    if (store != reports.end())
        words << u"--store"_s << quoted(store->cache);
    words << u"--option"_s << u"trusted-public-keys"_s << quoted(keys.join(u' '));
    if (policy.threshold > 1)
        words << u"--sigs-needed"_s << QString::number(policy.threshold);
    const bool withContents
        = std::ranges::any_of(reports, [](const auto &report) { return report.rung(RungName::NarHash).asked; });
    if (!withContents)
        words << u"--no-contents"_s;
    for (const auto &report : reports)
        words << quoted(report.pathText());
    return words.join(u' ');
}

} // namespace narscope::nix
