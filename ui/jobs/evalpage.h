// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/page.h"
#include "ui/jobs/words.h"
#include "ui/models/jobsmodel.h"
#include "ui/models/matrixmodel.h"

#include <QTimer>

class QLineEdit;
class QTableView;

namespace narscope::ui {

class FactsView;
class FoldBar;
class LoadAllBar;

/// One evaluation: what broke, counted by kind and system; the cell chosen there and the words typed under it
/// say which jobs the list holds.
class EvalPage : public Page {
    Q_OBJECT
public:
    EvalPage(QThreadPool &pool, Clock &clock, QWidget *parent = nullptr);

    void setEvaluation(const QString &server, EvalId eval);
    /// Of the jobset it belongs to, when the tree knows it before the page does.
    void setSummary(const std::optional<hydra::EvalSummary> &summary, const std::optional<JobsetName> &jobset);
    void apply(const watch::Change &change);

    void tick() override;
    void setActions(const SubjectActions *actions) override;
    [[nodiscard]] std::optional<Subject> pointedAt() const override;
    [[nodiscard]] bool isSettled() const override;

    [[nodiscard]] EvalId eval() const { return m_facts.id; }
    [[nodiscard]] std::optional<JobsetName> jobset() const;
    void focusFilter();
    void focusList();
    /// Clears the filter; false when there was none.
    bool clearFilter();
    /// Moves to the next or previous failing job; nothing when there is none.
    std::optional<Subject> stepToFailure(int direction);
    /// «30 of 61» for the build, in the list as it is filtered.
    [[nodiscard]] QString positionOf(BuildId build) const;
    void select(BuildId build);
    /// Known once all builds were loaded; else empty.
    [[nodiscard]] QString drvPathOf(BuildId build) const;

Q_SIGNALS:
    void searchRequested(const QString &text);
    void loadAllRequested();
    void cancelLoadAllRequested();
    /// A row rested on, for a preview.
    void pointed(const narscope::Subject &subject);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    enum Fold { InputsFold, ChangesFold, ErrorsFold };
    void makeMatrix();
    void makeList();
    void makeFolds();
    void update();
    void updateFolds();
    void updateBar();
    void updateList();
    void takeJobs(const watch::EvalJobsSeen &jobs);
    void takeAll(const watch::AllBuildsSeen &all);
    void showRows(bool isNews);
    void filterChanged();
    void cellChosen();
    void applyQuery();
    void chooseFirstCell();
    void fitMatrix();
    void fitColumns();
    void sortTroubleFirst();
    void rowChanged(const QModelIndex &current);
    void contextMenu(const QPoint &at);

    QString m_server;
    EvalFacts m_facts;
    std::optional<JobsetName> m_jobset;
    watch::Seen<hydra::EvalHeader> m_header;
    watch::Seen<hydra::EvalJobs> m_page;
    watch::Seen<hydra::EvalErrors> m_errors;
    std::optional<hydra::EvalJobs> m_found; ///< by the server, for the words typed
    std::optional<hydra::BuildTable> m_all;
    QString m_searchState;
    Milliseconds m_allSince{0};
    std::optional<BuildId> m_toSelect;
    bool m_cellChosen = false;
    bool m_fromTop = false; ///< the next list is another one: shown from its start

    JobsModel m_jobs;
    MatrixModel m_matrix;
    FoldBar *m_folds;
    FactsView *m_inputs;
    FactsView *m_changes;
    FactsView *m_errorLines;
    QTableView *m_matrixView = nullptr;
    QLineEdit *m_filter;
    LoadAllBar *m_loadAll;
    TextLabel *m_note;
    QTableView *m_list = nullptr;
    QTimer m_searchPause;
    QTimer m_pointPause;
};

} // namespace narscope::ui
