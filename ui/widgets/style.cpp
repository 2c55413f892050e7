// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/style.h"

#include "ui/widgets/paint.h"

#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QPainter>
#include <QStyleOption>

#include <tuple>

namespace narscope::ui {

namespace {

constexpr int scrollBarWidth = 12;
constexpr int shortestHandle = 32;
constexpr qreal corner = 3;
constexpr int sortSign = 14; ///< room for the arrow of a sorted column

/// A tick in a check box is no state: it has the colour of text.
Look inkOnly(Look look)
{
    look.succeeded = look.text;
    return look;
}

bool isHorizontal(const QStyleOption &option)
{
    return option.state & QStyle::State_Horizontal;
}

} // namespace

Style::Style(const Look &look, int rowHeight)
    : QProxyStyle(QStringLiteral("fusion"))
    , m_look(look)
    , m_rowHeight(rowHeight)
{
}

QPalette Style::standardPalette() const
{
    return paletteOf(m_look);
}

void Style::drawFrame(QPainter &painter, const QStyleOption &option, const QColor &ground) const
{
    const bool focused = option.state & State_HasFocus;
    const qreal width = focused ? 2 : 1;
    const bool enabled = option.state & State_Enabled;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(focused ? m_look.text : (enabled ? m_look.controlLine : m_look.line), width));
    painter.setBrush(ground);
    const qreal half = width / 2;
    painter.drawRoundedRect(QRectF(option.rect).adjusted(half, half, -half, -half), corner, corner);
    painter.restore();
}

/// The palette's inactive colours follow the window; the brighter selection shall follow the keyboard.
void Style::drawRow(QPainter &painter, const QStyleOption &option, const QWidget *widget) const
{
    if (option.state & State_Selected)
        painter.fillRect(option.rect, widget && widget->hasFocus() ? m_look.selection : m_look.selectionBehind);
}

void Style::drawCheckBox(QPainter &painter, const QStyleOption &option) const
{
    drawFrame(painter, option, m_look.view);
    if (option.state & State_On)
        paintMark(painter, option.rect, metric::mark - 2, Mark::Holds, inkOnly(m_look), m_look.view);
}

void Style::drawHeaderSection(QPainter &painter, const QStyleOption &option) const
{
    painter.fillRect(option.rect, m_look.view);
    painter.fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), m_look.line);
}

/// Grey words, and beside them which way the column is sorted.
void Style::drawHeaderLabel(QPainter &painter, const QStyleOptionHeader &option) const
{
    const bool sorted = option.sortIndicator != QStyleOptionHeader::None;
    // Qt takes the margin off above and below too, which would cut the words of a row this low.
    auto words = option.rect.adjusted(0, -metric::cellPadding, 0, metric::cellPadding);
    const int room = words.width() - (sorted ? sortSign : 0);
    const int used = qMin(room, painter.fontMetrics().horizontalAdvance(option.text));
    if (sorted)
        words.setWidth(room);
    painter.setPen(m_look.text2);
    paintText(painter, words, option.text, option.textAlignment, Qt::ElideRight);
    if (!sorted)
        return;
    const int left = option.textAlignment & Qt::AlignRight ? words.right() : words.left() + used;
    // Qt's «down» is ascending: smallest first.
    paintArrow(painter, QRectF(left, words.top(), sortSign, words.height()),
        option.sortIndicator == QStyleOptionHeader::SortDown, m_look.text2);
}

void Style::drawPrimitive(
    PrimitiveElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    switch (element) {
    case PE_PanelButtonCommand:
        return drawFrame(*painter, *option,
            option->state & (State_Sunken | State_On)                              ? m_look.selection
                : option->state & State_MouseOver && option->state & State_Enabled ? m_look.selectionBehind
                                                                                   : m_look.view);
    case PE_PanelButtonTool:
        if (option->state & State_Enabled
            && option->state & (State_Sunken | State_On | State_MouseOver | State_HasFocus))
            painter->fillRect(
                option->rect, option->state & (State_Sunken | State_On) ? m_look.selection : m_look.selectionBehind);
        return;
    case PE_PanelLineEdit:
        if (const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option); frame && frame->lineWidth > 0)
            return drawFrame(*painter, *option, m_look.view);
        painter->fillRect(option->rect, option->palette.base());
        return;
    case PE_FrameLineEdit:
        return;
    case PE_Frame:
        return;
    case PE_FrameMenu:
        painter->setPen(m_look.controlLine);
        painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
        return;
    case PE_PanelMenu:
        painter->fillRect(option->rect, m_look.view);
        return;
    case PE_IndicatorCheckBox:
        return drawCheckBox(*painter, *option);
    case PE_PanelItemViewRow:
        return drawRow(*painter, *option, widget);
    case PE_PanelItemViewItem:
        drawRow(*painter, *option, widget);
        return;
    case PE_IndicatorBranch:
        if (option->state & State_Children)
            paintChevron(*painter, option->rect, option->state & State_Open, m_look.text2);
        return;
    case PE_FrameFocusRect:
        return; // rows show the focus by their ground, controls by their frame
    case PE_PanelStatusBar:
    case PE_FrameStatusBarItem:
    case PE_PanelToolBar:
        return;
    case PE_PanelTipLabel:
        painter->fillRect(option->rect, m_look.window);
        painter->setPen(m_look.controlLine);
        painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
        return;
    default:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void Style::drawControl(
    ControlElement element, const QStyleOption *option, QPainter *painter, const QWidget *widget) const
{
    switch (element) {
    case CE_HeaderSection:
    case CE_HeaderEmptyArea:
        return drawHeaderSection(*painter, *option);
    case CE_HeaderLabel:
        if (const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option))
            return drawHeaderLabel(*painter, *header);
        break;
    case CE_Splitter:
        painter->fillRect(option->rect, m_look.line);
        return;
    case CE_ToolBar:
        return;
    default:
        break;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void Style::drawScrollBar(QPainter &painter, const QStyleOptionComplex &option, const QWidget *widget) const
{
    painter.fillRect(option.rect, widget ? widget->palette().color(QPalette::Base) : m_look.view);
    auto handle = QRectF(subControlRect(CC_ScrollBar, &option, SC_ScrollBarSlider, widget));
    handle = isHorizontal(option) ? handle.adjusted(1, 3, -1, -3) : handle.adjusted(3, 1, -3, -1);
    const bool held = option.state & State_Sunken || option.state & State_MouseOver;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(held ? m_look.ink : m_look.linkLine);
    painter.drawRoundedRect(handle, corner, corner);
    painter.restore();
}

void Style::drawComboBox(QPainter &painter, const QStyleOptionComplex &option, const QWidget *widget) const
{
    drawFrame(painter, option, option.state & State_MouseOver ? m_look.selectionBehind : m_look.view);
    paintChevron(painter, subControlRect(CC_ComboBox, &option, SC_ComboBoxArrow, widget), true, m_look.text2);
}

void Style::drawSpinBox(QPainter &painter, const QStyleOptionSpinBox &option, const QWidget *widget) const
{
    drawFrame(painter, option, m_look.view);
    for (const auto &[part, step, isUp] : {std::tuple(SC_SpinBoxUp, QAbstractSpinBox::StepUpEnabled, true),
             std::tuple(SC_SpinBoxDown, QAbstractSpinBox::StepDownEnabled, false)}) {
        const auto box = subControlRect(CC_SpinBox, &option, part, widget).adjusted(0, 2, -2, -2);
        const bool can = option.state & State_Enabled && option.stepEnabled & step;
        if (can && option.activeSubControls == part)
            painter.fillRect(box, m_look.selectionBehind);
        paintArrow(painter, box, isUp, can ? m_look.text2 : m_look.line);
    }
}

void Style::drawComplexControl(
    ComplexControl control, const QStyleOptionComplex *option, QPainter *painter, const QWidget *widget) const
{
    if (control == CC_ScrollBar)
        return drawScrollBar(*painter, *option, widget);
    if (control == CC_ComboBox)
        return drawComboBox(*painter, *option, widget);
    if (const auto *spin = qstyleoption_cast<const QStyleOptionSpinBox *>(option); spin && control == CC_SpinBox)
        return drawSpinBox(*painter, *spin, widget);
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

int Style::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    switch (metric) {
    case PM_SplitterWidth:
    case PM_MenuPanelWidth: // the frame, else a menu has no edge against what is below
        return 1;
    case PM_TreeViewIndentation:
        return 12;
    case PM_ScrollBarExtent:
        return scrollBarWidth;
    case PM_ScrollBarSliderMin:
        return shortestHandle;
    case PM_ScrollView_ScrollBarSpacing:
        return 0;
    case PM_FocusFrameHMargin:
        return metric::cellPadding - 1; // Qt adds one
    case PM_HeaderMargin:
        return metric::cellPadding;
    case PM_HeaderMarkSize:
        return 9;
    case PM_DefaultFrameWidth:
        return qobject_cast<const QAbstractItemView *>(widget) ? 0 : QProxyStyle::pixelMetric(metric, option, widget);
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
        return 0;
    case PM_LayoutHorizontalSpacing:
        return 8;
    case PM_LayoutVerticalSpacing:
        return 4;
    case PM_SmallIconSize:
    case PM_ToolBarIconSize:
        return 16;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int Style::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget, QStyleHintReturn *data) const
{
    switch (hint) {
    case SH_ItemView_ShowDecorationSelected:
        return 1;
    case SH_ItemView_ActivateItemOnSingleClick:
        return 0;
    case SH_EtchDisabledText:
        return 0;
    case SH_UnderlineShortcut:
        return 0;
    case SH_ComboBox_Popup:
        return 0;
    case SH_ToolTip_WakeUpDelay:
        return 400;
    case SH_DialogButtonBox_ButtonsHaveIcons:
        return 0;
    default:
        return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

QSize Style::sizeFromContents(
    ContentsType type, const QStyleOption *option, const QSize &size, const QWidget *widget) const
{
    auto result = QProxyStyle::sizeFromContents(type, option, size, widget);
    switch (type) {
    case CT_ItemViewItem:
        result.setHeight(m_rowHeight);
        break;
    case CT_HeaderSection:
        result.setHeight(metric::headerRow);
        break;
    case CT_PushButton:
        result = {qMax(size.width() + 2 * metric::cellPadding, 32), metric::button};
        break;
    case CT_LineEdit:
    case CT_ComboBox:
        result.setHeight(metric::button);
        break;
    case CT_MenuItem:
        if (const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(option);
            item && item->menuItemType != QStyleOptionMenuItem::Separator)
            result.setHeight(metric::button);
        break;
    default:
        break;
    }
    return result;
}

QRect Style::subElementRect(SubElement element, const QStyleOption *option, const QWidget *widget) const
{
    const auto rect = QProxyStyle::subElementRect(element, option, widget);
    const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option);
    const bool framedField = element == SE_LineEditContents && frame && frame->lineWidth > 0;
    return framedField ? rect.adjusted(4, 0, -4, 0) : rect;
}

QRect Style::subControlRect(
    ComplexControl control, const QStyleOptionComplex *option, SubControl part, const QWidget *widget) const
{
    const auto *slider = qstyleoption_cast<const QStyleOptionSlider *>(option);
    if (control != CC_ScrollBar || !slider)
        return QProxyStyle::subControlRect(control, option, part, widget);
    const bool across = slider->orientation == Qt::Horizontal;
    const int length = across ? slider->rect.width() : slider->rect.height();
    const int thick = across ? slider->rect.height() : slider->rect.width();
    const qint64 range = qint64(slider->maximum) - slider->minimum;
    const int handle = range <= 0 ? length
                                  : qBound(qMin(shortestHandle, length),
                                        int(qint64(length) * slider->pageStep / (range + slider->pageStep)), length);
    const int start = sliderPositionFromValue(
        slider->minimum, slider->maximum, slider->sliderPosition, length - handle, slider->upsideDown);
    const auto along = [across, thick](int from, int size) {
        return across ? QRect(from, 0, size, thick) : QRect(0, from, thick, size);
    };
    switch (part) {
    case SC_ScrollBarSlider:
        return along(start, handle);
    case SC_ScrollBarSubPage:
        return along(0, start);
    case SC_ScrollBarAddPage:
        return along(start + handle, length - start - handle);
    case SC_ScrollBarGroove:
        return along(0, length);
    default:
        return {};
    }
}

void useLook(const Look &look, int rowHeight)
{
    QApplication::setStyle(new Style(look, rowHeight));
    QApplication::setPalette(paletteOf(look));
    QApplication::setFont(dataFont());
}

int rowHeightOf(const QWidget *widget)
{
    const auto *style = qobject_cast<const Style *>(widget ? widget->style() : QApplication::style());
    return style ? style->rowHeight() : metric::compactRow;
}

} // namespace narscope::ui
