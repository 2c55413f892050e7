// SPDX-License-Identifier: GPL-3.0-or-later
#include "channels/types.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace narscope::channels {

std::optional<ReleaseName> parseReleaseName(QStringView name)
{
    // Old names have further words: «nixpkgs-darwin-20.09pre1.abcdef0».
    static const QRegularExpression form(
        u"\\A(nixos|nixpkgs)(?:-[a-z]+)?-(\\d\\d\\.\\d\\d)(pre|beta|alpha|\\.)?(\\d{1,12})\\.([0-9a-f]{7,12})\\z"_s);
    const auto match = form.matchView(name);
    if (!match.hasMatch())
        return {};
    const auto stage = match.captured(3);
    return ReleaseName{.product = match.captured(1),
        .series = match.captured(2),
        .stage = stage == "."_L1 ? QString() : stage,
        .revisionCount = match.capturedView(4).toLongLong(),
        .shortRevision = match.captured(5)};
}

} // namespace narscope::channels
