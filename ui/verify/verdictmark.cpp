// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/verify/verdictmark.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace narscope::ui {

Mark markOf(nix::Verdict verdict)
{
    switch (verdict) {
    case nix::Verdict::Holds:
        return Mark::Holds;
    case nix::Verdict::Fails:
        return Mark::Fails;
    case nix::Verdict::Unchecked:
        return Mark::NotChecked;
    case nix::Verdict::Unavailable:
        return Mark::NotAvailable;
    }
    return Mark::Unknown;
}

QString wordOf(nix::Verdict verdict)
{
    switch (verdict) {
    case nix::Verdict::Holds:
        return QCoreApplication::translate("Verdict", "holds");
    case nix::Verdict::Fails:
        return QCoreApplication::translate("Verdict", "fails");
    case nix::Verdict::Unchecked:
        return QCoreApplication::translate("Verdict", "not checked");
    case nix::Verdict::Unavailable:
        return QCoreApplication::translate("Verdict", "not available");
    }
    return {};
}

Sentence verdictSentence(nix::Verdict verdict, const QString &summary)
{
    const auto first = summary.indexOf(u". "_s);
    Sentence sentence;
    sentence.mark = verdict == nix::Verdict::Holds ? Mark::Succeeded
        : verdict == nix::Verdict::Fails           ? Mark::Failed
                                                   : Mark::NotChecked;
    sentence.what = first < 0 ? summary : summary.first(first + 1);
    sentence.quiet = first < 0 ? QString() : summary.sliced(first + 2);
    return sentence;
}

} // namespace narscope::ui
