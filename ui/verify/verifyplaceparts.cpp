// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/verify/imageview.h"
#include "ui/verify/keyspage.h"
#include "ui/verify/ladderview.h"
#include "ui/verify/verifyplace.h"
#include "ui/widgets/actions.h"
#include "ui/widgets/emptystate.h"
#include "ui/widgets/flatlist.h"
#include "ui/widgets/style.h"
#include "ui/widgets/textlabel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

// What the place is made of: the field and its options, the line about the run, what was kept, the lists and the
// ladder.

namespace narscope::ui {

namespace {

constexpr int inputLines = 3;
constexpr int pathWidth = 230; ///< px, at least: a short hash and a name

} // namespace

/// Columns that would leave too little for the names are left out, the least wanted first; the ladder has them too.
void VerifyPlace::fitColumns(const QTreeView &list)
{
    auto *header = list.header();
    int room = list.viewport()->width() - pathWidth - header->sectionSize(ReportModel::State);
    for (const auto &[column, width] :
        {std::pair(ReportModel::Size, 84), std::pair(ReportModel::Keys, 150), std::pair(ReportModel::Cache, 110)}) {
        room -= width;
        header->setSectionHidden(column, room < 0);
    }
}

QWidget *VerifyPlace::inputPart()
{
    auto *part = new QWidget;
    auto *row = new QHBoxLayout(part);
    row->setContentsMargins(metric::margin, metric::marginTop, metric::margin, 8);
    row->setSpacing(12);
    m_input = new QPlainTextEdit;
    m_input->setFont(monoFont());
    m_input->setTabChangesFocus(true);
    m_input->viewport()->setBackgroundRole(QPalette::Window); // a field, on a page without boxes
    m_input->setFixedHeight(inputLines * 18 + 12);
    m_input->setPlaceholderText(
        tr("Paste or drop store paths, hashes, a narinfo, its address, the output of nix path-info --json or nix-store "
           "-qR, a flake.lock, a NAR, an ISO image or a channel's address …"));
    m_input->installEventFilter(this);
    m_input->viewport()->setAcceptDrops(false); // the whole place takes them
    m_depth = new QComboBox;
    m_depth->addItem(tr("Signatures only"), int(nix::Depth::Signature));
    m_depth->addItem(tr("The file served"), int(nix::Depth::File));
    m_depth->addItem(tr("Contents"), int(nix::Depth::Nar));
    m_depth->addItem(tr("Contents and references"), int(nix::Depth::References));
    m_depth->setCurrentIndex(3);
    m_closure = new QCheckBox(tr("Closure"));
    m_closure->setObjectName(u"closure"_s);
    m_closure->setToolTip(tr("Also everything that the paths refer to"));
    m_challenge = new QCheckBox(tr("Other caches"));
    m_challenge->setToolTip(tr("Ask every cache known whether it has the same contents"));
    m_deriver = new QCheckBox(tr("Deriver"));
    m_deriver->setToolTip(tr("Recompute the path from the derivation that is named, as far as it can be found"));
    m_verify = new QPushButton(tr("Verify"));
    auto *options = new QGridLayout;
    options->setHorizontalSpacing(12);
    options->setVerticalSpacing(6);
    options->addWidget(m_depth, 0, 0, 1, 2);
    options->addWidget(m_verify, 0, 2);
    options->addWidget(m_closure, 1, 0);
    options->addWidget(m_challenge, 1, 1);
    options->addWidget(m_deriver, 1, 2);
    row->addWidget(m_input, 1);
    row->addLayout(options);
    connect(m_verify, &QPushButton::clicked, this, [this] { start(); });
    return part;
}

QWidget *VerifyPlace::runPart()
{
    auto *part = new QWidget;
    auto *row = new QHBoxLayout(part);
    row->setContentsMargins(metric::margin, 0, metric::margin, 8);
    row->setSpacing(12);
    m_state = new TextLabel(TextRole::Quiet);
    m_bar = new QProgressBar;
    m_bar->setTextVisible(false);
    m_bar->setFixedSize(160, 6);
    m_cancel = new QPushButton(tr("Cancel"));
    m_cancel->setObjectName(u"cancel"_s);
    m_more = new QPushButton;
    m_more->setObjectName(u"more"_s);
    m_export = new QPushButton(tr("Report"));
    auto *menu = new QMenu(m_export);
    fillExportMenu(*menu);
    m_export->setMenu(menu);
    m_keysButton = new QPushButton(tr("Keys"));
    m_keysButton->setObjectName(u"keys"_s);
    m_keysButton->setCheckable(true);
    row->addWidget(m_state, 1);
    row->addWidget(m_bar);
    row->addWidget(m_cancel);
    row->addWidget(m_more);
    row->addWidget(m_export);
    row->addWidget(m_keysButton);
    connect(m_cancel, &QPushButton::clicked, this, &VerifyPlace::stop);
    connect(m_more, &QPushButton::clicked, this, [this] { order(0, true); });
    connect(m_keysButton, &QPushButton::toggled, this, [this](bool shown) {
        if (shown)
            m_stack->setCurrentIndex(KeyPage);
        else
            m_reports.reports().empty() ? showEmpty() : showResults();
    });
    return part;
}

QWidget *VerifyPlace::listPart()
{
    const QList<int> widths{pathWidth, 96, 150, 84, 110};
    m_list = flatList(m_reports, widths);
    m_list->setSortingEnabled(true);
    m_list->header()->setSortIndicator(-1, Qt::AscendingOrder);
    m_treeView = flatList(m_tree, widths);
    m_treeView->setRootIsDecorated(true);
    m_lists = new QStackedWidget;
    for (auto *view : {m_list, m_treeView}) {
        view->setContextMenuPolicy(Qt::CustomContextMenu);
        view->header()->setStretchLastSection(false);
        view->header()->setSectionResizeMode(ReportModel::Path, QHeaderView::Stretch);
        view->viewport()->installEventFilter(this); // for its size
        m_lists->addWidget(view);
        connect(view->selectionModel(), &QItemSelectionModel::currentChanged, this, &VerifyPlace::showCurrent);
        connect(view, &QWidget::customContextMenuRequested, this, [this, view](const QPoint &at) {
            if (const auto subject = current())
                popupMenu(view, view->viewport()->mapToGlobal(at), actions(), *subject);
        });
    }
    m_filter = new QLineEdit;
    m_filter->setObjectName(u"filter"_s);
    m_filter->setPlaceholderText(tr("Filter paths …"));
    m_filter->setClearButtonEnabled(true);
    m_kind = new QComboBox;
    m_kind->addItems({tr("All"), tr("Fail"), tr("Not checked"), tr("Hold"), tr("In no cache")});
    m_asTree = new QPushButton(tr("As a tree"));
    m_asTree->setObjectName(u"asTree"_s);
    m_asTree->setCheckable(true);
    m_asTree->setToolTip(tr("Who needs whom; those that fail, or need one that does, come first"));
    auto *filters = new QHBoxLayout;
    filters->addWidget(m_filter, 1);
    filters->addWidget(m_kind);
    filters->addWidget(m_asTree);
    m_listPart = new QWidget;
    auto *column = new QVBoxLayout(m_listPart);
    column->setContentsMargins(metric::margin, 0, 0, 0);
    m_noMatch = new TextLabel(TextRole::Quiet);
    m_noMatch->setObjectName(u"noMatch"_s);
    m_noMatch->setText(tr("No path here matches. Clear the filter with Esc."));
    m_noMatch->setContentsMargins(0, 8, 0, 8);
    m_noMatch->hide();
    column->addLayout(filters);
    column->addWidget(m_noMatch);
    column->addWidget(m_lists, 1);
    connect(m_filter, &QLineEdit::textChanged, this, &VerifyPlace::filterChanged);
    connect(m_kind, &QComboBox::currentIndexChanged, this, &VerifyPlace::filterChanged);
    connect(m_asTree, &QPushButton::toggled, this, &VerifyPlace::showTree);
    return m_listPart;
}

QWidget *VerifyPlace::emptyPart()
{
    m_empty = new EmptyState;
    m_keptList = flatList(m_kept, {560, 120});
    m_keptList->setObjectName(u"kept"_s);
    m_emptyPart = new QWidget;
    auto *column = new QVBoxLayout(m_emptyPart);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_empty);
    auto *kept = new QVBoxLayout;
    kept->setContentsMargins(metric::margin, 0, metric::margin, 0);
    kept->addWidget(m_keptList);
    column->addLayout(kept, 1);
    connect(m_keptList, &QTreeView::activated, this, &VerifyPlace::openKept);
    return m_emptyPart;
}

QWidget *VerifyPlace::resultPart()
{
    m_ladder = new LadderView(m_clock);
    m_image = new ImageView(m_clock);
    m_detail = new QStackedWidget;
    m_detail->addWidget(m_ladder);
    m_detail->addWidget(m_image);
    m_splitter = new QSplitter;
    m_splitter->addWidget(listPart());
    m_splitter->addWidget(m_detail);
    // Names are what is looked for in a list: in a wide window it gets half of what there is more.
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({420, 740});
    m_splitter->setChildrenCollapsible(false);
    m_stack = new QStackedWidget;
    m_stack->addWidget(emptyPart());
    m_stack->addWidget(m_splitter);
    m_stack->addWidget(m_keys);
    connect(m_ladder, &LadderView::openRequested, this, &Place::openRequested);
    connect(m_image, &ImageView::openRequested, this, &Place::openRequested);
    return m_stack;
}

void VerifyPlace::makeKeys()
{
    const auto key = [this](const QKeySequence &keys, auto &&act) {
        auto *shortcut = new QShortcut(keys, this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, act);
    };
    key(Qt::CTRL | Qt::Key_Return, [this] { start(); });
    key(Qt::Key_Slash, [this] { m_filter->setFocus(Qt::ShortcutFocusReason); });
    key(Qt::Key_N, [this] { nextFailure(1); });
    key(Qt::SHIFT | Qt::Key_N, [this] { nextFailure(-1); });
}

} // namespace narscope::ui
