// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/support/printedmodel.h"

#include <QAbstractItemModel>

using namespace Qt::StringLiterals;

namespace narscope::test {

QStringList printed(const QAbstractItemModel &model)
{
    QStringList rows;
    for (int row = 0; row < model.rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < model.columnCount(); ++column)
            cells << model.index(row, column).data().toString();
        while (!cells.isEmpty() && cells.back().isEmpty())
            cells.removeLast();
        rows << cells.join(u" | "_s);
    }
    return rows;
}

} // namespace narscope::test
