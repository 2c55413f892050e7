// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/hydratree.h"

#include "base/format.h"
#include "ui/models/listdiff.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::ui {

HydraTree::HydraTree(Clock &clock, QObject *parent)
    : QAbstractItemModel(parent)
    , m_clock(clock)
{
}

void HydraTree::addServer(const QString &id, const QString &name)
{
    m_servers.push_back(std::make_unique<TreeServer>(TreeServer{.id = id, .name = name}));
    const auto value = serverValue(*m_servers.back());
    insertRun(&m_root, int(m_root.children.size()), {&value, 1});
}

const TreeServer *HydraTree::server(const QString &id) const
{
    const auto it = std::ranges::find(m_servers, id, [](const auto &s) { return s->id; });
    return it == m_servers.end() ? nullptr : it->get();
}

void HydraTree::apply(const QString &serverId, const watch::Change &change)
{
    const auto it = std::ranges::find(m_servers, serverId, [](const auto &s) { return s->id; });
    if (it == m_servers.end())
        return;
    auto &server = **it;
    auto *node = serverNode(serverId);
    if (const auto *projects = std::get_if<watch::ProjectsSeen>(&change)) {
        server.projects = projects->seen;
        update(node, serverValue(server));
        setChildren(node, projectValues(server));
    } else if (const auto *jobsets = std::get_if<watch::JobsetsSeen>(&change)) {
        server.jobsets[jobsets->project] = jobsets->seen;
        rebuildProject(server, jobsets->project);
    } else if (const auto *evals = std::get_if<watch::EvalsSeen>(&change)) {
        server.evals[evals->jobset] = evals->seen;
        rebuildJobset(server, evals->jobset);
    }
}

void HydraTree::rebuildProject(TreeServer &server, const QString &project)
{
    setChildren(serverNode(server.id), projectValues(server)); // its own state may have changed
    if (auto *node = child(serverNode(server.id), {.kind = TreeKind::Project, .text = project}))
        fill(node);
}

void HydraTree::rebuildJobset(TreeServer &server, const JobsetName &jobset)
{
    rebuildProject(server, jobset.project);
    if (auto *node = jobsetNode(server.id, jobset))
        fill(node);
}

/// Makes the rows below a node from what its server holds.
void HydraTree::fill(TreeNode *node)
{
    const auto &server = *serverOf(node);
    const auto &key = node->value.key;
    const qint64 now = m_clock.nowSeconds();
    switch (key.kind) {
    case TreeKind::Server:
        return setChildren(node, projectValues(server));
    case TreeKind::Project:
        setChildren(node, jobsetValues(server, key.text, now));
        if (auto *idle = child(node, {.kind = TreeKind::Idle, .text = key.text}))
            setChildren(idle, idleValues(server, key.text, now));
        return;
    case TreeKind::Idle:
        return setChildren(node, idleValues(server, key.text, now));
    case TreeKind::Jobset:
        return setChildren(node, evalValues(server, node->value.subject->jobset));
    case TreeKind::Evaluation:
    case TreeKind::Older:
    case TreeKind::Note:
        return;
    }
}

namespace {

/// A newer evaluation, one that ended, or more failures than at the last look is news; the first filling is not.
bool isNews(const TreeValue *before, const TreeValue &now, const TreeKey &first)
{
    if (first.kind == TreeKind::Note)
        return false;
    if (now.key.kind == TreeKind::Evaluation)
        return before ? before->left.value_or(0) > 0 && now.left.value_or(0) == 0 : now.key.number > first.number;
    return now.key.kind == TreeKind::Jobset && before && now.failed.value_or(0) > before->failed.value_or(0);
}

} // namespace

void HydraTree::setChildren(TreeNode *parent, TreeValues values)
{
    auto &children = parent->children;
    const auto first = children.empty() ? TreeKey{} : children.front()->value.key;
    std::vector<TreeKey> before, after;
    for (const auto &node : children)
        before.push_back(node->value.key);
    for (auto &value : values) {
        after.push_back(value.key);
        const auto *old = child(parent, value.key);
        value.unseen = (old && old->value.unseen) || isNews(old ? &old->value : nullptr, value, first);
    }
    auto diff = diffOf(before, after);
    if (diff.moved)
        diff = withoutMoves(diff, int(after.size()));
    for (auto run = diff.removed.rbegin(); run != diff.removed.rend(); ++run)
        removeRun(parent, run->first, run->last);
    for (const auto &run : diff.inserted)
        insertRun(parent, run.first, std::span(values).subspan(size_t(run.first), size_t(run.count())));
    std::vector<int> changed;
    for (size_t i = 0; i < values.size(); ++i) {
        if (children[i]->value != values[i]) {
            children[i]->value = std::move(values[i]);
            changed.push_back(int(i));
        }
    }
    for (const auto &run : joined(changed))
        Q_EMIT dataChanged(
            indexOf(children[size_t(run.first)].get()), indexOf(children[size_t(run.last)].get(), ColumnCount - 1));
}

void HydraTree::removeRun(TreeNode *parent, int first, int last)
{
    auto &children = parent->children;
    beginRemoveRows(indexOf(parent), first, last);
    children.erase(children.begin() + first, children.begin() + last + 1);
    for (size_t i = size_t(first); i < children.size(); ++i)
        children[i]->row = int(i);
    endRemoveRows();
}

void HydraTree::insertRun(TreeNode *parent, int first, std::span<const TreeValue> values)
{
    auto &children = parent->children;
    beginInsertRows(indexOf(parent), first, first + int(values.size()) - 1);
    std::vector<std::unique_ptr<TreeNode>> fresh;
    for (const auto &value : values) {
        fresh.push_back(std::make_unique<TreeNode>());
        fresh.back()->value = value;
        fresh.back()->parent = parent;
    }
    children.insert(
        children.begin() + first, std::make_move_iterator(fresh.begin()), std::make_move_iterator(fresh.end()));
    for (size_t i = size_t(first); i < children.size(); ++i)
        children[i]->row = int(i);
    endInsertRows();
    for (int i = first; i < first + int(values.size()); ++i)
        fill(children[size_t(i)].get());
}

void HydraTree::update(TreeNode *node, TreeValue value)
{
    value.unseen = node->value.unseen;
    if (node->value == value)
        return;
    node->value = std::move(value);
    Q_EMIT dataChanged(indexOf(node), indexOf(node, ColumnCount - 1));
}

void HydraTree::tick()
{
    for (const auto &server : m_servers) {
        auto *node = serverNode(server->id);
        for (const auto &project : node->children) {
            if (!project->children.empty() && project->value.key.kind == TreeKind::Project)
                fill(project.get());
        }
    }
    // Ages are words: the views ask again for what they show.
    const auto touchAges = [this](const auto &self, const TreeNode &node) -> void {
        if (node.children.empty())
            return;
        Q_EMIT dataChanged(indexOf(node.children.front().get(), AgeColumn),
            indexOf(node.children.back().get(), AgeColumn), {Qt::DisplayRole});
        for (const auto &below : node.children)
            self(self, *below);
    };
    touchAges(touchAges, m_root);
}

bool HydraTree::showMore(const QModelIndex &older)
{
    const auto *node = nodeAt(older);
    if (!node || node->value.key.kind != TreeKind::Older)
        return false;
    auto &server = *serverOf(node);
    const auto jobset = node->parent->value.subject->jobset;
    auto &shown = server.shownEvals.insert(jobset, server.shownEvals.value(jobset, fewEvals) + moreEvals).value();
    rebuildJobset(server, jobset);
    const auto list = server.evals.value(jobset).value;
    return list && shown > list->evals.size() && list->hasOlder;
}

void HydraTree::markSeen(const Subject &subject)
{
    auto *node = nodeAt(indexOf(subject));
    if (!node || !node->value.unseen)
        return;
    node->value.unseen = false;
    Q_EMIT dataChanged(indexOf(node), indexOf(node), {UnseenRole});
}

TreeNode *HydraTree::nodeAt(const QModelIndex &index)
{
    return index.isValid() ? static_cast<TreeNode *>(index.internalPointer()) : nullptr;
}

QModelIndex HydraTree::indexOf(const TreeNode *node, int column) const
{
    return node == &m_root ? QModelIndex() : createIndex(node->row, column, node);
}

TreeNode *HydraTree::child(TreeNode *parent, const TreeKey &key) const
{
    const auto it = std::ranges::find(parent->children, key, [](const auto &node) { return node->value.key; });
    return it == parent->children.end() ? nullptr : it->get();
}

TreeNode *HydraTree::serverNode(const QString &id) const
{
    return child(const_cast<TreeNode *>(&m_root), {.kind = TreeKind::Server, .text = id});
}

TreeNode *HydraTree::jobsetNode(const QString &server, const JobsetName &jobset) const
{
    auto *top = serverNode(server);
    auto *project = top ? child(top, {.kind = TreeKind::Project, .text = jobset.project}) : nullptr;
    if (!project)
        return nullptr;
    const TreeKey key{.kind = TreeKind::Jobset, .text = jobset.jobset};
    if (auto *node = child(project, key))
        return node;
    auto *idle = child(project, {.kind = TreeKind::Idle, .text = jobset.project});
    return idle ? child(idle, key) : nullptr;
}

TreeServer *HydraTree::serverOf(const TreeNode *node)
{
    while (node->parent != &m_root)
        node = node->parent;
    return std::ranges::find(m_servers, node->value.key.text, [](const auto &s) { return s->id; })->get();
}

QModelIndex HydraTree::indexOf(const Subject &subject) const
{
    const auto at = [this](const TreeNode *node) { return node ? indexOf(node) : QModelIndex(); };
    auto *top = serverNode(subject.server);
    if (!top || subject.kind == SubjectKind::Server)
        return at(top);
    if (subject.kind == SubjectKind::Project)
        return at(child(top, {.kind = TreeKind::Project, .text = subject.jobset.project}));
    if (subject.kind == SubjectKind::Jobset)
        return at(jobsetNode(subject.server, subject.jobset));
    if (subject.kind != SubjectKind::Evaluation)
        return {};
    const auto *held = server(subject.server);
    for (auto it = held->evals.cbegin(); it != held->evals.cend(); ++it) {
        auto *jobset = jobsetNode(subject.server, it.key());
        if (auto *eval = jobset ? child(jobset, {.kind = TreeKind::Evaluation, .number = subject.number}) : nullptr)
            return indexOf(eval);
    }
    return {};
}

std::optional<Subject> HydraTree::subjectAt(const QModelIndex &index) const
{
    const auto *node = nodeAt(index);
    return node ? node->value.subject : std::nullopt;
}

TreeKind HydraTree::kindAt(const QModelIndex &index) const
{
    const auto *node = nodeAt(index);
    return node ? node->value.key.kind : TreeKind::Note;
}

QModelIndex HydraTree::index(int row, int column, const QModelIndex &parent) const
{
    const auto *node = parent.isValid() ? nodeAt(parent) : &m_root;
    if (row < 0 || column < 0 || column >= ColumnCount || row >= int(node->children.size()) || parent.column() > 0)
        return {};
    return createIndex(row, column, node->children[size_t(row)].get());
}

QModelIndex HydraTree::parent(const QModelIndex &child) const
{
    const auto *node = nodeAt(child);
    return node ? indexOf(node->parent) : QModelIndex();
}

int HydraTree::rowCount(const QModelIndex &parent) const
{
    if (parent.column() > 0)
        return 0;
    const auto *node = parent.isValid() ? nodeAt(parent) : &m_root;
    return int(node->children.size());
}

int HydraTree::columnCount(const QModelIndex &) const
{
    return ColumnCount;
}

bool HydraTree::hasChildren(const QModelIndex &parent) const
{
    return rowCount(parent) > 0;
}

} // namespace narscope::ui
