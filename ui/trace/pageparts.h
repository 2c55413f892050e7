// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <initializer_list>

class QBoxLayout;
class QLineEdit;
class QSplitter;
class QWidget;

namespace narscope::ui {

// What the pages beside the traces have in common. The widget or layout that a part is put into owns it.

/// The page as one column that begins with these.
[[nodiscard]] QBoxLayout *pageColumn(QWidget &page, std::initializer_list<QWidget *> head);
[[nodiscard]] QLineEdit *filterField(const QString &hint);
/// A list above what is known of its current row.
[[nodiscard]] QSplitter *listOverDetail(QWidget *list, QWidget *detail, int listHeight, int detailHeight);
/// The ground of a detail and its column.
[[nodiscard]] QBoxLayout *detailColumn(QWidget &part);
/// Rows at the left, the text itself at the right.
[[nodiscard]] QBoxLayout *rowsBesideText(QWidget *rows, QWidget *text, int rowShare, int textShare);

} // namespace narscope::ui
