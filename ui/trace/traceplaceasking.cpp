// SPDX-License-Identifier: GPL-3.0-or-later
// What is asked, what comes back, and what is kept of it over a restart.
#include "ui/trace/endpointpage.h"
#include "ui/trace/evidencepage.h"
#include "ui/trace/hoppanel.h"
#include "ui/trace/pictureview.h"
#include "ui/trace/tracelistpage.h"
#include "ui/trace/traceplace.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSplitter>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr qsizetype mostKept = 200; ///< traces over a restart

} // namespace

void TracePlace::orderMore(const std::function<void(trace::Order &)> &change)
{
    const auto *entry = m_model.entryOf(m_run);
    if (!entry || entry->isRunning)
        return;
    auto &order = m_orders[m_run];
    change(order);
    auto running = *entry;
    running.isRunning = true;
    m_model.put(running);
    Q_EMIT ordered(order);
    Q_EMIT settledChanged();
}

void TracePlace::offer(const QList<std::pair<PullRequestNr, QString>> &pulls)
{
    for (const auto &[number, title] : pulls) {
        const auto subject = Subject::ofPullRequest(number);
        TraceSummary summary{.subject = subject,
            .id = subject.text(),
            .title = title,
            .group = TraceGroup::Offered,
            .words = tr("Enter follows it.")};
        summary.began = summary.seenAt = m_clock.nowSeconds();
        if (!m_model.entryWith(keyOf(summary)))
            m_model.put({.summary = summary});
    }
    m_list->sayCounts();
    noteCount();
}

/// One that is there already is shown, and asked again when anything in it can still change.
void TracePlace::begin(const TraceSummary &question, bool shows)
{
    const auto key = keyOf(question);
    if (!m_model.entryWith(key)) {
        TraceEntry fresh{.summary = question};
        fresh.summary.began = fresh.summary.seenAt = m_clock.nowSeconds();
        m_model.put(fresh);
    }
    if (m_model.entryWith(key)->run == 0)
        order(*m_model.entryWith(key));
    if (shows)
        showKey(key);
    m_list->sayCounts();
}

void TracePlace::order(TraceEntry entry)
{
    entry.run = ++m_lastRun;
    entry.isRunning = true;
    if (entry.summary.group == TraceGroup::Offered) {
        entry.summary.group = TraceGroup::OnTheWay;
        entry.summary.words.clear();
    }
    m_model.put(entry);
    trace::Order asked{.run = entry.run, .text = entry.summary.asked};
    if (entry.summary.asked.isEmpty())
        asked.subject = entry.summary.subject;
    m_orders.insert(asked.run, asked);
    Q_EMIT ordered(asked);
}

void TracePlace::takeTrace(const trace::Trace &trace)
{
    const auto *known = m_model.entryOf(trace.run);
    if (!known)
        return;
    m_traces.insert(trace.run, trace);
    auto entry = *known;
    auto summary = summaryOf(trace, m_clock.nowSeconds());
    summary.asked = known->summary.asked;
    summary.subject = known->summary.subject;
    if (trace.stops.isEmpty() && !known->summary.title.isEmpty())
        summary = known->summary; // what was known before the restart stands until something comes
    const bool isNews = summary.words != known->summary.words || summary.lanes != known->summary.lanes;
    entry.isUnseen = trace.run != m_run && (entry.isUnseen || (isNews && !trace.isRunning));
    entry.summary = summary;
    entry.isRunning = trace.isRunning;
    const auto selected = m_list->currentKey();
    m_model.put(entry);
    m_list->setCurrentKey(selected);
    m_list->sayCounts();
    noteCount();
    if (trace.run == m_run && page() == Page::Trace) {
        showTrace(false);
        sayWatched();
    }
}

void TracePlace::takeEnd(quint64 run)
{
    if (const auto *known = m_model.entryOf(run); known && known->isRunning) {
        auto entry = *known;
        entry.isRunning = false;
        m_model.put(entry);
    }
    if (m_askingAll)
        askNext();
    if (run == m_run)
        Q_EMIT settledChanged();
}

void TracePlace::refresh()
{
    switch (page()) {
    case Page::List:
        return askAll();
    case Page::Pull:
    case Page::Workflows:
        Q_EMIT pullsRefreshed();
        return;
    case Page::Evidence:
        return m_evidence->read();
    case Page::Endpoints:
        return m_endpoints->look();
    case Page::Bundle:
        return;
    case Page::Trace:
        break;
    }
    const auto *entry = m_model.entryOf(m_run);
    if (entry && !entry->isRunning)
        Q_EMIT refreshed(m_run);
}

/// One after the other: a server that is asked for all at once would only make all of them wait.
void TracePlace::askAll()
{
    m_toAsk.clear();
    for (int row = 0; row < m_model.rowCount(); ++row) {
        const auto *entry = m_model.entryAt(row);
        if (entry && !entry->isRunning && entry->summary.group < TraceGroup::Arrived)
            m_toAsk << keyOf(entry->summary);
    }
    m_askingAll = !m_toAsk.isEmpty();
    if (m_askingAll)
        askNext();
    else
        m_list->say(tr("All have arrived: there is nothing to ask."));
}

void TracePlace::askNext()
{
    if (m_toAsk.isEmpty())
        return stopAsking();
    const auto key = m_toAsk.takeFirst();
    m_list->setLeft(int(m_toAsk.size()));
    const auto *entry = m_model.entryWith(key);
    if (!entry)
        return askNext();
    if (entry->run == 0)
        order(*entry);
    else
        Q_EMIT refreshed(entry->run);
}

void TracePlace::stopAsking()
{
    m_askingAll = false;
    m_toAsk.clear();
    m_list->setLeft(-1);
    m_list->say({});
}

void TracePlace::remove(const QString &key)
{
    if (const auto *entry = m_model.entryWith(key); entry && entry->run > 0) {
        Q_EMIT forgotten(entry->run);
        m_traces.remove(entry->run);
        m_orders.remove(entry->run);
    }
    m_model.remove(key);
    m_list->sayCounts();
    noteCount();
}

QByteArray TracePlace::saveState() const
{
    auto entries = m_model.entries();
    std::ranges::stable_sort(entries, std::greater(), [](const TraceEntry &entry) { return entry.summary.seenAt; });
    QJsonArray list;
    for (const auto &entry : entries | std::views::take(mostKept))
        list << toJson(entry.summary);
    return QJsonDocument(
        QJsonObject{{u"traces"_s, list}, {u"splitter"_s, QString::fromLatin1(m_splitter->saveState().toBase64())},
            {u"zoom"_s, m_picture->zoom()}})
        .toJson(QJsonDocument::Compact);
}

void TracePlace::restoreState(const QByteArray &state)
{
    const auto json = QJsonDocument::fromJson(state).object();
    const auto list = json.value("traces"_L1).toArray();
    for (qsizetype i = 0; i < std::min(mostKept, list.size()); ++i) {
        if (const auto summary = summaryFrom(list.at(i).toObject()))
            m_model.put({.summary = *summary});
    }
    m_splitter->restoreState(QByteArray::fromBase64(json.value("splitter"_L1).toString().toLatin1()));
    m_picture->setZoom(json.value("zoom"_L1).toDouble(1));
    m_list->sayCounts();
    noteCount();
}

} // namespace narscope::ui
