// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/tracehead.h"

#include "ui/widgets/detailrows.h"
#include "ui/widgets/sentence.h"
#include "ui/widgets/textlabel.h"

#include <QHBoxLayout>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr qsizetype mostNotes = 3;
constexpr qsizetype mostFindings = 4;

/// «9 requests», and on hover to whom.
std::pair<QString, QString> spentWords(const trace::Trace &trace)
{
    int all = 0;
    QStringList hosts;
    for (const auto &spent : trace.spent) {
        all += spent.requests;
        hosts << TraceHead::tr("%1 requests to %2, %3 of them in the last round")
                     .arg(spent.requests)
                     .arg(spent.host)
                     .arg(spent.lastRound);
    }
    return {all == 0   ? QString()
            : all == 1 ? TraceHead::tr("1 request")
                       : TraceHead::tr("%1 requests").arg(all),
        hosts.join(u'\n')};
}

} // namespace

TraceHead::TraceHead(QWidget *parent)
    : QWidget(parent)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metric::margin, 8, metric::margin, 8);
    column->setSpacing(2);
    m_first = new QHBoxLayout;
    m_first->setSpacing(8);
    auto *back = new LinkLabel(tr("All traces"));
    m_id = new TextLabel(TextRole::Quiet);
    m_title = new TextLabel(TextRole::Bold);
    m_state = new TextLabel(TextRole::Quiet);
    m_first->addWidget(back);
    m_first->addSpacing(8);
    m_first->addWidget(m_id);
    m_first->addWidget(m_title);
    m_first->addWidget(m_state);
    m_said = new TextLabel(TextRole::Quiet);
    m_first->addWidget(m_said, 1);
    column->addLayout(m_first);
    m_sentence = new SentenceRow;
    column->addWidget(m_sentence);
    m_findings = new DetailRows;
    m_findings->setLabelWidth(0);
    column->addWidget(m_findings);
    m_notesPart = new QWidget;
    auto *notes = new QHBoxLayout(m_notesPart);
    notes->setContentsMargins(0, 2, 0, 0);
    notes->setSpacing(6);
    for (qsizetype i = 0; i < mostNotes; ++i) {
        const Note note{new MarkLabel, new LinkLabel};
        notes->addWidget(note.mark);
        notes->addWidget(note.text);
        notes->addSpacing(14);
        connect(note.text, &LinkLabel::activated, this, [this, i] {
            if (i < m_shown.size())
                Q_EMIT noteChosen(m_shown[i].stop);
        });
        m_notes.push_back(note);
    }
    m_more = new TextLabel(TextRole::Quiet);
    notes->addWidget(m_more);
    notes->addStretch(1);
    column->addWidget(m_notesPart);
    connect(back, &LinkLabel::activated, this, &TraceHead::backRequested);
}

void TraceHead::addButton(QPushButton *button)
{
    m_first->addWidget(button);
}

QString TraceHead::sentence() const
{
    return m_sentence->sentence().what;
}

void TraceHead::say(const QString &words)
{
    m_said->setText(u"· "_s + words);
}

void TraceHead::setTrace(const trace::Trace &trace, qint64 now)
{
    m_id->setText(idOf(trace));
    m_title->setText(titleOf(trace));
    m_state->setText(stateOf(trace, now));
    const bool knowsNothing = trace.stops.isEmpty() && trace.isRunning;
    m_sentence->setSentence({.what = knowsNothing ? tr("Looking …") : trace::headline(trace, now)});
    const auto notes = notesOf(trace, now);
    QList<DetailRow> findings;
    for (const auto &finding : trace.findings.first(std::min(mostFindings, trace.findings.size())))
        findings << DetailRow{.text = (finding.sentence + u' ' + finding.advice).trimmed(),
            .whole = finding.sentence + u'\n' + finding.advice,
            .mark = Mark::Failed};
    m_findings->setRows(findings);
    m_findings->setVisible(!findings.isEmpty());
    auto others = notes.sliced(std::min(trace.findings.size(), notes.size()));
    others.removeIf([said = sentence()](const TraceNote &note) { return note.text + u'.' == said; });
    setNotes(others);
    const auto [spent, whole] = spentWords(trace);
    m_said->setText(spent.isEmpty() ? spent : u"· "_s + spent);
    m_said->setToolTip(plainTip(whole));
}

void TraceHead::setNotes(const QList<TraceNote> &notes)
{
    m_shown = notes.first(std::min(mostNotes, notes.size()));
    for (size_t i = 0; i < m_notes.size(); ++i) {
        const bool used = i < size_t(m_shown.size());
        m_notes[i].mark->setVisible(used);
        m_notes[i].text->setVisible(used);
        if (!used)
            continue;
        m_notes[i].mark->setMark(m_shown[qsizetype(i)].mark);
        m_notes[i].text->setText(m_shown[qsizetype(i)].text);
    }
    const auto more = notes.size() - m_shown.size();
    m_more->setText(more > 0 ? tr("and %1 more").arg(more) : QString());
    m_notesPart->setVisible(!m_shown.isEmpty());
}

} // namespace narscope::ui
