// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace narscope::hydra {

struct LaidOut {
    QByteArray text;
    bool isCut = false; ///< it is longer than what is shown at once

    bool operator==(const LaidOut &) const = default;
};

/// JSON in lines for reading. Only white space between its tokens changes; what is no JSON comes out all the same.
[[nodiscard]] LaidOut laidOut(QByteArrayView json);

} // namespace narscope::hydra
