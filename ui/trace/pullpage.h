// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/trace/changelist.h"
#include "ui/trace/pullwords.h"

#include <QWidget>

class QButtonGroup;
class QCheckBox;
class QHBoxLayout;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QStackedWidget;
class QTreeView;

namespace narscope::ui {

class DetailRows;
class EmptyState;
class FactList;
class MarkLabel;
class ProblemBanner;
class SentenceRow;
class TextLabel;

/// One pull request as GitHub and OfBorg tell it: its checks with their real verdicts, what it changes, reviews,
/// backports. Shows what it is given; asks nobody.
class PullPage : public QWidget {
    Q_OBJECT
public:
    enum class View { Checks, Changes, Reviews, Backports, About };

    explicit PullPage(QWidget *parent = nullptr);

    /// Another pull request; what is known of it comes by setNews().
    void begin(PullRequestNr number);
    void setNews(const watch::PullNews &news, qint64 now);
    /// Ages, as time goes by.
    void tick(qint64 now);
    void showView(View view);
    [[nodiscard]] View view() const;
    [[nodiscard]] PullRequestNr number() const { return m_news.number; }
    [[nodiscard]] const watch::PullNews &news() const { return m_news; }
    [[nodiscard]] bool isSettled() const { return m_news.report || m_news.problem; }
    [[nodiscard]] std::optional<Subject> pointedAt() const;
    void next(int by); ///< to the next or previous row that failed or waits
    void focusFilter();
    /// Clears the filter; false: there was none.
    bool leaveFilter();

    [[nodiscard]] FactList *checks() const { return m_checks; }
    [[nodiscard]] FactList *reviews() const { return m_reviews; }
    [[nodiscard]] FactList *backports() const { return m_backports; }
    [[nodiscard]] ChangeList &changes() { return m_changes; }
    [[nodiscard]] SentenceRow *sentence() const { return m_sentence; }
    [[nodiscard]] QLineEdit *filter() const { return m_filter; }
    [[nodiscard]] QPlainTextEdit *text() const { return m_text; }

Q_SIGNALS:
    void backRequested();
    void traceRequested();
    void refreshRequested();
    void openRequested(const narscope::Subject &subject);
    void logRequested(const QUrl &log);
    void menuRequested(const QPoint &globalPosition);

private:
    QWidget *headRow();
    QWidget *viewRow();
    QWidget *checksPart();
    QWidget *detailPart();
    QWidget *changesPart();
    QWidget *aboutPart();
    void makeKeys();
    void connectParts();
    void fill(qint64 now);
    void say(qint64 now);
    void sayCounts();
    void showDetail();
    void filterChanged();
    [[nodiscard]] FactList *currentList() const;

    watch::PullNews m_news;
    qint64 m_now = 0;
    CheckDetail m_detail;
    TextLabel *m_id;
    TextLabel *m_title;
    TextLabel *m_state;
    QPushButton *m_again;
    QPushButton *m_openPage;
    SentenceRow *m_sentence;
    DetailRows *m_missing;
    ProblemBanner *m_banner;
    QButtonGroup *m_views;
    QLineEdit *m_filter;
    QCheckBox *m_onlyOpen;
    FactList *m_checks;
    QWidget *m_detailPart;
    MarkLabel *m_detailMark;
    TextLabel *m_detailName;
    QPushButton *m_detailLog;
    QPushButton *m_detailPage;
    DetailRows *m_detailRows;
    QPlainTextEdit *m_text;
    FactList *m_sums;
    TextLabel *m_source;
    ChangeList m_changes;
    QTreeView *m_changeView;
    FactList *m_reviews;
    FactList *m_backports;
    DetailRows *m_about;
    QStackedWidget *m_stack; ///< by View, then why there is nothing
    EmptyState *m_empty;
};

} // namespace narscope::ui
