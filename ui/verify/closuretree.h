// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/verify/reportmodel.h"

#include <QAbstractItemModel>

#include <memory>

namespace narscope::ui {

/// The same paths as a ReportModel has, as who needs whom: the roots are those that no other path of the run refers to,
/// below each path stand its references. A path stands under each that needs it. Made child by child as it is
/// opened; those that fail, or need one that does, come first.
class ClosureTree : public QAbstractItemModel {
    Q_OBJECT
public:
    /// The model must outlive it.
    explicit ClosureTree(const ReportModel &reports, QObject *parent = nullptr);
    ~ClosureTree() override;

    /// Takes the roots and the verdicts below as they are now. Linear in paths and references.
    void rebuild();
    /// Null for a path that was not reported yet.
    [[nodiscard]] const nix::PathReport *reportAt(const QModelIndex &index) const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex &index) const override;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] bool hasChildren(const QModelIndex &parent = {}) const override;

private:
    struct Node;
    void clear();
    [[nodiscard]] Node *nodeAt(const QModelIndex &index) const;
    [[nodiscard]] Node &filled(const QModelIndex &index) const;
    void fill(Node &node, std::vector<qsizetype> reports) const;
    void findTrouble();

    const ReportModel &m_reports;
    std::unique_ptr<Node> m_top;
    std::vector<char> m_trouble; ///< by report: it fails, is missing, or needs one that does
};

} // namespace narscope::ui
