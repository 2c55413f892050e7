// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/reporttext.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

constexpr qsizetype largestReport = 16 * 1024 * 1024;

template <typename Value, size_t size>
std::optional<Value> named(const std::array<Value, size> &all, const QString &text)
{
    const auto found = std::ranges::find_if(all, [&text](Value value) { return word(value) == text; });
    return found == all.end() ? std::nullopt : std::optional(*found);
}

std::optional<Verdict> verdictIn(const QJsonObject &object)
{
    static constexpr std::array all{Verdict::Holds, Verdict::Fails, Verdict::Unchecked, Verdict::Unavailable};
    return named(all, object.value("verdict"_L1).toString());
}

Evidence evidenceIn(const QJsonObject &object)
{
    Evidence evidence{.what = object.value("what"_L1).toString(),
        .url = QUrl(object.value("url"_L1).toString()),
        .size = quint64(qMax<qint64>(0, object.value("size"_L1).toInteger())),
        .note = object.value("note"_L1).toString()};
    const auto at = QDateTime::fromString(object.value("at"_L1).toString(), Qt::ISODate);
    evidence.at = Milliseconds(at.isValid() ? at.toMSecsSinceEpoch() : 0);
    if (auto digest = fromBase16(object.value("sha256"_L1).toString().toLatin1()); digest && digest->size() == 32)
        evidence.sha256 = {.algorithm = HashAlgorithm::Sha256, .digest = std::move(*digest)};
    return evidence;
}

void readRungs(PathReport &report, const QJsonArray &rungs)
{
    for (const auto &entry : rungs) {
        const auto object = entry.toObject();
        const auto name = named(allRungs, object.value("name"_L1).toString());
        const auto verdict = verdictIn(object);
        if (!name || !verdict)
            continue;
        auto &rung = report.rung(*name);
        rung.verdict = *verdict;
        rung.asked = *verdict == Verdict::Holds || *verdict == Verdict::Fails;
        rung.detail = object.value("detail"_L1).toString();
    }
}

Result<QJsonObject> objectIn(const QByteArray &json)
{
    if (json.size() > largestReport)
        return problem(ProblemKind::TooLarge, u"kept report"_s);
    return QJsonDocument::fromJson(json).object();
}

Result<PathReport> reportIn(const QJsonObject &object)
{
    const auto verdict = verdictIn(object);
    const auto path = object.value("path"_L1).toString();
    if (!verdict || path.isEmpty())
        return problemSaying(ProblemKind::Malformed, u"A kept report cannot be read."_s, path);
    auto report = newReport(path, {});
    if (auto parsed = StorePath::fromText(path.toUtf8()))
        report.path = std::move(*parsed);
    report.cache = object.value("cache"_L1).toString();
    report.verdict = *verdict;
    for (const auto &key : object.value("keys"_L1).toArray())
        report.keys << key.toString().toUtf8();
    readRungs(report, object.value("rungs"_L1).toArray());
    for (const auto &entry : object.value("evidence"_L1).toArray())
        report.evidence.push_back(evidenceIn(entry.toObject()));
    return report;
}

} // namespace

Result<PathReport> reportFromJson(const QByteArray &json)
{
    const auto object = objectIn(json);
    if (!object)
        return std::unexpected(object.error());
    return reportIn(*object);
}

Result<IsoReport> isoReportFromJson(const QByteArray &json)
{
    static constexpr std::array allSteps{IsoStepName::Image, IsoStepName::Release, IsoStepName::Published,
        IsoStepName::StorePath, IsoStepName::Ladder, IsoStepName::Contents};
    auto object = objectIn(json);
    if (!object)
        return std::unexpected(object.error());
    const auto steps = object->value("steps"_L1).toArray();
    auto ladder = reportIn(*object);
    if (!ladder)
        return std::unexpected(ladder.error());
    if (steps.isEmpty())
        return problemSaying(ProblemKind::Malformed, u"A kept report is not that of an image."_s, ladder->asked);
    IsoReport report{.asked = ladder->asked, .verdict = ladder->verdict, .evidence = ladder->evidence};
    for (const auto name : allSteps)
        report.steps.push_back({.name = name, .detail = {}});
    for (const auto &entry : steps) {
        const auto step = entry.toObject();
        const auto name = named(allSteps, step.value("name"_L1).toString());
        const auto verdict = verdictIn(step);
        if (name && verdict)
            report.step(*name) = {.name = *name, .verdict = *verdict, .detail = step.value("detail"_L1).toString()};
    }
    if (auto path = StorePath::fromText(object->value("storePath"_L1).toString().toUtf8())) {
        ladder->asked = QString::fromUtf8(path->text());
        ladder->path = std::move(*path);
        settleVerdict(*ladder);
        report.ladder = std::move(*ladder);
    }
    return report;
}

} // namespace narscope::nix
