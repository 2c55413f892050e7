// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/trace/tracesummary.h"

#include <QWidget>

class QPushButton;
class QVBoxLayout;

namespace narscope::ui {

class DetailRows;
class LinkLabel;
class MarkLabel;
class SentenceRow;
class TextLabel;

/// What a person reads before the picture: which change, how far it is, what contradicts, what it waits for.
class TraceHead : public QWidget {
    Q_OBJECT
public:
    explicit TraceHead(QWidget *parent = nullptr);

    void setTrace(const trace::Trace &trace, qint64 now);
    /// At the right end of the first row, before the others.
    void addButton(QPushButton *button);
    [[nodiscard]] QString sentence() const;
    /// What happened just now, at the right end, until the trace changes.
    void say(const QString &words);

Q_SIGNALS:
    void noteChosen(const QString &stop); ///< a trace's stop id
    void backRequested();

private:
    struct Note {
        MarkLabel *mark;
        LinkLabel *text;
    };
    void setNotes(const QList<TraceNote> &notes);

    class QHBoxLayout *m_first;
    TextLabel *m_id;
    TextLabel *m_title;
    TextLabel *m_state;
    TextLabel *m_said; ///< what the trace has cost, or what happened just now
    SentenceRow *m_sentence;
    DetailRows *m_findings;
    QWidget *m_notesPart;
    std::vector<Note> m_notes;
    TextLabel *m_more;
    QList<TraceNote> m_shown;
};

} // namespace narscope::ui
