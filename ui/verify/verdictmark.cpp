// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/verify/verdictmark.h"

#include <QCoreApplication>

namespace narscope::ui {

Mark markOf(nix::Verdict verdict)
{
    switch (verdict) {
    case nix::Verdict::Holds: return Mark::Holds;
    case nix::Verdict::Fails: return Mark::Fails;
    case nix::Verdict::Unchecked: return Mark::NotChecked;
    case nix::Verdict::Unavailable: return Mark::NotAvailable;
    }
    return Mark::Unknown;
}

QString wordOf(nix::Verdict verdict)
{
    switch (verdict) {
    case nix::Verdict::Holds: return QCoreApplication::translate("Verdict", "holds");
    case nix::Verdict::Fails: return QCoreApplication::translate("Verdict", "fails");
    case nix::Verdict::Unchecked: return QCoreApplication::translate("Verdict", "not checked");
    case nix::Verdict::Unavailable: return QCoreApplication::translate("Verdict", "not available");
    }
    return {};
}

} // namespace narscope::ui
