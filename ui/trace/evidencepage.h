// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "trace/evidencefiles.h"
#include "ui/trace/evidencemodel.h"
#include "ui/widgets/detailrows.h"
#include "ui/widgets/sentence.h"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QStackedWidget;
class QTreeView;

namespace narscope::ui {

class EmptyState;
class FactList;

/// The evidence log: what servers said that should be the same for everybody, checked as it is read; to be exported,
/// and held against another person's. Files are read and written on a pool.
class EvidencePage : public QWidget {
    Q_OBJECT
public:
    explicit EvidencePage(Clock &clock, QWidget *parent = nullptr);

    /// The profile's own log; empty: none is kept here.
    void setOwnFile(const QString &file);
    /// Reads the log again if it has grown; called when the page is shown, and once in a while.
    void look();
    /// Reads and checks the log whatever its size.
    void read();
    void openFile(const QString &file);
    void compareWith(const QString &other);
    void exportTo(const QString &target);
    /// Back from a comparison or another person's log, or out of the filter; false: nothing to leave.
    bool leave();
    void focusFilter();

    [[nodiscard]] EvidenceModel &model() { return m_model; }
    [[nodiscard]] QTreeView *list() const { return m_list; }
    [[nodiscard]] FactList *differences() const { return m_differences; }
    [[nodiscard]] SentenceRow *sentence() const { return m_sentence; }
    [[nodiscard]] QLineEdit *filter() const { return m_filter; }
    [[nodiscard]] bool isWorking() const { return m_working > 0; }

Q_SIGNALS:
    /// What a pool was doing is over.
    void settled();

private:
    QWidget *buttonRow();
    QWidget *detailPart();
    void connectParts();
    void readIfOther(qint64 knownSize);
    void take(const std::optional<Result<EvidenceBook>> &book);
    void takeComparison(const QString &other, const Result<trace::ComparedLogs> &compared);
    void work(std::function<std::function<void(EvidencePage &)>()> job);
    void ask(const QString &title, bool saves, void (EvidencePage::*then)(const QString &));
    void filterChanged();
    [[nodiscard]] bool isRead() const; ///< what is listed is what the log has
    [[nodiscard]] Sentence logSentence() const;
    [[nodiscard]] Sentence comparedSentence() const;
    [[nodiscard]] QList<DetailRow> faultRows() const;
    void say();
    void showEntry();
    void showBody();
    [[nodiscard]] bool isOwn() const { return m_file == m_ownFile; }

    Clock &m_clock;
    QString m_ownFile;
    QString m_file; ///< shown
    std::optional<Problem> m_problem;
    QString m_done; ///< what happened just now
    std::optional<trace::ComparedLogs> m_compared;
    QString m_other; ///< held against
    int m_working = 0;
    quint64 m_generation = 0;
    EvidenceModel m_model;
    SentenceRow *m_sentence;
    DetailRows *m_faults;
    QLineEdit *m_filter;
    QComboBox *m_kind;
    QPushButton *m_check;
    QPushButton *m_open;
    QPushButton *m_back;
    QPushButton *m_export;
    QPushButton *m_compare;
    QPushButton *m_copyHead;
    QTreeView *m_list;
    QWidget *m_detailPart;
    TextLabel *m_detailName;
    DetailRows *m_detail;
    QPlainTextEdit *m_text;
    QWidget *m_logPart;
    FactList *m_differences;
    EmptyState *m_empty;
    QStackedWidget *m_stack;
};

} // namespace narscope::ui
