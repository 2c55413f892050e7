// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/pathrow.h"

#include "ui/widgets/actions.h"
#include "ui/widgets/textlabel.h"

#include <QContextMenuEvent>
#include <QHBoxLayout>

namespace narscope::ui {

namespace {

constexpr qsizetype hashLength = 32;
constexpr qsizetype shownOfHash = 8;

} // namespace

QString shortPathName(const QString &storePath)
{
    const auto base = storePath.mid(storePath.lastIndexOf(u'/') + 1);
    if (base.size() <= hashLength || base[hashLength] != u'-')
        return base;
    return base.first(shownOfHash) + u'…' + base.mid(hashLength);
}

QString shortPath(const QString &storePath)
{
    return storePath.first(storePath.lastIndexOf(u'/') + 1) + shortPathName(storePath);
}

PathRow::PathRow(QWidget *parent)
    : QWidget(parent)
    , m_text(new TextLabel(TextRole::Mono))
    , m_links(new QHBoxLayout)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    m_text->setElide(Qt::ElideMiddle);
    m_text->setContextMenuPolicy(Qt::NoContextMenu);
    row->addWidget(m_text, 1);
    m_links->setSpacing(metric::cellPadding);
    row->addLayout(m_links);
}

QString PathRow::path() const
{
    return m_text->whole();
}

void PathRow::setPath(const QString &path, const SubjectActions &actions)
{
    if (path == m_text->whole() && m_actions.size() == actions.size())
        return;
    m_actions = actions;
    m_text->setText(shortPath(path));
    m_text->setWhole(path);
    while (auto *item = m_links->takeAt(0)) {
        item->widget()->deleteLater();
        delete item;
    }
    const auto subject = Subject::ofStorePath(path);
    for (const auto &action : actions) {
        if (!action.fits(subject))
            continue;
        auto *link = new LinkLabel(action.text);
        connect(link, &LinkLabel::activated, this, [run = action.run, subject] { run(subject); });
        m_links->addWidget(link);
    }
}

void PathRow::contextMenuEvent(QContextMenuEvent *event)
{
    popupMenu(this, event->globalPos(), m_actions, Subject::ofStorePath(path()));
}

} // namespace narscope::ui
