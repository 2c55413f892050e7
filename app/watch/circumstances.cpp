// SPDX-License-Identifier: GPL-3.0-or-later
#include "watch/circumstances.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::watch {

namespace {

constexpr int most = 6;

QString howOften(int stretch)
{
    switch (stretch) {
    case 2:
        return u"half as often"_s;
    case 3:
        return u"a third as often"_s;
    case 4:
        return u"a quarter as often"_s;
    default:
        return u"a sixth as often"_s;
    }
}

} // namespace

int stretchOf(const Circumstances &circumstances)
{
    const bool isIdle = circumstances.isIdle && !circumstances.isHidden;
    const int all = (isIdle ? 2 : 1) * (circumstances.onBattery ? 2 : 1) * (circumstances.isMetered ? 3 : 1);
    return std::min(all, most);
}

Milliseconds stretched(Milliseconds pause, const Circumstances &circumstances)
{
    return pause * stretchOf(circumstances);
}

Milliseconds restretched(Milliseconds left, const Circumstances &before, const Circumstances &now)
{
    return left * stretchOf(now) / stretchOf(before);
}

QString sentence(const Circumstances &circumstances)
{
    const int stretch = stretchOf(circumstances);
    if (stretch == 1)
        return {};
    QStringList reasons;
    if (circumstances.onBattery)
        reasons << u"on battery"_s;
    if (circumstances.isMetered)
        reasons << u"over a metered network"_s;
    if (circumstances.isIdle && !circumstances.isHidden)
        reasons << u"while nobody uses the window"_s;
    auto words = reasons.join(u", "_s);
    words[0] = words[0].toUpper();
    return u"%1: everything is asked %2."_s.arg(words, howOften(stretch));
}

} // namespace narscope::watch
