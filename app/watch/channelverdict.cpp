// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/channelverdict.h"

#include "base/format.h"
#include "watch/farmmath.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::watch {

namespace {

QString ageOf(qint64 seconds)
{
    return formatAge(Milliseconds(seconds * 1000));
}

/// «1 other build», «1,204 other builds».
QString countOf(qint64 count, const QString &thing)
{
    return u"%1 %2%3"_s.arg(formatCount(count), thing, count == 1 ? QString() : u"s"_s);
}

QString bandText(const ClearBand &band)
{
    if (!band.high)
        return u"more than %1"_s.arg(ageOf(band.low));
    const auto low = ageOf(band.low);
    const auto high = ageOf(*band.high);
    return low == high ? low : u"%1 to %2"_s.arg(low, high);
}

/// «nixos.tests.openssh on x86_64-linux»: a job's name ends in its system.
QString jobText(const QString &job)
{
    const auto system = job.section(u'.', -1);
    return system.contains(u'-') && job.contains(u'.') ? u"%1 on %2"_s.arg(job.section(u'.', 0, -2), system) : job;
}

QString nameOf(PointerView view)
{
    switch (view) {
    case PointerView::Cdn:
        return u"the CDN"_s;
    case PointerView::S3:
        return u"S3"_s;
    case PointerView::Git:
        return u"the git branch"_s;
    case PointerView::Prometheus:
        return u"Prometheus"_s;
    }
    return {};
}

QString shortOf(const Pointing &pointing)
{
    return pointing.release.isEmpty() ? pointing.revision.first(std::min<qsizetype>(12, pointing.revision.size()))
                                      : pointing.release;
}

class Judge {
public:
    Judge(const ChannelFacts &facts, QString server, QUrl hydra, qint64 now)
        : m_facts(facts)
        , m_server(std::move(server))
        , m_hydra(std::move(hydra))
        , m_now(now)
        , m_newer(facts.newerEvals())
    {
    }

    ChannelVerdict run()
    {
        m_verdict.movedAt = m_facts.movedAt();
        if (m_verdict.movedAt) {
            const auto over = m_now - *m_verdict.movedAt - m_facts.usualPause().value_or(assumedPause);
            if (over > 0)
                m_verdict.late = over;
        }
        decide();
        addCommonEvidence();
        addWarnings();
        return std::move(m_verdict);
    }

private:
    // decide() and what it chooses from
    void decide();
    void moved();
    void evaluation();
    void building(const hydra::EvalSummary &newest);
    void blocked(const GateAt &gate);
    void green(const GateAt &gate);
    [[nodiscard]] QString firstProblem() const;
    void unknown(const QString &why);
    void withoutHydra();
    [[nodiscard]] const GateAt *newestGreen() const;
    [[nodiscard]] const GateAt *newestDecided() const;
    [[nodiscard]] QString evaluationFault() const;

    void say(ChannelVerdictKind kind, Severity severity, const QString &brief, const QString &sentence);
    void add(const QString &label, const QString &text, const Subject &subject = {},
        std::optional<hydra::BuildState> state = {}, const QUrl &source = {}, qint64 seenAt = 0);
    void addBlockers(const GateTrouble &trouble);
    void addWindow(const GateTrouble &trouble);
    void addCommonEvidence();
    void addWarnings();
    [[nodiscard]] QString lateText() const
    {
        return m_verdict.late ? u", %1 late"_s.arg(ageOf(*m_verdict.late)) : QString();
    }
    [[nodiscard]] Subject evalSubject(EvalId eval) const { return Subject::ofEvaluation(m_server, eval); }
    [[nodiscard]] Subject buildSubject(BuildId build) const { return Subject::ofBuild(m_server, build); }
    [[nodiscard]] QUrl pageOf(const Subject &subject) const { return subject.page(m_hydra); }

    const ChannelFacts &m_facts;
    QString m_server;
    QUrl m_hydra;
    qint64 m_now;
    QList<hydra::EvalSummary> m_newer;
    ChannelVerdict m_verdict;
};

void Judge::say(ChannelVerdictKind kind, Severity severity, const QString &brief, const QString &sentence)
{
    m_verdict.kind = kind;
    m_verdict.severity = severity;
    m_verdict.brief = brief;
    m_verdict.sentence = sentence;
}

void Judge::add(const QString &label, const QString &text, const Subject &subject,
    std::optional<hydra::BuildState> state, const QUrl &source, qint64 seenAt)
{
    m_verdict.evidence.append({.label = label,
        .state = state,
        .text = text,
        .subject = subject,
        .source = source.isEmpty() && subject != Subject() ? pageOf(subject) : source,
        .seenAt = seenAt});
}

void Judge::decide()
{
    if (!m_facts.pointing())
        return unknown(u"no server says where it points"_s + firstProblem());
    if (!m_verdict.movedAt)
        return unknown(u"it points to %1, but nothing says since when"_s.arg(shortOf(*m_facts.pointing()->value)));
    if (!m_verdict.late)
        return moved();
    if (!m_facts.evals.value || m_facts.releasedEval().value == 0)
        return withoutHydra();
    if (m_newer.isEmpty())
        return evaluation();
    if (const auto *gate = newestGreen())
        return green(*gate);
    if (const auto *gate = newestDecided())
        return blocked(*gate);
    if (m_facts.gateOf(m_newer.first().id))
        return building(m_newer.first());
    withoutHydra();
}

/// One that can be published before one whose other builds are unfinished.
const GateAt *Judge::newestGreen() const
{
    const GateAt *newest = nullptr;
    for (const auto &gate : m_facts.gates) {
        const auto eval = std::ranges::find(m_newer, gate.eval, &hydra::EvalSummary::id);
        if (gate.isGreen() && eval != m_newer.end() && eval->scheduled == 0)
            return &gate;
        if (gate.isGreen() && !newest)
            newest = &gate;
    }
    return newest;
}

const GateAt *Judge::newestDecided() const
{
    const auto it = std::ranges::find_if(m_facts.gates, &GateAt::isDecided);
    return it == m_facts.gates.end() ? nullptr : &*it;
}

void Judge::moved()
{
    const auto age = ageOf(m_now - *m_verdict.movedAt);
    auto sentence = u"Moved %1 ago"_s.arg(age);
    if (const auto *gate = newestDecided(); gate && !gate->isGreen())
        sentence += u"; its gate fails in evaluation %1, which is newer"_s.arg(gate->eval.value);
    else if (!m_newer.isEmpty() && m_newer.first().scheduled > 0)
        sentence += u"; evaluation %1 builds, %2 left"_s.arg(m_newer.first().id.value)
                        .arg(formatCount(m_newer.first().scheduled));
    say(ChannelVerdictKind::Moved, Severity::Good, u"Moved %1 ago"_s.arg(age), sentence + u'.');
}

QString Judge::evaluationFault() const
{
    if (m_facts.jobset.value && !m_facts.jobset.value->fetchError.isEmpty())
        return m_facts.jobset.value->fetchError;
    if (!m_facts.errors.value)
        return {};
    const auto &jobset = *m_facts.errors.value;
    if (!jobset.fetchError.isEmpty())
        return jobset.fetchError;
    // Good evaluations set the time too, and leave the text of jobs that do not evaluate; then there is a
    // newer one.
    const auto newest = m_facts.evals.value->evals.isEmpty() ? 0 : m_facts.evals.value->evals.first().time;
    constexpr qint64 sameEvaluation = 300;
    return jobset.times.errorTime.value_or(0) > newest + sameEvaluation ? jobset.errorMessage : QString();
}

void Judge::evaluation()
{
    const auto jobset = m_facts.channel.gate.jobset;
    const auto subject = Subject::ofJobset(m_server, jobset);
    const auto since = ageOf(m_now - *m_verdict.movedAt);
    if (const auto fault = evaluationFault(); !fault.isEmpty()) {
        add(u"Evaluation"_s, fault.trimmed().section(u'\n', 0, 0), subject, hydra::BuildState::Failed);
        return say(ChannelVerdictKind::Evaluation, Severity::Trouble, u"Evaluation fails"_s + lateText(),
            u"%1 cannot be evaluated, so that there is nothing newer to publish: %2"_s.arg(
                jobset.text(), fault.trimmed().section(u'\n', 0, 0)));
    }
    const auto times = m_facts.jobset.value ? m_facts.jobset.value->times : hydra::JobsetTimes();
    if (times.evaluating || times.pendingSince()) {
        const auto from = ageOf(m_now - times.evaluating.value_or(times.pendingSince().value_or(m_now)));
        const auto brief = (times.evaluating ? u"Evaluating for %1"_s : u"Waits to be evaluated for %1"_s).arg(from);
        const auto what
            = (times.evaluating ? u"%1 has been evaluating for %2"_s : u"%1 has waited %2 to be evaluated"_s)
                  .arg(jobset.text(), from);
        add(u"Evaluation"_s, what, subject, times.evaluating ? hydra::BuildState::Running : hydra::BuildState::Queued);
        return say(ChannelVerdictKind::Evaluation, Severity::Busy, brief,
            u"Nothing newer is evaluated yet: %1. It moved %2 ago."_s.arg(what, since));
    }
    if (!m_facts.jobset.value)
        return unknown(u"nothing newer is evaluated, and Hydra does not say whether anything will be"_s);
    add(u"Evaluation"_s,
        u"%1 was last checked %2 ago; no newer commit was evaluated"_s.arg(
            jobset.text(), times.lastChecked ? ageOf(m_now - *times.lastChecked) : u"an unknown time"_s),
        subject);
    say(ChannelVerdictKind::Moved, Severity::Good, u"Moved %1 ago"_s.arg(since),
        u"Moved %1 ago; nothing newer was evaluated since."_s.arg(since));
}

void Judge::building(const hydra::EvalSummary &newest)
{
    const auto total = newest.succeeded + newest.failed + newest.scheduled;
    const auto band = m_facts.leftOf == newest.id ? clearBand(m_facts.left) : std::nullopt;
    const auto rest = u"%1 of %2 left"_s.arg(formatCount(newest.scheduled), formatCount(total))
        + (band ? u", "_s + bandText(*band) : QString());
    add(u"Evaluation"_s, u"%1: %2"_s.arg(newest.id.value).arg(rest), evalSubject(newest.id), hydra::BuildState::Running,
        {}, m_facts.evals.seenAt);
    if (!band)
        add(u"Estimate"_s, u"none yet: its pace was not watched for long enough"_s);
    if (m_newer.size() > 1)
        add(u"Before it"_s,
            u"%1 since the channel moved, none decided"_s.arg(countOf(m_newer.size() - 1, u"more evaluation"_s)));
    say(ChannelVerdictKind::Building, Severity::Busy, u"Building: "_s + rest,
        u"Evaluation %1 is not built yet: %2; its gate %3 waits for that."_s.arg(newest.id.value)
            .arg(rest, m_facts.channel.gate.job));
}

void Judge::blocked(const GateAt &gate)
{
    QString sentence;
    const auto trouble = m_facts.trouble && m_facts.trouble->eval == gate.eval ? m_facts.trouble : std::nullopt;
    if (gate.build.value == 0) {
        sentence = u"Evaluation %1 has no job %2: it could not be evaluated."_s.arg(gate.eval.value)
                       .arg(m_facts.channel.gate.job);
        add(u"Blocked by"_s, u"%1 is missing in evaluation %2"_s.arg(m_facts.channel.gate.job).arg(gate.eval.value),
            evalSubject(gate.eval), hydra::BuildState::Failed);
    } else if (!trouble || trouble->blockers.isEmpty()) {
        sentence
            = u"%1 fails in evaluation %2; which jobs are the cause is not known yet."_s.arg(m_facts.channel.gate.job)
                  .arg(gate.eval.value);
    } else {
        const auto &first = trouble->blockers.first();
        sentence = u"%1 fails"_s.arg(jobText(first.job));
        if (trouble->firstBad.value != 0)
            sentence += u" since evaluation %1"_s.arg(trouble->firstBad.value);
        if (first.cause && !first.cause->name.isEmpty())
            sentence += u", because %1 does: %2"_s.arg(first.cause->name,
                first.cause->status.isEmpty() ? hydra::word(first.cause->state) : first.cause->status);
        if (trouble->blockers.size() > 1)
            sentence += u"; so do %1"_s.arg(countOf(trouble->blockers.size() - 1, u"more job"_s));
        sentence += u'.';
    }
    if (trouble)
        addBlockers(*trouble);
    add(u"Gate"_s,
        u"%1 in evaluation %2: %3"_s.arg(m_facts.channel.gate.job).arg(gate.eval.value).arg(hydra::word(gate.state)),
        buildSubject(gate.build), gate.state);
    if (trouble)
        addWindow(*trouble);
    if (m_newer.first().id != gate.eval)
        add(u"Next"_s,
            u"evaluation %1 builds, %2 left"_s.arg(m_newer.first().id.value)
                .arg(formatCount(m_newer.first().scheduled)),
            evalSubject(m_newer.first().id), hydra::BuildState::Running, {}, m_facts.evals.seenAt);
    say(ChannelVerdictKind::Blocked, Severity::Trouble, u"Blocked"_s + lateText(), sentence);
}

void Judge::addBlockers(const GateTrouble &trouble)
{
    constexpr qsizetype shown = 5;
    for (const auto &blocker : trouble.blockers.first(std::min(shown, trouble.blockers.size()))) {
        add(u"Blocked by"_s, u"%1: %2"_s.arg(jobText(blocker.job), hydra::word(blocker.state)),
            buildSubject(blocker.build), blocker.state);
        if (blocker.cause)
            add(u"Cause"_s,
                u"%1: %2"_s.arg(blocker.cause->name,
                    blocker.cause->status.isEmpty() ? hydra::word(blocker.cause->state) : blocker.cause->status),
                buildSubject(blocker.cause->build), blocker.cause->state);
    }
    if (trouble.blockers.size() > shown)
        add(u"Blocked by"_s,
            u"%1 more of %2 jobs that it needs"_s.arg(trouble.blockers.size() - shown).arg(trouble.constituents),
            buildSubject(trouble.gate));
    if (trouble.firstBad.value != 0)
        add(u"First bad"_s,
            trouble.firstBadIsSure ? u"evaluation %1"_s.arg(trouble.firstBad.value)
                                   : u"evaluation %1, or one before it"_s.arg(trouble.firstBad.value),
            evalSubject(trouble.firstBad));
}

void Judge::addWindow(const GateTrouble &trouble)
{
    if (!trouble.window)
        return;
    const auto &window = *trouble.window;
    add(u"Window"_s,
        u"%1 commits between %2 and %3"_s.arg(formatCount(window.total))
            .arg(window.from.first(std::min<qsizetype>(12, window.from.size())),
                window.to.first(std::min<qsizetype>(12, window.to.size()))));
    for (const auto &commit : window.commits) {
        if (commit.isSuspect)
            add(u"Suspect"_s, commit.headline,
                commit.pullRequest ? Subject::ofPullRequest(*commit.pullRequest) : Subject::ofCommit(commit.sha), {});
    }
}

void Judge::green(const GateAt &gate)
{
    const auto since = gate.finishedAt ? ageOf(m_now - *gate.finishedAt) : u"an unknown time"_s;
    const auto eval = std::ranges::find(m_newer, gate.eval, &hydra::EvalSummary::id);
    const auto left = eval == m_newer.end() ? 0 : eval->scheduled;
    add(u"Gate"_s,
        u"%1 succeeded in evaluation %2, %3 ago"_s.arg(m_facts.channel.gate.job).arg(gate.eval.value).arg(since),
        buildSubject(gate.build), gate.state);
    if (left > 0) {
        add(u"Other jobs"_s,
            u"%1 of evaluation %2 unfinished; Hydra gives it out when all have ended"_s.arg(formatCount(left))
                .arg(gate.eval.value),
            evalSubject(gate.eval), hydra::BuildState::Queued, {}, m_facts.evals.seenAt);
        return say(ChannelVerdictKind::Green, Severity::Busy,
            u"Green for %1: %2 left"_s.arg(since, countOf(left, u"other build"_s)),
            u"The gate is green for %1, but %2 of evaluation %3 left to finish."_s
                .arg(since, countOf(left, u"other build"_s))
                .arg(gate.eval.value));
    }
    const auto unit = m_facts.unit.value.value_or(QString());
    const auto &name = m_facts.channel.unit;
    if (!unit.isEmpty())
        add(u"Published by"_s, u"%1 is %2"_s.arg(name, unit), {},
            unit == "failed"_L1 ? hydra::BuildState::Failed : hydra::BuildState::Running, {}, m_facts.unit.seenAt);
    if (unit == "failed"_L1)
        return say(ChannelVerdictKind::Green, Severity::Trouble, u"Green for %1: publishing failed"_s.arg(since),
            u"The gate is green for %1 and all has ended, but %2, which publishes it, failed."_s.arg(since, name));
    if (unit == "active"_L1 || unit == "activating"_L1)
        return say(ChannelVerdictKind::Green, Severity::Busy, u"Publishing now"_s,
            u"The gate is green for %1; %2 publishes it now."_s.arg(since, name));
    say(ChannelVerdictKind::Green, Severity::Busy, u"Green for %1: waits to be published"_s.arg(since),
        u"The gate is green for %1 and all has ended; %2 has not published it yet%3."_s.arg(
            since, name, unit.isEmpty() ? u", and its state is not known"_s : QString()));
}

/// Hydra does not answer: what Prometheus tells is all there is.
void Judge::withoutHydra()
{
    const auto age = ageOf(m_now - *m_verdict.movedAt);
    const auto *problem = m_facts.evals.problem ? &*m_facts.evals.problem
        : m_facts.release.problem               ? &*m_facts.release.problem
                                                : nullptr;
    const auto why = problem ? problem->sentence : u"Hydra has not been asked yet."_s;
    if (problem)
        add(u"Not known"_s, problem->sentence, {}, hydra::BuildState::Unknown, QUrl(problem->where));
    if (m_facts.unit.value == u"failed"_s) {
        add(u"Published by"_s, u"%1 is failed"_s.arg(m_facts.channel.unit), {}, hydra::BuildState::Failed, {},
            m_facts.unit.seenAt);
        return say(ChannelVerdictKind::Green, Severity::Trouble, u"Publishing failed"_s + lateText(),
            u"%1, which publishes it, failed; it moved %2 ago."_s.arg(m_facts.channel.unit, age));
    }
    if (m_facts.gateFailed.value == true) {
        add(u"Gate"_s, u"the last finished build of %1 failed, says Prometheus"_s.arg(m_facts.channel.gate.job),
            Subject::ofJob(m_server, m_facts.channel.gate), hydra::BuildState::Failed, {}, m_facts.gateFailed.seenAt);
        return say(ChannelVerdictKind::Blocked, Severity::Trouble, u"Blocked"_s + lateText(),
            u"Its gate %1 fails, says Prometheus; why is not known: %2"_s.arg(m_facts.channel.gate.job, why));
    }
    unknown(u"it moved %1 ago; why it has not since is not known: %2"_s.arg(age, why));
}

/// «: The server's name is not known.», of the first view that could not be had; empty when none was asked yet.
QString Judge::firstProblem() const
{
    const auto failed = std::ranges::find_if(m_facts.views, [](const auto &seen) { return seen.problem.has_value(); });
    return failed == m_facts.views.end() ? QString() : u": "_s + failed->problem->sentence;
}

void Judge::unknown(const QString &why)
{
    for (size_t i = 0; i < pointerViews; ++i) {
        if (const auto &seen = m_facts.views.at(i); seen.problem)
            add(u"Not known"_s, u"%1: %2"_s.arg(nameOf(static_cast<PointerView>(i)), seen.problem->sentence), {},
                hydra::BuildState::Unknown, QUrl(seen.problem->where));
    }
    auto brief = u"Unknown"_s;
    if (const auto *seen = m_facts.pointing(); seen && m_verdict.movedAt)
        brief += u": moved %1 ago"_s.arg(ageOf(m_now - *m_verdict.movedAt));
    say(ChannelVerdictKind::Unknown, Severity::Unknown, brief,
        u"Unknown: "_s + why + (why.endsWith(u'.') ? QString() : u"."_s));
}

void Judge::addCommonEvidence()
{
    QStringList agreeing;
    qint64 seenAt = 0;
    const auto *first = m_facts.pointing();
    for (size_t i = 0; first && i < pointerViews; ++i) {
        const auto view = static_cast<PointerView>(i);
        const auto &seen = m_facts.views.at(i);
        if (!seen.value)
            continue;
        if (&seen == first || seen.value->agreesWith(*first->value) == true) {
            agreeing.append(nameOf(view));
            seenAt = std::max(seenAt, seen.seenAt);
        } else {
            add(u"Pointer"_s, u"%1 says %2"_s.arg(nameOf(view), shortOf(*seen.value)), {}, {}, {}, seen.seenAt);
        }
    }
    if (!agreeing.isEmpty())
        add(u"Pointer"_s,
            u"%1 %2 %3"_s.arg(
                agreeing.join(u", "_s), agreeing.size() == 1 ? u"says"_s : u"agree on"_s, shortOf(*first->value)),
            {}, {}, {}, seenAt);
    if (const auto pause = m_facts.usualPause())
        add(u"Usual"_s, u"it moves every %1 as a rule"_s.arg(formatDuration(Milliseconds(*pause * 1000))));
}

void Judge::addWarnings()
{
    const auto views = disagreeing(m_facts);
    const auto *first = m_facts.pointing();
    if (views.isEmpty() || !first)
        return;
    const bool isOld = m_facts.disagreeSince && m_now - *m_facts.disagreeSince > publishingTime;
    for (const auto view : views) {
        const auto text = u"%1 says %2, the channel itself %3"_s.arg(
            nameOf(view), shortOf(*m_facts.view(view).value), shortOf(*first->value));
        m_verdict.warnings.append(isOld ? u"%1, for %2."_s.arg(text, ageOf(m_now - *m_facts.disagreeSince))
                                        : text + u"; while it is published that is so for some minutes."_s);
    }
}

} // namespace

QString key(ChannelVerdictKind kind)
{
    switch (kind) {
    case ChannelVerdictKind::Moved:
        return u"moved"_s;
    case ChannelVerdictKind::Evaluation:
        return u"evaluation"_s;
    case ChannelVerdictKind::Building:
        return u"building"_s;
    case ChannelVerdictKind::Blocked:
        return u"blocked"_s;
    case ChannelVerdictKind::Green:
        return u"green"_s;
    case ChannelVerdictKind::Unknown:
        return u"unknown"_s;
    }
    return {};
}

ChannelVerdict judge(const ChannelFacts &facts, const QString &server, const QUrl &hydra, qint64 now)
{
    return Judge(facts, server, hydra, now).run();
}

} // namespace narscope::watch
