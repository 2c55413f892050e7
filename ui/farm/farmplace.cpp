// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/farm/farmplace.h"

#include "ui/farm/farmlist.h"
#include "ui/farm/farmsentence.h"
#include "ui/models/farmrows.h"
#include "ui/widgets/emptystate.h"
#include "ui/widgets/problembanner.h"

#include <QComboBox>
#include <QDataStream>
#include <QLineEdit>
#include <QSplitter>
#include <QStackedWidget>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int tickEvery = 10'000; ///< ms

} // namespace

FarmPlace::FarmPlace(const QList<FarmServer> &servers, Clock &clock, QWidget *parent)
    : Place(parent)
    , m_servers(servers)
    , m_clock(clock)
{
    build();
    for (const auto &one : servers)
        connect(one.feed, &watch::FarmFeed::changed, this,
            [this, id = one.id](const watch::FarmState &state) { take(id, state); });
    m_tick.setInterval(tickEvery);
    connect(&m_tick, &QTimer::timeout, this, [this] { fill(); });
    fill();
}

FarmPlace::~FarmPlace()
{
    for (const auto &one : m_servers)
        one.feed->setView(FarmPlace::id(), watch::FarmView::Hidden); // nothing that overrides it is left
}

bool FarmPlace::shows(const Subject &subject) const
{
    if (subject.kind != SubjectKind::Builder || m_servers.isEmpty())
        return false;
    return subject.server.isEmpty() || std::ranges::find(m_servers, subject.server, &FarmServer::id) != m_servers.end();
}

void FarmPlace::open(const Subject &subject)
{
    const auto it = std::ranges::find(m_servers, subject.server, &FarmServer::id);
    if (it != m_servers.end())
        setServer(int(it - m_servers.begin()));
    m_filter->clear();
    m_builder = subject.name;
    m_system.clear();
    m_choiceIsOurs = false;
    m_queue->chooseNothing();
    m_builders->choose(m_builder);
    showChosen();
    Q_EMIT currentChanged();
}

void FarmPlace::setServer(int index)
{
    if (index == m_server || index < 0 || index >= m_servers.size())
        return;
    server().feed->setView(id(), watch::FarmView::Hidden);
    m_server = index;
    m_chooser->setCurrentIndex(index);
    m_state = {};
    m_builder.clear();
    m_system.clear();
    m_troubled.clear();
    m_unseen.clear();
    m_choiceIsOurs = true;
    fill();
    setView();
}

void FarmPlace::setView()
{
    if (!m_servers.isEmpty())
        server().feed->setView(id(), isVisible() ? watch::FarmView::Open : watch::FarmView::Hidden);
}

void FarmPlace::refresh()
{
    if (!m_servers.isEmpty())
        server().feed->refresh();
}

void FarmPlace::take(const QString &from, const watch::FarmState &state)
{
    if (m_servers.isEmpty() || from != server().id)
        return;
    m_state = state;
    noteTroubles();
    fill();
    if (isSettled() != m_wasSettled) {
        m_wasSettled = isSettled();
        Q_EMIT settledChanged();
    }
}

/// Builders that got into trouble while nobody looked carry the bar until they are chosen.
void FarmPlace::noteTroubles()
{
    QStringList troubled;
    for (const auto &trouble : std::as_const(m_state.troubles)) {
        if (!trouble.builder.isEmpty() && trouble.kind != watch::TroubleKind::NoBuilder
            && !troubled.contains(trouble.builder))
            troubled << trouble.builder;
    }
    for (const auto &builder : std::as_const(troubled)) {
        if (!m_troubled.contains(builder) && !m_unseen.contains(builder))
            m_unseen << builder;
    }
    m_unseen.removeIf([&](const QString &builder) { return !troubled.contains(builder); });
    m_troubled = troubled;
    Q_EMIT countChanged(int(troubled.size()));
}

bool FarmPlace::knowsAnything() const
{
    return m_state.seenAt() != 0 || !m_state.builders.isEmpty();
}

void FarmPlace::fill()
{
    const auto now = m_clock.nowSeconds();
    sayProblem();
    m_sentence->setSentence(sentenceOf(m_state));
    m_sentence->setVisible(knowsAnything());
    m_stack->setCurrentIndex(knowsAnything() ? 0 : 1);
    if (!knowsAnything()) {
        const bool failed
            = std::ranges::any_of(m_state.sources, [](const auto &source) { return source.problem.has_value(); });
        if (m_servers.isEmpty())
            m_empty->setText(tr("No Hydra is set up."), tr("Name one in Settings, Servers."));
        else if (failed)
            m_empty->setText(tr("Nothing is known of the farm of %1 yet.").arg(server().name),
                tr("The line above says why. F5 asks again."));
        else
            m_empty->setText(tr("Asking what waits and what runs …"), {});
        return;
    }
    const auto &serverId = server().id;
    m_queue->setRows(queueRows(m_state, now));
    m_builders->setRows(builderRows(m_state, serverId, m_unseen, now));
    m_jobsets->setRows(jobsetRows(m_state, serverId, now));
    m_events->setRows(eventRows(m_state, serverId, now));
    fitQueue();
    fitColumns();
    fitSplit();
    chooseFirst();
    showChosen();
}

/// Until a person chooses, what stands out most is shown.
void FarmPlace::chooseFirst()
{
    if (!m_choiceIsOurs || !m_builder.isEmpty() || !m_system.isEmpty())
        return;
    const bool hasTrouble = !m_troubled.isEmpty();
    auto *list = hasTrouble ? m_builders : m_queue;
    if (list->facts().rowCount() == 0)
        return;
    const auto key = list->facts().rows().first().key;
    (hasTrouble ? m_builder : m_system) = key;
    const QSignalBlocker quiet(list);
    list->choose(key);
}

void FarmPlace::showChosen()
{
    const auto now = m_clock.nowSeconds();
    if (!m_builder.isEmpty())
        m_detail->showBuilder(m_state, m_builder, server().id, now);
    else if (!m_system.isEmpty())
        m_detail->showSystem(m_state, m_system, server().id, now);
    else
        m_detail->showNothing();
}

void FarmPlace::sayProblem()
{
    std::optional<Problem> problem;
    qint64 oldest = 0;
    for (const auto &source : std::as_const(m_state.sources)) {
        if (!source.isAsked || !source.problem || problem)
            continue;
        problem = source.problem;
        oldest = source.seenAt;
    }
    if (!problem) {
        m_problem.reset();
        m_banner->clear();
        return;
    }
    if (problem != m_problem)
        m_problemSince = m_clock.now();
    m_problem = problem;
    if (problem->retryAfter)
        *problem->retryAfter -= m_clock.now() - m_problemSince;
    m_banner->setProblem(*problem,
        oldest == 0 ? std::nullopt : std::optional(m_clock.now() - Milliseconds(std::chrono::seconds(oldest))));
}

QString FarmPlace::sentence() const
{
    const auto &said = m_sentence->sentence();
    return (said.what + u' ' + said.why).trimmed();
}

QString FarmPlace::bannerText() const
{
    return m_banner->text();
}

std::optional<Subject> FarmPlace::current() const
{
    return m_builder.isEmpty() || m_servers.isEmpty() ? std::nullopt
                                                      : std::optional(Subject::ofBuilder(server().id, m_builder));
}

std::optional<Subject> FarmPlace::pointedAt() const
{
    if (const auto subject = m_detail->pointedAt())
        return subject;
    for (const auto *list : {m_jobsets, m_events}) {
        if (list->hasFocus() && list->pointedAt())
            return list->pointedAt();
    }
    return current();
}

QList<Subject> FarmPlace::alsoPointedAt() const
{
    return m_detail->alsoPointedAt();
}

bool FarmPlace::goBack()
{
    if (!m_filter->text().isEmpty()) {
        m_filter->clear();
        m_builders->setFocus();
        return true;
    }
    if (m_builders->hasFocus() || m_queue->hasFocus())
        return false;
    (m_system.isEmpty() ? m_builders : m_queue)->setFocus();
    return true;
}

bool FarmPlace::isSettled() const
{
    return std::ranges::all_of(m_state.sources, [](const watch::SourceState &source) {
        return !source.isAsked || source.seenAt != 0 || source.problem;
    }) && std::ranges::any_of(m_state.sources, &watch::SourceState::isAsked);
}

/// To the next builder that stands out.
void FarmPlace::step(int by)
{
    const auto &rows = m_builders->facts().rows();
    const int count = int(rows.size());
    const int from = m_builder.isEmpty() ? (by > 0 ? -1 : count) : m_builders->currentIndex().row();
    for (int row = from + by; row >= 0 && row < count; row += by) {
        if (!m_troubled.contains(rows[row].key))
            continue;
        m_builders->setCurrentIndex(m_builders->facts().index(row, 0));
        m_builders->setFocus();
        return;
    }
}

QByteArray FarmPlace::saveState() const
{
    QByteArray state;
    QDataStream stream(&state, QIODevice::WriteOnly);
    stream << (m_splitIsOurs ? QByteArray() : m_splitter->saveState()) << qint32(m_server);
    return state;
}

void FarmPlace::restoreState(const QByteArray &state)
{
    QDataStream stream(state);
    QByteArray splitter;
    qint32 index = 0;
    stream >> splitter >> index;
    if (stream.status() != QDataStream::Ok)
        return;
    if (!splitter.isEmpty())
        m_splitIsOurs = !m_splitter->restoreState(splitter);
    setServer(index);
}

void FarmPlace::showEvent(QShowEvent *event)
{
    Place::showEvent(event);
    for (auto *list : {m_queue, m_builders, m_jobsets, m_events})
        list->setActions(&actions());
    m_detail->setActions(&actions());
    m_tick.start();
    setView();
}

void FarmPlace::hideEvent(QHideEvent *event)
{
    Place::hideEvent(event);
    m_tick.stop();
    setView();
}

} // namespace narscope::ui
