// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/verify/closuretree.h"

#include "ui/models/roles.h"

#include <algorithm>

namespace narscope::ui {

struct ClosureTree::Node {
    Node *parent = nullptr;
    qsizetype report = -1; ///< -1: the invisible top
    int row = 0;
    bool isFilled = false;
    std::vector<std::unique_ptr<Node>> children;
};

ClosureTree::ClosureTree(const ReportModel &reports, QObject *parent)
    : QAbstractItemModel(parent)
    , m_reports(reports)
    , m_top(std::make_unique<Node>())
{
    m_top->isFilled = true;
    connect(&reports, &QAbstractItemModel::modelAboutToBeReset, this, &ClosureTree::clear);
}

ClosureTree::~ClosureTree() = default;

/// References come after who needs them only by chance, so trouble is carried backwards along them.
void ClosureTree::findTrouble()
{
    const auto &reports = m_reports.reports();
    std::vector<std::vector<qsizetype>> referrers(reports.size());
    std::vector<qsizetype> open;
    m_trouble.assign(reports.size(), 0);
    for (qsizetype i = 0; i < qsizetype(reports.size()); ++i) {
        for (const auto reference : m_reports.referencesOf(i))
            referrers[size_t(reference)].push_back(i);
        if (reports[size_t(i)].verdict == nix::Verdict::Fails || isMissing(reports[size_t(i)]))
            open.push_back(i);
    }
    while (!open.empty()) {
        const auto next = size_t(open.back());
        open.pop_back();
        if (std::exchange(m_trouble[next], 1) == 0)
            open.insert(open.end(), referrers[next].begin(), referrers[next].end());
    }
    std::vector<qsizetype> roots;
    for (qsizetype i = 0; i < qsizetype(reports.size()); ++i) {
        if (referrers[size_t(i)].empty())
            roots.push_back(i);
    }
    fill(*m_top, std::move(roots));
}

void ClosureTree::fill(Node &node, std::vector<qsizetype> reports) const
{
    std::ranges::stable_sort(reports, std::greater(), [this](qsizetype report) { return m_trouble[size_t(report)]; });
    node.isFilled = true;
    for (const auto report : reports) {
        auto child = std::make_unique<Node>();
        child->parent = &node;
        child->report = report;
        child->row = int(node.children.size());
        node.children.push_back(std::move(child));
    }
}

void ClosureTree::rebuild()
{
    beginResetModel();
    m_top = std::make_unique<Node>();
    findTrouble();
    endResetModel();
}

void ClosureTree::clear()
{
    beginResetModel();
    m_top = std::make_unique<Node>();
    m_top->isFilled = true;
    endResetModel();
}

ClosureTree::Node *ClosureTree::nodeAt(const QModelIndex &index) const
{
    return index.isValid() ? static_cast<Node *>(index.internalPointer()) : m_top.get();
}

const nix::PathReport *ClosureTree::reportAt(const QModelIndex &index) const
{
    return index.isValid() ? &m_reports.reports()[size_t(nodeAt(index)->report)] : nullptr;
}

/// Children have always been there as far as a view knows: what a path refers to does not change between two rebuilds.
ClosureTree::Node &ClosureTree::filled(const QModelIndex &index) const
{
    auto &node = *nodeAt(index);
    if (!node.isFilled)
        fill(node, m_reports.referencesOf(node.report));
    return node;
}

QModelIndex ClosureTree::index(int row, int column, const QModelIndex &parent) const
{
    return hasIndex(row, column, parent) ? createIndex(row, column, filled(parent).children[size_t(row)].get())
                                         : QModelIndex();
}

QModelIndex ClosureTree::parent(const QModelIndex &index) const
{
    auto *above = index.isValid() ? nodeAt(index)->parent : nullptr;
    return above && above != m_top.get() ? createIndex(above->row, 0, above) : QModelIndex();
}

int ClosureTree::rowCount(const QModelIndex &parent) const
{
    return parent.column() > 0 ? 0 : int(filled(parent).children.size());
}

int ClosureTree::columnCount(const QModelIndex &) const
{
    return ReportModel::ColumnCount;
}

QVariant ClosureTree::data(const QModelIndex &index, int role) const
{
    const auto *report = reportAt(index);
    if (!report)
        return {};
    const bool needsTrouble
        = m_trouble[size_t(nodeAt(index)->report)] && report->verdict != nix::Verdict::Fails && !isMissing(*report);
    if (role == HintRole && index.column() == ReportModel::State)
        return needsTrouble ? tr("needs one that fails") : QString();
    return ReportModel::dataOf(*report, index.column(), role);
}

QVariant ClosureTree::headerData(int section, Qt::Orientation orientation, int role) const
{
    return m_reports.headerData(section, orientation, role);
}

bool ClosureTree::hasChildren(const QModelIndex &parent) const
{
    const auto *node = nodeAt(parent);
    return parent.column() <= 0
        && (node->isFilled ? !node->children.empty() : !m_reports.referencesOf(node->report).empty());
}

} // namespace narscope::ui
