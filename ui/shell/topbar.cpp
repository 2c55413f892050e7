// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/topbar.h"

#include "base/format.h"
#include "ui/shell/field.h"
#include "ui/widgets/look.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int buttonSize = 28;

} // namespace

BarButton::BarButton(Sign sign, const QString &what, QWidget *parent)
    : QToolButton(parent)
    , m_sign(sign)
{
    setAccessibleName(what);
    setToolTip(what);
    setAutoRaise(true);
    setFixedSize(buttonSize, buttonSize);
    setFocusPolicy(Qt::TabFocus);
}

void BarButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const auto &look = lookOf(this);
    if (isEnabled() && (underMouse() || isDown() || hasFocus()))
        painter.fillRect(rect(), isDown() ? look.selection : look.selectionBehind);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(isEnabled() ? look.text : look.linkLine, 1.6, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
    const QPointF c(width() / 2.0, height() / 2.0);
    const qreal way = m_sign == Sign::Back ? -1 : 1;
    if (m_sign != Sign::Menu) {
        painter.drawPolyline(
            QPolygonF{c + QPointF(-2.5 * way, -5), c + QPointF(2.5 * way, 0), c + QPointF(-2.5 * way, 5)});
        return;
    }
    for (const qreal y : {-4.0, 0.0, 4.0})
        painter.drawLine(c + QPointF(-6, y), c + QPointF(6, y));
}

PlacesButton::PlacesButton(QWidget *parent)
    : QToolButton(parent)
    , m_menu(new QMenu(this))
{
    setAccessibleName(tr("Places"));
    setPopupMode(QToolButton::InstantPopup);
    setToolButtonStyle(Qt::ToolButtonTextOnly);
    setAutoRaise(true);
    setFixedHeight(buttonSize);
    setFocusPolicy(Qt::TabFocus);
    setMenu(m_menu);
    hide();
}

void PlacesButton::addEntry(const QString &title)
{
    const int entry = int(m_titles.size());
    m_titles << title;
    m_counts << 0;
    auto *action = m_menu->addAction({}, this, [this, entry] { Q_EMIT chosen(entry); });
    action->setCheckable(true);
    name(entry);
}

void PlacesButton::name(int entry)
{
    const auto count = m_counts[entry] > 0 ? u"  (%1)"_s.arg(formatCount(m_counts[entry])) : QString();
    m_menu->actions().at(entry)->setText(u"%1%2\tAlt+%3"_s.arg(m_titles[entry], count).arg(entry + 1));
}

void PlacesButton::setCount(int entry, int count)
{
    m_counts[entry] = count;
    name(entry);
}

void PlacesButton::setCurrent(int entry)
{
    const auto actions = m_menu->actions();
    for (int i = 0; i < actions.size(); ++i)
        actions[i]->setChecked(i == entry);
    setText(m_titles.value(entry, tr("Places")));
}

TopBar::TopBar(Field *field, QMenu *menu, QWidget *parent)
    : QWidget(parent)
    , m_places(new PlacesButton)
    , m_back(new BarButton(BarButton::Sign::Back, tr("Back  [")))
    , m_forward(new BarButton(BarButton::Sign::Forward, tr("Forward  ]")))
{
    setFixedHeight(metric::toolbar);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(8, 0, 8, 0);
    row->setSpacing(4);
    auto *more = new BarButton(BarButton::Sign::Menu, tr("Menu"));
    connect(
        more, &QToolButton::clicked, this, [more, menu] { menu->popup(more->mapToGlobal(QPoint(0, more->height()))); });
    row->addWidget(m_places);
    row->addWidget(m_back);
    row->addWidget(m_forward);
    row->addWidget(field, 1);
    row->addWidget(more);
}

void TopBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(QRect(0, height() - 1, width(), 1), lookOf(this).line);
}

} // namespace narscope::ui
