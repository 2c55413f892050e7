// SPDX-License-Identifier: GPL-3.0-or-later
// How the Overview is put together, and how it makes room.
#include "ui/overview/overviewplace.h"

#include "ui/models/channelrows.h"
#include "ui/overview/serverrows.h"
#include "ui/widgets/problembanner.h"
#include "ui/widgets/sentence.h"
#include "ui/widgets/textlabel.h"

#include <QScrollArea>
#include <QShortcut>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int sectionGap = 24;
constexpr int rightColumn = 512;
constexpr int wideFrom = metric::wide - metric::rail;

} // namespace

QWidget *OverviewPlace::section(const QString &title, QWidget *list, QWidget *beside)
{
    auto *part = new QWidget;
    part->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed); // room that is left goes below all
    auto *column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    auto *head = new QHBoxLayout;
    head->addWidget(textLabel(title, TextRole::Bold));
    head->addStretch();
    if (beside)
        head->addWidget(beside);
    column->addLayout(head);
    column->addWidget(list);
    return part;
}

void OverviewPlace::listen(GlanceList *list)
{
    list->setActions(&actions());
    connect(list, &GlanceList::openRequested, this, &Place::openRequested);
}

void OverviewPlace::build()
{
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    m_banner = new ProblemBanner;
    connect(m_banner, &ProblemBanner::retryRequested, this, &OverviewPlace::refresh);
    makeLists();
    makeParts();
    m_scroll = new QScrollArea;
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setWidget(makePage());
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(m_banner);
    all->addWidget(m_scroll, 1);
    setFocusProxy(m_channels);
}

void OverviewPlace::makeLists()
{
    m_sentence = new SentenceRow;
    m_channels = new ChannelList;
    m_changes = new GlanceList(changeHeaders(), {180, 120, 56}, 0);
    m_queue = new GlanceList(queueGlanceHeaders(), {128, 64, 104, 68}, 0);
    m_builders = new GlanceList(builderGlanceHeaders(), {132, 200}, 1);
    m_underWay = new GlanceList(underWayHeaders(), {200, 88, 160, 128, 88, 88, 88, 200}, 7);
    m_servers = new GlanceList(serverHeaders(), {200, 240, 96, 88, 88, 88, 96}, 1);
    for (auto *list : {static_cast<GlanceList *>(m_channels), m_changes, m_queue, m_builders, m_underWay, m_servers})
        listen(list);
    connect(m_channels, &QTreeView::clicked, this, [this] { Q_EMIT currentChanged(); });
}

/// The lists under their titles.
void OverviewPlace::makeParts()
{
    m_sinceText = new TextLabel(TextRole::Quiet);
    m_markSeen = new LinkLabel(tr("mark seen"), TextRole::Quiet);
    connect(m_markSeen, &LinkLabel::activated, this, &OverviewPlace::markSeen);
    auto *since = new QWidget;
    auto *sinceRow = new QHBoxLayout(since);
    sinceRow->setContentsMargins(0, 0, 0, 0);
    sinceRow->addWidget(m_sinceText);
    sinceRow->addWidget(m_markSeen);
    m_noChanges = new TextLabel(TextRole::Quiet);
    m_changePart = section(tr("Since you looked"), m_changes, since);
    qobject_cast<QVBoxLayout *>(m_changePart->layout())->insertWidget(1, m_noChanges);
    m_queueText = new TextLabel(TextRole::Quiet);
    m_queuePart = section(tr("Queue"), m_queue, m_queueText);
    m_builderText = new TextLabel(TextRole::Quiet);
    m_builderPart = section(tr("Builders"), m_builders, m_builderText);
    m_underWayPart = section(tr("Evaluations under way"), m_underWay);
    m_serverPart = section(tr("Servers"), m_servers);
}

/// What scrolls: one column, in a wide window two.
QWidget *OverviewPlace::makePage()
{
    auto *page = new QWidget;
    page->setBackgroundRole(QPalette::Base);
    auto *columns = new QHBoxLayout(page);
    columns->setContentsMargins(metric::margin, metric::marginTop, metric::margin, metric::margin);
    columns->setSpacing(2 * metric::margin);
    m_left = new QVBoxLayout;
    m_left->setSpacing(sectionGap);
    columns->addLayout(m_left, 1);
    m_rightPart = new QWidget;
    m_rightPart->setFixedWidth(rightColumn);
    m_right = new QVBoxLayout(m_rightPart);
    m_right->setContentsMargins(0, 0, 0, 0);
    m_right->setSpacing(sectionGap);
    m_right->addStretch();
    columns->addWidget(m_rightPart);
    m_middle = new QHBoxLayout;
    m_middle->setSpacing(sectionGap);
    for (auto *part : {m_changePart, m_queuePart, m_builderPart})
        m_middle->addWidget(part, 1, Qt::AlignTop);
    m_left->addWidget(m_sentence);
    m_left->addWidget(m_channels);
    m_left->addLayout(m_middle);
    m_left->addWidget(m_underWayPart);
    m_left->addWidget(m_serverPart);
    m_left->addStretch();
    m_rightPart->hide();
    return page;
}

void OverviewPlace::arrange()
{
    m_channels->fitColumns(width());
    const bool isWide = width() >= wideFrom;
    if (isWide == m_isWide)
        return;
    m_isWide = isWide;
    int place = 0;
    for (auto *part : {m_changePart, m_queuePart, m_builderPart}) {
        if (isWide)
            m_right->insertWidget(place++, part, 0, Qt::AlignTop);
        else
            m_middle->addWidget(part, 1, Qt::AlignTop);
    }
    m_rightPart->setVisible(isWide);
}

void OverviewPlace::makeKeys()
{
    const auto key = [this](const QKeySequence &keys, auto &&act) {
        auto *shortcut = new QShortcut(keys, this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, act);
    };
    key(Qt::Key_N, [this] { step(1); });
    key(Qt::SHIFT | Qt::Key_N, [this] { step(-1); });
    key(Qt::Key_Space, [this] { fold(); });
    key(Qt::Key_F11, [this] { toggleWall(); });
}

} // namespace narscope::ui
