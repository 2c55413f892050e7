// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <Qt>

namespace narscope::ui {

/// What the models of all places say beside Qt's own roles; ui/widgets/rowdelegate.h paints them.
enum Role : int {
    MarkRole = Qt::UserRole + 1, ///< int of Mark
    UnseenRole, ///< bool: changed since the last look
    HintRole, ///< QString: grey words after the text
    MonoRole, ///< bool: hash, path, log line
    QuietRole, ///< bool: the text itself is grey
    BoldRole, ///< bool
    MiddleRole, ///< bool: elide in the middle, both ends matter
    GraphRole, ///< QList<double>: a small graphic instead of text, oldest value first; negative: not known
    RateRole, ///< bool: the graphic is of a rate, not of a stock
    MeterRole, ///< double, 0 to 1: a meter before the text
    FirstFreeRole, ///< a model's own roles begin here
};

} // namespace narscope::ui
