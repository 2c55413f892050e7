// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/rail.h"

#include "base/format.h"
#include "ui/widgets/paint.h"

#include <QPainter>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int rowHeight = 28;

} // namespace

RailButton::RailButton(const QString &title, const QString &key, QWidget *parent)
    : QAbstractButton(parent)
{
    setText(title);
    setAccessibleName(title);
    setToolTip(key);
    setCheckable(true);
    setFocusPolicy(Qt::TabFocus);
}

void RailButton::setCount(int count)
{
    m_count = count;
    setAccessibleDescription(count > 0 ? formatCount(count) : QString());
    update();
}

QSize RailButton::sizeHint() const
{
    return {metric::rail, rowHeight};
}

void RailButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const auto &look = lookOf(this);
    if (isChecked())
        painter.fillRect(rect(), look.selection);
    else if (underMouse())
        painter.fillRect(rect(), look.selectionBehind);
    painter.setPen(look.text);
    if (hasFocus())
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    const auto words = rect().adjusted(metric::margin, 0, -12, 0);
    painter.setFont(isChecked() ? boldFont() : dataFont());
    paintText(painter, words, text(), Qt::AlignLeft, Qt::ElideRight);
    if (m_count <= 0)
        return;
    painter.setFont(dataFont());
    painter.setPen(look.text2);
    paintText(painter, words, formatCount(m_count), Qt::AlignRight, Qt::ElideNone);
}

Rail::Rail(QWidget *parent)
    : QWidget(parent)
    , m_column(new QVBoxLayout(this))
{
    setFixedWidth(metric::rail);
    m_column->setContentsMargins(0, 8, 0, 0);
    m_column->setSpacing(0);
    m_column->addStretch();
}

void Rail::addEntry(const QString &title)
{
    const int entry = int(m_buttons.size());
    auto *button = new RailButton(title, u"Alt+%1"_s.arg(entry + 1));
    connect(button, &RailButton::clicked, this, [this, entry] { Q_EMIT chosen(entry); });
    m_column->insertWidget(entry, button);
    m_buttons << button;
}

void Rail::setCount(int entry, int count)
{
    m_buttons[entry]->setCount(count);
}

void Rail::setCurrent(int entry)
{
    for (int i = 0; i < m_buttons.size(); ++i)
        m_buttons[i]->setChecked(i == entry);
}

} // namespace narscope::ui
