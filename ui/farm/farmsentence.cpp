// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/farm/farmsentence.h"

#include "base/format.h"
#include "ui/models/farmwords.h"

#include <QSet>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(FarmSentence)
};

/// «63,159 steps wait, 107 run, 4,388 done in the last hour.»
QString flowOf(const watch::FarmState &state)
{
    const auto &totals = state.totals;
    qint64 waiting = 0;
    for (const auto &line : state.systems)
        waiting += line.waiting;
    QStringList parts;
    if (!state.systems.isEmpty() || totals.runnable)
        parts << Words::tr("%1 steps wait for a slot")
                     .arg(formatCount(state.systems.isEmpty() ? totals.runnable.value_or(0) : waiting));
    if (totals.dependent)
        parts << Words::tr("%1 for other steps").arg(formatCount(*totals.dependent));
    if (totals.running)
        parts << Words::tr("%1 run").arg(formatCount(*totals.running));
    if (totals.donePerHour)
        parts << Words::tr("%1 done an hour").arg(formatCount(qint64(std::llround(*totals.donePerHour))));
    if (totals.uploads.value_or(0) > 0)
        parts << (*totals.uploads == 1 ? Words::tr("1 upload is pending")
                                       : Words::tr("%1 uploads are pending").arg(formatCount(*totals.uploads)));
    if (totals.overflow.value_or(0) > 0)
        parts << Words::tr("%1 copies from the overflow store to do").arg(formatCount(*totals.overflow));
    if (totals.unsupported.value_or(0) > 0)
        parts << Words::tr("%1 that no builder can build").arg(formatCount(*totals.unsupported));
    return parts.isEmpty() ? QString() : parts.join(u", "_s) + u'.';
}

QString formOf(const watch::FarmState &state)
{
    using enum hydra::QueueRunnerStatus::Form;
    using enum hydra::QueueRunnerStatus::Reach;
    if (state.reach == NotConfigured)
        return Words::tr("This Hydra knows no address of its queue runner; builders are known from its page "
                         "of machines alone.");
    return state.form == Flat
        ? Words::tr("Its queue runner is of the older kind: builders tell no load and no pressure.")
        : QString();
}

/// The clauses of the worst few, each builder once.
QString clausesOf(const QList<watch::FarmTrouble> &troubles)
{
    constexpr qsizetype most = 3;
    QStringList clauses;
    QSet<QString> named;
    for (const auto &trouble : troubles) {
        if (!trouble.builder.isEmpty() && trouble.kind != watch::TroubleKind::NoBuilder
            && named.contains(trouble.builder))
            continue;
        named.insert(trouble.builder);
        clauses << clauseOf(trouble);
    }
    const auto rest = clauses.size() - most;
    auto text = clauses.first(std::min(most, clauses.size())).join(u", "_s);
    if (rest > 0)
        text += Words::tr(" and %1 more").arg(rest);
    return text + u'.';
}

} // namespace

Sentence sentenceOf(const watch::FarmState &state)
{
    QStringList quiet{flowOf(state), formOf(state)};
    quiet.removeAll(QString());
    Sentence sentence{.mark = Mark::Queued,
        .what = Words::tr("Nothing is known of the farm yet."),
        .why = {},
        .quiet = quiet.join(u' ')};
    if (state.seenAt() == 0) {
        if (!state.builders.isEmpty())
            sentence.what = Words::tr("Nothing is told yet; below is the farm as it was last seen.");
        return sentence;
    }
    QSet<QString> troubled;
    for (const auto &trouble : state.troubles) {
        if (trouble.kind != watch::TroubleKind::NoBuilder && !trouble.builder.isEmpty())
            troubled.insert(trouble.builder);
    }
    if (!state.troubles.isEmpty()) {
        sentence.mark = markOf(state.troubles.front().kind);
        sentence.what = troubled.isEmpty()
            ? Words::tr("The farm needs a look:")
            : Words::tr("%1 of %2 builders need a look:").arg(troubled.size()).arg(state.builders.size());
        if (troubled.size() == 1)
            sentence.what = Words::tr("1 of %1 builders needs a look:").arg(state.builders.size());
        sentence.why = clausesOf(state.troubles);
        return sentence;
    }
    const auto busy = std::ranges::count_if(
        state.builders, [](const watch::BuilderLine &line) { return line.machine.currentJobs.value_or(0) > 0; });
    sentence.mark = Mark::Succeeded;
    sentence.what = Words::tr("All %1 builders are well;").arg(state.builders.size());
    sentence.why = Words::tr("%1 of them are busy.").arg(busy);
    if (state.builders.isEmpty()) {
        sentence.mark = Mark::Queued;
        sentence.what = Words::tr("No builder is known.");
        sentence.why.clear();
    }
    return sentence;
}

} // namespace narscope::ui
