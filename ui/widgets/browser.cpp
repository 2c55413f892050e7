// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/browser.h"

#include "net/servers.h"

#include <QDesktopServices>

namespace narscope::ui {

bool mayOpen(const QUrl &url)
{
    const bool plainOnThisComputer = url.scheme() == QLatin1String("http") && net::isLoopback(url);
    return url.isValid() && (url.scheme() == QLatin1String("https") || plainOnThisComputer) && !url.host().isEmpty();
}

bool openInBrowser(const QUrl &url)
{
    return mayOpen(url) && QDesktopServices::openUrl(url);
}

} // namespace narscope::ui
