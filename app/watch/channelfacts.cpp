// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/channelfacts.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::watch {

QString word(PointerView view)
{
    switch (view) {
    case PointerView::Cdn:
        return u"cdn"_s;
    case PointerView::S3:
        return u"s3"_s;
    case PointerView::Git:
        return u"git"_s;
    case PointerView::Prometheus:
        return u"prometheus"_s;
    }
    return {};
}

std::optional<bool> Pointing::agreesWith(const Pointing &other) const
{
    if (!release.isEmpty() && !other.release.isEmpty())
        return release == other.release;
    if (!revision.isEmpty() && !other.revision.isEmpty())
        return revision == other.revision;
    const auto name = channels::parseReleaseName(release.isEmpty() ? other.release : release);
    const auto &whole = revision.isEmpty() ? other.revision : revision;
    return name && !whole.isEmpty() ? std::optional(whole.startsWith(name->shortRevision)) : std::nullopt;
}

const Seen<Pointing> *ChannelFacts::pointing() const
{
    for (const auto which : {PointerView::Cdn, PointerView::S3, PointerView::Prometheus, PointerView::Git}) {
        if (view(which).value)
            return &view(which);
    }
    return nullptr;
}

Epoch ChannelFacts::movedAt() const
{
    Epoch newest;
    for (const auto &seen : views) {
        if (seen.value && seen.value->movedAt)
            newest = std::max(newest.value_or(0), *seen.value->movedAt);
    }
    if (release.value)
        newest = std::max(newest.value_or(0), release.value->releasedAt);
    return newest;
}

EvalId ChannelFacts::releasedEval() const
{
    return release.value ? release.value->eval : EvalId();
}

QList<hydra::EvalSummary> ChannelFacts::newerEvals() const
{
    QList<hydra::EvalSummary> newer;
    if (evals.value && releasedEval().value != 0)
        std::ranges::copy_if(evals.value->evals, std::back_inserter(newer),
            [this](const auto &eval) { return eval.id > releasedEval(); });
    return newer;
}

std::optional<qint64> ChannelFacts::usualPause() const
{
    if (moves.size() < 3)
        return {};
    std::vector<qint64> pauses;
    for (qsizetype i = 1; i < moves.size(); ++i)
        pauses.push_back(moves[i] - moves[i - 1]);
    const auto middle = pauses.begin() + std::ssize(pauses) / 2;
    std::ranges::nth_element(pauses, middle);
    return *middle;
}

const GateAt *ChannelFacts::gateOf(EvalId eval) const
{
    const auto it = std::ranges::find(gates, eval, &GateAt::eval);
    return it == gates.end() ? nullptr : &*it;
}

QList<PointerView> disagreeing(const ChannelFacts &facts)
{
    QList<PointerView> views;
    const auto *first = facts.pointing();
    for (size_t i = 0; first && i < pointerViews; ++i) {
        const auto &seen = facts.views.at(i);
        if (seen.value && &seen != first && seen.value->agreesWith(*first->value) == false)
            views.append(static_cast<PointerView>(i));
    }
    return views;
}

} // namespace narscope::watch
