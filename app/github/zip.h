// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <QByteArray>

namespace narscope::github {

/// One file of a zip archive in memory (APPNOTE 6.3: stored or deflated, no zip64, no encryption). NotFound:
/// it has no such file; TooLarge: the file would be larger than `most` bytes. Its CRC-32 is checked.
[[nodiscard]] Result<QByteArray> fileInZip(QByteArrayView zip, QByteArrayView name, qsizetype most);

} // namespace narscope::github
