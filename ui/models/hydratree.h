// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "ui/models/roles.h"
#include "ui/models/treenode.h"

#include <QAbstractItemModel>

namespace narscope::ui {

/// Server → project → jobset → evaluation. Holds what was told and asks nothing: who shows it learns by
/// showMore() and the view's expansion what to ask for. Every update is a difference by identity, never a reset.
class HydraTree : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { NameColumn, FailedColumn, LeftColumn, AgeColumn, ColumnCount };
    enum TreeRole {
        SubjectRole = FirstFreeRole, ///< Subject; invalid where there is none
        LoadingRole,
        StaleRole,
        ProblemRole,
    };

    explicit HydraTree(Clock &clock, QObject *parent = nullptr);

    void addServer(const QString &id, const QString &name);
    /// Projects, jobsets and evaluations; other changes are none of the tree's.
    void apply(const QString &server, const watch::Change &change);
    /// Ages move on, jobsets fall idle. Call now and then.
    void tick();
    /// More of a jobset's evaluations become visible; true when they have to be asked for first.
    bool showMore(const QModelIndex &older);
    /// The bar at the subject's row goes.
    void markSeen(const Subject &subject);
    [[nodiscard]] QModelIndex indexOf(const Subject &subject) const;
    [[nodiscard]] std::optional<Subject> subjectAt(const QModelIndex &index) const;
    [[nodiscard]] TreeKind kindAt(const QModelIndex &index) const;
    [[nodiscard]] const TreeServer *server(const QString &id) const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex &child) const override;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] bool hasChildren(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] static TreeNode *nodeAt(const QModelIndex &index);
    [[nodiscard]] QModelIndex indexOf(const TreeNode *node, int column = 0) const;
    [[nodiscard]] TreeNode *child(TreeNode *parent, const TreeKey &key) const;
    [[nodiscard]] TreeNode *serverNode(const QString &id) const;
    [[nodiscard]] TreeNode *jobsetNode(const QString &server, const JobsetName &jobset) const;
    [[nodiscard]] TreeServer *serverOf(const TreeNode *node);
    void update(TreeNode *node, TreeValue value);
    void setChildren(TreeNode *parent, TreeValues values);
    void removeRun(TreeNode *parent, int first, int last);
    void insertRun(TreeNode *parent, int first, std::span<const TreeValue> values);
    void fill(TreeNode *node);
    void rebuildProject(TreeServer &server, const QString &project);
    void rebuildJobset(TreeServer &server, const JobsetName &jobset);
    [[nodiscard]] QVariant textOf(const TreeNode &node, int column) const;
    [[nodiscard]] QString tipOf(const TreeNode &node) const;

    Clock &m_clock;
    TreeNode m_root;
    std::vector<std::unique_ptr<TreeServer>> m_servers;
};

} // namespace narscope::ui
