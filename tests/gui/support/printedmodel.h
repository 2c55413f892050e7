// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

class QAbstractItemModel;

namespace narscope::test {

/// Rows of a flat model as text, cells divided by « | »; empty cells at the end are left out.
[[nodiscard]] QStringList printed(const QAbstractItemModel &model);

} // namespace narscope::test
