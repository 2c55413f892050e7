// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/textlabel.h"

#include "ui/widgets/paint.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int lineHeight = 20;
constexpr int shortestText = 24; ///< px; below that an elided text says nothing

QFont fontOf(TextRole role)
{
    switch (role) {
    case TextRole::Data:
    case TextRole::Quiet:
        return dataFont();
    case TextRole::Bold:
        return boldFont();
    case TextRole::Mono:
        return monoFont();
    }
    return dataFont();
}

QColor colourOf(TextRole role, const Look &look)
{
    switch (role) {
    case TextRole::Data:
    case TextRole::Bold:
        return look.text;
    case TextRole::Quiet:
        return look.text2;
    case TextRole::Mono:
        return look.mono;
    }
    return look.text;
}

} // namespace

QString plainTip(const QString &text)
{
    if (text.isEmpty())
        return {};
    return u"<span style='white-space:pre-wrap'>"_s + text.toHtmlEscaped().replace(u'\n', u"<br>"_s) + u"</span>"_s;
}

TextLabel::TextLabel(TextRole role, QWidget *parent)
    : QWidget(parent)
    , m_role(role)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setFont(fontOf(role));
}

void TextLabel::setText(const QString &text)
{
    if (text == m_text)
        return;
    m_text = text;
    setAccessibleName(text);
    updateGeometry();
    update();
}

void TextLabel::setRole(TextRole role)
{
    if (role == m_role)
        return;
    m_role = role;
    setFont(fontOf(role));
    updateGeometry();
    update();
}

void TextLabel::setElide(Qt::TextElideMode elide)
{
    m_elide = elide;
    update();
}

void TextLabel::setAlignment(Qt::Alignment alignment)
{
    m_alignment = alignment;
    update();
}

void TextLabel::setWhole(const QString &whole)
{
    m_whole = whole;
}

QSize TextLabel::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(m_text) + 1, lineHeight};
}

QSize TextLabel::minimumSizeHint() const
{
    return {qMin(shortestText, sizeHint().width()), lineHeight};
}

int TextLabel::usedWidth() const
{
    return qMin(width(), sizeHint().width());
}

void TextLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setFont(font());
    painter.setPen(colourOf(m_role, lookOf(this)));
    paintText(painter, rect(), m_text, m_alignment, m_elide);
}

void TextLabel::contextMenuEvent(QContextMenuEvent *event)
{
    if (m_text.isEmpty())
        return QWidget::contextMenuEvent(event);
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Copy"), this, [this] { QGuiApplication::clipboard()->setText(whole()); });
    menu->popup(event->globalPos());
}

bool TextLabel::event(QEvent *event)
{
    if (event->type() == QEvent::ToolTip && toolTip().isEmpty()) {
        const bool hidden = !m_whole.isEmpty() || sizeHint().width() > width();
        QToolTip::showText(static_cast<QHelpEvent *>(event)->globalPos(), hidden ? plainTip(whole()) : QString(), this);
        return true;
    }
    return QWidget::event(event);
}

void TextLabel::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::StyleChange || event->type() == QEvent::PaletteChange)
        update();
    QWidget::changeEvent(event);
}

TextLabel *textLabel(const QString &text, TextRole role)
{
    auto *label = new TextLabel(role);
    label->setText(text);
    return label;
}

LinkLabel::LinkLabel(const QString &text, TextRole role, QWidget *parent)
    : TextLabel(role, parent)
{
    setText(text);
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
}

void LinkLabel::paintEvent(QPaintEvent *event)
{
    TextLabel::paintEvent(event);
    QPainter painter(this);
    const auto &look = lookOf(this);
    const bool strong = hasFocus() || underMouse();
    const int base = (height() + fontMetrics().ascent() - fontMetrics().descent()) / 2 + 3;
    painter.fillRect(QRect(0, base, usedWidth(), hasFocus() ? 2 : 1), strong ? look.text : look.linkLine);
}

void LinkLabel::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint()))
        Q_EMIT activated();
}

void LinkLabel::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space)
        Q_EMIT activated();
    else
        TextLabel::keyPressEvent(event);
}

MarkLabel::MarkLabel(int size, QWidget *parent)
    : QWidget(parent)
    , m_size(size)
{
    setFixedSize(size, size);
}

void MarkLabel::setMark(Mark mark)
{
    if (mark == m_mark)
        return;
    m_mark = mark;
    update();
}

void MarkLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paintMark(painter, rect(), m_size, m_mark, lookOf(this), palette().color(backgroundRole()));
}

} // namespace narscope::ui
