// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/subject.h"

#include <QLineEdit>

#include <functional>
#include <optional>

class QListView;
class QStandardItemModel;

namespace narscope::ui {

/// One thing that a typed text may mean: a subject, or a place of the window.
struct Candidate {
    QString text;
    QString hint; ///< grey words after it
    std::optional<Subject> subject;
    QString place; ///< id; empty for subjects
    QString typed = {}; ///< what the place opens; empty: it is only shown

    bool operator==(const Candidate &) const = default;
};

/// The field on top: says what the text means while it is typed; Enter opens the chosen meaning.
class Field : public QLineEdit {
    Q_OBJECT
public:
    using Finder = std::function<QList<Candidate>(const QString &text)>;
    /// The list of meanings lies over `window`, under the field; no window of its own, so that typing goes on.
    Field(Finder finder, QWidget *window);

    [[nodiscard]] const QList<Candidate> &candidates() const { return m_candidates; }
    [[nodiscard]] QListView *list() const { return m_list; }
    /// Esc: closes the list; the keyboard goes back to the place.
    void leave();

Q_SIGNALS:
    void chosen(const narscope::ui::Candidate &candidate);
    void left();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void look(const QString &text);
    void place();
    void choose(int row);
    void closeList();
    void step(int by);

    Finder m_finder;
    QList<Candidate> m_candidates;
    QStandardItemModel *m_model;
    QListView *m_list;
};

} // namespace narscope::ui
