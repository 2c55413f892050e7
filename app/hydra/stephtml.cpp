// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/stephtml.h"
#include "hydra/htmlparsers.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace narscope::hydra {

namespace {

StepRow::Kind kindOf(const QString &text)
{
    if (text.startsWith("Build of"_L1))
        return StepRow::Kind::Build;
    if (text.startsWith("Substitution of"_L1))
        return StepRow::Kind::Substitution;
    return text.startsWith("Resolution of"_L1) ? StepRow::Kind::Resolution : StepRow::Kind::Other;
}

QStringList pathsIn(HtmlNode cell)
{
    QStringList paths;
    for (const auto &path : cell.first(GUMBO_TAG_TT).text().split(u',', Qt::SkipEmptyParts))
        paths.append(path.trimmed());
    return paths;
}

/// The status as a person reads it: without the links and the origin behind it.
QString statusIn(const QString &text)
{
    static const QRegularExpression tail(u"\\s*\\((?:log(?:, raw)?(?:, tail)?|propagated from build \\d+)\\)"_s);
    return QString(text).remove(tail).trimmed();
}

void readStatus(HtmlNode cell, StepRow &step)
{
    static const QRegularExpression propagated(u"\\(propagated from build (\\d+)\\)$"_s);
    const auto text = cell.text();
    step.status = statusIn(text);
    step.state = stateOfStepText(step.status);
    if (const auto match = propagated.match(text); match.hasMatch())
        step.propagatedFrom = BuildId(match.captured(1).toLongLong());
    for (const auto &link : cell.all(GUMBO_TAG_A))
        step.hasLog = step.hasLog || link.text() == "log"_L1;
}

} // namespace

std::optional<qint64> parseDuration(const QString &text)
{
    static const QRegularExpression form(u"^(?:(\\d{1,9})d )?(?:(\\d{1,9})h )?(?:(\\d{1,9})m )?(\\d{1,9})s$"_s);
    const auto match = form.match(text.simplified());
    if (!match.hasMatch())
        return {};
    const auto part = [&match](int i) { return match.captured(i).toLongLong(); };
    return ((part(1) * 24 + part(2)) * 60 + part(3)) * 60 + part(4);
}

QList<StepRow> stepRows(HtmlNode table)
{
    QList<StepRow> steps;
    for (const auto &row : table.rows()) {
        const auto cells = row.cells();
        if (cells.size() < 5 || cells.first().is(GUMBO_TAG_TH))
            continue;
        StepRow step;
        step.number = StepNr(cells[0].text().toLongLong());
        step.kind = kindOf(cells[1].text());
        step.paths = pathsIn(cells[1]);
        step.durationText = cells[2].text();
        step.durationSeconds = parseDuration(step.durationText);
        step.machine = cells[3].text() == "n/a"_L1 ? QString() : cells[3].text();
        readStatus(cells[4], step);
        steps.append(std::move(step));
    }
    return steps;
}

} // namespace narscope::hydra
