// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/trace/pullwords.h"

#include <QWidget>

class QLineEdit;
class QPushButton;
class QStackedWidget;

namespace narscope::ui {

class EmptyState;
class FactList;
class ProblemBanner;

/// nixpkgs' workflows that run by the clock (periodic merges, labels, reviewers) with their last runs. Shows what it is
/// given; asks nobody.
class WorkflowPage : public QWidget {
    Q_OBJECT
public:
    explicit WorkflowPage(QWidget *parent = nullptr);

    void setNews(const watch::WorkflowNews &news, qint64 now);
    void tick(qint64 now);
    [[nodiscard]] FactList *list() const { return m_list; }
    [[nodiscard]] SentenceRow *sentence() const { return m_sentence; }
    [[nodiscard]] QLineEdit *filter() const { return m_filter; }

Q_SIGNALS:
    void refreshRequested();

private:
    void showState();

    watch::WorkflowNews m_news;
    SentenceRow *m_sentence;
    ProblemBanner *m_banner;
    QLineEdit *m_filter;
    QPushButton *m_again;
    QPushButton *m_open;
    FactList *m_list;
    EmptyState *m_empty;
    QStackedWidget *m_stack;
};

} // namespace narscope::ui
