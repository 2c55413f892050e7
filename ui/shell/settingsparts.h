// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/look.h"
#include "ui/widgets/textlabel.h"

#include <QFormLayout>
#include <QTableWidgetItem>
#include <QVBoxLayout>

// What the pages of the settings dialog have in common.

namespace narscope::ui {

inline constexpr int settingsFieldWidth = 320;

/// The column that a page stands in.
[[nodiscard]] inline QVBoxLayout *settingsColumn(QWidget *page)
{
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(metric::margin, metric::margin, metric::margin, metric::margin);
    column->setSpacing(metric::cellPadding);
    return column;
}

[[nodiscard]] inline QFormLayout *settingsForm()
{
    auto *form = new QFormLayout;
    form->setHorizontalSpacing(metric::margin);
    return form;
}

/// A cell to read, whole on hover.
[[nodiscard]] inline QTableWidgetItem *textItem(const QString &text)
{
    auto *item = new QTableWidgetItem(text);
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
    item->setToolTip(text.toHtmlEscaped());
    return item;
}

} // namespace narscope::ui
