// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/trace/tracelistmodel.h"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTreeView;

namespace narscope::ui {

class EmptyState;
class SentenceRow;
class TextLabel;

/// «Paste anything», and every trace so far with what it waits for.
class TraceListPage : public QWidget {
    Q_OBJECT
public:
    explicit TraceListPage(TraceListModel &model, QWidget *parent = nullptr);

    [[nodiscard]] QLineEdit *field() const { return m_field; }
    [[nodiscard]] QLineEdit *filter() const { return m_filter; }
    [[nodiscard]] QComboBox *base() const { return m_base; }
    [[nodiscard]] QPushButton *watched() const { return m_watched; }
    [[nodiscard]] QTreeView *list() const { return m_list; }
    /// The key of the trace that the keyboard is on; empty: none.
    [[nodiscard]] QString currentKey() const;
    void setCurrentKey(const QString &key);
    /// What happened just now, in the second row.
    void say(const QString &words);
    /// Of asking all again; -1: not under way.
    void setLeft(int traces);
    void next(int by); ///< to the next or previous one that needs somebody
    /// After the model changed.
    void sayCounts();

Q_SIGNALS:
    void pasted(const QStringList &questions);
    void opened(const QString &key);
    void removed(const QString &key);
    void refreshRequested();
    void stopRequested();
    void copyRequested();
    void menuRequested(const QString &key, const QPoint &globalPosition);

private:
    QWidget *fieldRow();
    QWidget *filterRow();
    void makeList();
    void take();
    void activate(const QModelIndex &index);
    void sayFilters();

    TraceListModel &m_model;
    SentenceRow *m_sentence;
    QLineEdit *m_field;
    QLineEdit *m_filter;
    QComboBox *m_base;
    QPushButton *m_watched;
    TextLabel *m_said;
    QPushButton *m_refresh;
    QPushButton *m_stop;
    QPushButton *m_copy;
    QTreeView *m_list;
    EmptyState *m_empty;
    QStackedWidget *m_stack;
};

/// What a pasted text asks: several numbers, addresses or paths are several questions, else the whole is one.
[[nodiscard]] QStringList questionsIn(const QString &text);

} // namespace narscope::ui
