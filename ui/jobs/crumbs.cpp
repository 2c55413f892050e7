// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/crumbs.h"

#include "ui/widgets/textlabel.h"

#include <QHBoxLayout>

using namespace Qt::StringLiterals;

namespace narscope::ui {

Crumbs::Crumbs(QWidget *parent)
    : QWidget(parent)
    , m_row(new QHBoxLayout(this))
{
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(4);
}

void Crumbs::setCrumbs(const QList<Crumb> &path, const QList<Crumb> &right)
{
    if (path == m_path && right == m_right)
        return;
    m_path = path;
    m_right = right;
    while (auto *item = m_row->takeAt(0)) {
        if (item->widget()) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
    for (const auto &crumb : path) {
        if (&crumb != &path.first())
            add({.text = u"›"_s, .subject = {}});
        add(crumb);
    }
    m_row->addStretch(1);
    for (const auto &crumb : right)
        add(crumb);
}

void Crumbs::add(const Crumb &crumb)
{
    if (!crumb.subject) {
        auto *label = new TextLabel(TextRole::Quiet);
        label->setText(crumb.text);
        m_row->addWidget(label);
        return;
    }
    auto *link = new LinkLabel(crumb.text, TextRole::Quiet);
    connect(link, &LinkLabel::activated, this, [this, subject = *crumb.subject] { Q_EMIT openRequested(subject); });
    m_row->addWidget(link);
}

} // namespace narscope::ui
