// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "ui/trace/picturepaint.h"

// A trace as a picture for a file: with its heading, on a page as large as it needs. May run on any thread.

namespace narscope::ui {

struct TraceSheet {
    QString title;
    QString sentence;
    QString foot; ///< when and with what it was made
    Picture picture;
    Look look;
};

[[nodiscard]] QByteArray svgOf(const TraceSheet &sheet);
/// Twice as fine as a plain screen, less when it would be larger than 16,000 px.
[[nodiscard]] QByteArray pngOf(const TraceSheet &sheet);
/// By the ending of the name: .svg, else PNG.
[[nodiscard]] Result<void> writeSheet(const TraceSheet &sheet, const QString &file);

} // namespace narscope::ui
