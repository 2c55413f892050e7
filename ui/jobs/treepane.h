// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/hydratree.h"
#include "ui/widgets/place.h"

#include <QTreeView>

namespace narscope::ui {

/// The tree at the left of the place. It stays open as it was left, whatever comes.
class TreePane : public QTreeView {
    Q_OBJECT
public:
    explicit TreePane(HydraTree &tree, QWidget *parent = nullptr);

    void setActions(const SubjectActions *actions) { m_actions = actions; }
    /// Selects without telling so.
    void select(const Subject &subject);
    /// Open rows, as subjects, for what is to be kept fresh and for the next start.
    [[nodiscard]] QList<Subject> expandedSubjects() const;
    /// Opens these rows, now or when they come.
    void expandSubjects(const QList<Subject> &subjects);
    [[nodiscard]] std::optional<Subject> pointedAt() const;

Q_SIGNALS:
    void selected(const narscope::Subject &subject);
    void expansionChanged();
    void olderRequested(const QString &server, const narscope::JobsetName &jobset);

protected:
    void contextMenuEvent(QContextMenuEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void activate(const QModelIndex &index);
    void currentMoved(const QModelIndex &current);
    void expandWaiting();

    HydraTree &m_tree;
    const SubjectActions *m_actions = nullptr;
    QList<Subject> m_toExpand;
    bool m_quiet = false;
};

} // namespace narscope::ui
