// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/logs/shownline.h"

#include <QStringList>

namespace narscope::ui {

/// What of a line opens something, left to right: OSC 8 links, store paths, addresses. Only https ones, and none with a
/// name or password in them: what a log says is hostile. Pure.
[[nodiscard]] std::vector<TextLink> linksIn(const log::CookedLine &line);

/// What differs between two texts, word by word, as ranges of `text`; hashes of one length are the same. Pure; bounded
/// for long lines.
[[nodiscard]] std::vector<TextRange> differentWords(QStringView text, QStringView other);

} // namespace narscope::ui
