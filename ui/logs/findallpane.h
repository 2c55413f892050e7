// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/archivesearch.h"

#include <QWidget>

class QLineEdit;
class QPushButton;
class QStandardItemModel;
class QTreeView;

namespace narscope::ui {

class TextLabel;

/// «hello-2.12.2  build 309998812  x86_64-linux».
[[nodiscard]] QString archiveTitle(const log::ArchivedLog &log);
/// What opens it: see log::readLogPlace.
[[nodiscard]] QString archiveReference(const log::ArchivedLog &log);

/// One query over all logs that are open or archived: what each has, line by line. Searches nothing itself.
class FindAllPane : public QWidget {
    Q_OBJECT
public:
    explicit FindAllPane(QWidget *parent = nullptr);

    /// Takes the keyboard; `query` is what was looked for in the one log.
    void begin(const log::Query &query);
    [[nodiscard]] log::Query query() const;
    [[nodiscard]] QLineEdit *field() const { return m_field; }
    [[nodiscard]] QStandardItemModel *results() const { return m_model; }
    [[nodiscard]] QTreeView *list() const { return m_list; }
    [[nodiscard]] QString count() const;

    void clear();
    /// `reference` opens the log: see log::readLogPlace. Logs without matches are only counted.
    void add(const log::FoundLogs &found, const QString &title, const QString &reference);
    void setDone(bool done);
    /// Takes the place of all rows: what the archive holds, newest first, `all` of them in all.
    void showKept(const QList<log::ArchivedLog> &logs, qsizetype all);

Q_SIGNALS:
    void searchRequested();
    void chosen(const QString &reference, const QString &server, narscope::log::Line line);
    void left();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void sayCount();
    void choose(const QModelIndex &index);

    QLineEdit *m_field;
    QPushButton *m_case;
    QPushButton *m_regex;
    TextLabel *m_count;
    QStandardItemModel *m_model;
    QTreeView *m_list;
    qint64 m_matches = 0;
    qsizetype m_logs = 0; ///< looked through
    qsizetype m_all = 0;
    qsizetype m_unread = 0;
    std::optional<Problem> m_problem; ///< of the query
    bool m_isDone = true;
};

} // namespace narscope::ui
