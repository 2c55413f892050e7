// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/farm/farmdetail.h"

#include "base/format.h"
#include "ui/farm/farmlist.h"
#include "ui/models/farmrows.h"
#include "ui/models/farmwords.h"
#include "ui/widgets/detailrows.h"
#include "ui/widgets/textlabel.h"
#include "watch/farmjudge.h"

#include <QButtonGroup>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <cmath>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr qint64 day = 24 * 3600;
constexpr std::array pages{FarmDetail::Page::Depth, FarmDetail::Page::Jobsets, FarmDetail::Page::Events,
    FarmDetail::Page::Steps, FarmDetail::Page::Load, FarmDetail::Page::Facts};

QString titleOf(FarmDetail::Page page)
{
    switch (page) {
    case FarmDetail::Page::Depth:
        return FarmDetail::tr("Depth");
    case FarmDetail::Page::Jobsets:
        return FarmDetail::tr("Jobsets");
    case FarmDetail::Page::Events:
        return FarmDetail::tr("Events");
    case FarmDetail::Page::Steps:
        return FarmDetail::tr("Steps");
    case FarmDetail::Page::Load:
        return FarmDetail::tr("Load");
    case FarmDetail::Page::Facts:
        return FarmDetail::tr("Facts");
    }
    return {};
}

template <typename Points, typename Value> PlotLine lineOf(const QString &name, const Points &points, Value value)
{
    PlotLine line{.name = name, .points = {}};
    for (const auto &point : points) {
        if (const std::optional<double> known = value(point))
            line.points << QPointF(double(point.time), *known);
    }
    return line;
}

/// From the first point, when less than a day is known.
qint64 beginOf(const QList<PlotLine> &lines, qint64 now)
{
    double first = double(now - 600);
    for (const auto &line : lines) {
        if (!line.points.isEmpty())
            first = std::min(first, line.points.first().x());
    }
    return std::max(now - day, qint64(first));
}

Plot plotOf(const QString &title, const QList<PlotLine> &lines, PlotUnit unit, qint64 now)
{
    return {.title = title, .lines = lines, .unit = unit, .from = beginOf(lines, now), .until = now};
}

QString hintOf(const watch::SystemQueueLine &line)
{
    QStringList parts{FarmDetail::tr("%1 wait, %2 run").arg(formatCount(line.waiting), formatCount(line.running))};
    if (line.clear)
        parts << FarmDetail::tr("clear in %1").arg(wordsOf(*line.clear));
    if (line.clear && line.clear->past)
        parts << wordsOf(line.clear->past);
    return parts.join(u"; "_s);
}

QString hintOf(const watch::FarmState &state, const watch::BuilderLine &line, qint64 now)
{
    QStringList parts;
    if (!line.isConnected)
        parts << FarmDetail::tr("last seen %1 ago")
                     .arg(formatAge(std::chrono::seconds(std::max<qint64>(0, now - line.lastSeen))));
    else if (line.steps)
        parts << (line.steps->size() == 1 ? FarmDetail::tr("1 running step")
                                          : FarmDetail::tr("%1 running steps").arg(line.steps->size()));
    if (line.record && line.record->total() > 0)
        parts << FarmDetail::tr("%1 failed where the others fail %2")
                     .arg(percentOf(line.record->failedShare(), 1),
                         percentOf(watch::othersFailedShare(state, line.machine.name), 1));
    return parts.join(u"; "_s);
}

/// What our own history has of it, beside the same of the others.
QString ownText(const watch::FarmState &state, const watch::BuilderLine &line, qint64 now)
{
    if (!line.own || line.own->total() == 0)
        return {};
    const auto &own = *line.own;
    auto text = FarmDetail::tr("%1 steps succeeded, %2 failed (%3) since %4")
                    .arg(formatCount(own.succeeded), formatCount(own.failed), percentOf(own.failedShare(), 1),
                        formatTime(own.since, now));
    watch::BuilderRecord others;
    for (const auto &other : state.builders) {
        if (!other.own || other.machine.name == line.machine.name)
            continue;
        others.succeeded += other.own->succeeded;
        others.failed += other.own->failed;
    }
    if (others.total() > 0)
        text += FarmDetail::tr("; of the others' %1 steps %2 failed")
                    .arg(formatCount(others.total()), percentOf(others.failedShare(), 1));
    return text;
}

FarmList *stepList()
{
    return new FarmList(stepHeaders(), {300, 96, 260, 160, 90, 150}, StepJob);
}

} // namespace

FarmDetail::FarmDetail(QWidget *parent)
    : QWidget(parent)
    , m_title(new TextLabel(TextRole::Bold))
    , m_hint(new TextLabel(TextRole::Quiet))
    , m_buttons(new QButtonGroup(this))
    , m_head(new QHBoxLayout)
    , m_stack(new QStackedWidget)
    , m_depth(new TimePlot)
    , m_jobsets(new FarmList(jobsetHeaders(), {220, 90, 60, 140, 70}, JobsetsName))
    , m_events(new FarmList(eventHeaders(), {300, 70}, 0))
    , m_steps(stepList())
    , m_loads(new QWidget)
    , m_facts(new DetailRows)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, metric::cellPadding, 0, 0);
    column->setSpacing(2);
    m_title->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    m_head->setSpacing(4);
    m_head->addWidget(m_title);
    m_head->addSpacing(metric::cellPadding);
    m_head->addWidget(m_hint, 1);
    makeButtons();
    column->addLayout(m_head);
    column->addWidget(m_stack, 1);
    auto *loads = new QHBoxLayout(m_loads);
    loads->setContentsMargins(0, 0, 0, 0);
    for (int i = 0; i < 3; ++i) {
        m_load << new TimePlot;
        loads->addWidget(m_load.back(), 1);
    }
    auto *facts = new QScrollArea;
    facts->setFrameShape(QFrame::NoFrame);
    facts->setWidgetResizable(true);
    facts->setFocusPolicy(Qt::TabFocus);
    facts->setWidget(m_facts);
    m_facts->setLabelWidth(120);
    for (QWidget *page : std::initializer_list<QWidget *>{m_depth, m_jobsets, m_events, m_steps, m_loads, facts})
        m_stack->addWidget(page);
    for (auto *list : {m_jobsets, m_events, m_steps})
        connect(list, &FarmList::openRequested, this, &FarmDetail::openRequested);
    connect(m_facts, &DetailRows::openRequested, this, &FarmDetail::openRequested);
    m_steps->setMoreSubjects([this](const QString &key) { return moreOf(key); });
}

void FarmDetail::makeButtons()
{
    for (const auto page : pages) {
        auto *button = new QPushButton(titleOf(page));
        button->setCheckable(true);
        m_buttons->addButton(button, int(page));
        m_head->addWidget(button);
    }
    connect(m_buttons, &QButtonGroup::idClicked, this, [this](int id) {
        (m_isBuilder ? m_builderPage : m_systemPage) = Page(id);
        showPage(Page(id));
    });
}

void FarmDetail::setActions(const SubjectActions *actions)
{
    for (auto *list : {m_jobsets, m_events, m_steps})
        list->setActions(actions);
}

void FarmDetail::setWide(bool wide)
{
    m_wide = wide;
    if (!m_isBuilder)
        offer(wide ? QList{Page::Depth} : QList{Page::Depth, Page::Jobsets, Page::Events});
}

void FarmDetail::offer(const QList<Page> &offered)
{
    for (const auto page : pages)
        m_buttons->button(int(page))->setVisible(offered.contains(page) && offered.size() > 1);
    auto wanted = m_isBuilder ? m_builderPage : m_systemPage;
    if (wanted == Page::Steps && m_steps->facts().rowCount() == 0) // then its past tells more
        wanted = Page::Load;
    showPage(offered.contains(wanted) ? wanted : offered.first());
}

void FarmDetail::showPage(Page page)
{
    m_buttons->button(int(page))->setChecked(true);
    m_stack->setCurrentIndex(int(page));
}

FarmDetail::Page FarmDetail::page() const
{
    return Page(m_stack->currentIndex());
}

void FarmDetail::setPage(Page page)
{
    const bool ofBuilder = page == Page::Steps || page == Page::Load || page == Page::Facts;
    (ofBuilder ? m_builderPage : m_systemPage) = page;
    if (ofBuilder == m_isBuilder)
        showPage(page);
}

QString FarmDetail::title() const
{
    return m_title->text();
}

QString FarmDetail::hint() const
{
    return m_hint->text();
}

void FarmDetail::showNothing()
{
    setVisible(false);
}

void FarmDetail::showSystem(const watch::FarmState &state, const QString &system, const QString &server, qint64 now)
{
    const auto *line = state.system(system);
    setVisible(line != nullptr);
    if (!line)
        return;
    m_isBuilder = false;
    m_title->setText(system);
    m_hint->setText(hintOf(*line));
    const QList lines{lineOf(tr("waiting"), line->points,
                          [](const watch::QueuePoint &point) { return std::optional(point.waiting); }),
        lineOf(
            tr("running"), line->points, [](const watch::QueuePoint &point) { return std::optional(point.running); })};
    m_depth->setPlot(plotOf(tr("Steps"), lines, PlotUnit::Count, now));
    m_jobsets->setRows(jobsetRows(state, server, now));
    m_events->setRows(eventRows(state, server, now));
    offer(m_wide ? QList{Page::Depth} : QList{Page::Depth, Page::Jobsets, Page::Events});
}

void FarmDetail::showBuilder(const watch::FarmState &state, const QString &builder, const QString &server, qint64 now)
{
    const auto *line = state.builder(builder);
    setVisible(line != nullptr);
    if (!line)
        return;
    m_isBuilder = true;
    m_title->setText(shortBuilder(builder));
    m_hint->setText(hintOf(state, *line, now));
    m_steps->setRows(stepRows(*line, server));
    m_drvPaths.clear();
    if (line->steps) {
        for (const auto &step : *line->steps) {
            if (!step.drvPath.isEmpty())
                m_drvPaths[step.step.build.text() + u' ' + step.step.drvName] = step.drvPath;
        }
    }
    fillLoad(*line, now);
    fillFacts(state, *line, now);
    offer({Page::Steps, Page::Load, Page::Facts});
}

void FarmDetail::fillLoad(const watch::BuilderLine &line, qint64 now)
{
    using watch::BuilderPoint;
    const QList load{lineOf(tr("load"), line.points, [](const BuilderPoint &point) { return point.load; })};
    const QList memory{lineOf(tr("used"), line.points, [](const BuilderPoint &point) { return point.memory; })};
    const QList waits{lineOf(tr("CPU"), line.points, [](const BuilderPoint &point) { return point.cpuWait; }),
        lineOf(tr("memory"), line.points, [](const BuilderPoint &point) { return point.memoryWait; }),
        lineOf(tr("disk"), line.points, [](const BuilderPoint &point) { return point.ioWait; })};
    const auto jobs = lineOf(tr("steps"), line.points,
        [](const BuilderPoint &point) { return point.jobs ? std::optional(double(*point.jobs)) : std::nullopt; });
    // Builders that tell no load still have their steps.
    if (load.first().points.isEmpty())
        m_load[0]->setPlot(plotOf(tr("Steps at once"), {jobs}, PlotUnit::Count, now));
    else
        m_load[0]->setPlot(plotOf(
            line.machine.cpus ? tr("Load, %1 CPUs").arg(*line.machine.cpus) : tr("Load"), load, PlotUnit::Number, now));
    m_load[1]->setPlot(plotOf(tr("Memory"), memory, PlotUnit::Share, now));
    m_load[2]->setPlot(plotOf(tr("Waits for"), waits, PlotUnit::Share, now));
    m_load[1]->setVisible(!memory.first().points.isEmpty());
    m_load[2]->setVisible(std::ranges::any_of(waits, [](const PlotLine &wait) { return !wait.points.isEmpty(); }));
}

void FarmDetail::fillFacts(const watch::FarmState &state, const watch::BuilderLine &line, qint64 now)
{
    const auto &machine = line.machine;
    QList<DetailRow> rows;
    const auto add = [&rows](const QString &label, const QString &text, Mark mark = Mark::None) {
        if (!text.isEmpty())
            rows << DetailRow{.label = label, .text = text, .whole = {}, .mark = mark, .subject = {}};
    };
    for (const auto &trouble : troublesOf(state, machine.name))
        add(tr("Stands out"), wordsOf(trouble), markOf(trouble.kind));
    if (line.isKnownWhole && line.isConnected && machine.maxJobs > 0 && !watch::whatHolds(machine, now)) {
        const bool full = machine.currentJobs.value_or(0) >= machine.maxJobs;
        add(tr("Capacity"), full ? tr("full: all its %1 slots are taken").arg(machine.maxJobs) : tr("takes steps"));
    }
    add(tr("Systems"), machine.systems.join(u", "_s));
    add(tr("Features"), machine.features.join(u", "_s));
    add(tr("Only for steps with"), machine.mandatoryFeatures.join(u", "_s));
    if (line.isKnownWhole && machine.maxJobs > 0)
        add(tr("Speed"), tr("factor %1, %2 slots").arg(machine.speedFactor).arg(machine.maxJobs));
    const auto memory = machine.memory ? formatSize(*machine.memory) : QString();
    add(tr("Hardware"), machine.cpus ? tr("%1 CPUs, %2").arg(*machine.cpus).arg(memory) : memory);
    if (machine.load)
        add(tr("Load"),
            tr("%1, %2, %3 over 1, 5 and 15 minutes")
                .arg(machine.load->load1, 0, 'f', 2)
                .arg(machine.load->load5, 0, 'f', 2)
                .arg(machine.load->load15, 0, 'f', 2));
    add(tr("Nix"), machine.nixVersion);
    if (line.record && line.record->total() > 0)
        add(tr("Builds"),
            tr("%1 succeeded, %2 failed %3")
                .arg(formatCount(line.record->succeeded), formatCount(line.record->failed),
                    line.record->since > 0 ? tr("within a day") : tr("since it connected")));
    add(tr("Seen by us"), ownText(state, line, now));
    if (machine.stepsDone > 0)
        add(tr("Steps done"),
            machine.averageBuildMs
                ? tr("%1, building takes %2 on average")
                      .arg(formatCount(machine.stepsDone), formatDuration(Milliseconds(*machine.averageBuildMs)))
                : formatCount(machine.stepsDone));
    if (machine.lastFailure)
        add(tr("Last failure"),
            tr("%1 ago").arg(formatAge(std::chrono::seconds(std::max<qint64>(0, now - *machine.lastFailure)))));
    if (line.firstSeen)
        add(tr("First seen by us"), formatTime(*line.firstSeen, now));
    add(tr("Whole name"), machine.name);
    m_facts->setRows(rows);
}

QList<Subject> FarmDetail::moreOf(const QString &stepKey) const
{
    const auto path = m_drvPaths.value(stepKey);
    return path.isEmpty() ? QList<Subject>{} : QList{Subject::ofStorePath(path)};
}

std::optional<Subject> FarmDetail::pointedAt() const
{
    for (const auto *list : {m_jobsets, m_events, m_steps}) {
        if (list->hasFocus())
            return list->pointedAt();
    }
    return {};
}

QList<Subject> FarmDetail::alsoPointedAt() const
{
    return m_steps->hasFocus() ? moreOf(m_steps->currentKey()) : QList<Subject>{};
}

void FarmDetail::focusPage()
{
    auto *widget = m_stack->currentWidget() == m_loads ? m_load.first() : m_stack->currentWidget();
    widget->setFocus(Qt::TabFocusReason);
    if (auto *list = qobject_cast<FarmList *>(widget);
        list && list->currentKey().isEmpty() && list->facts().rowCount() > 0)
        list->setCurrentIndex(list->facts().index(0, 0));
}

} // namespace narscope::ui
