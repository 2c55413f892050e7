// SPDX-License-Identifier: GPL-3.0-or-later
#include "github/names.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace narscope::github {

Result<void> checkNames(const QString &branch, const QString &sha)
{
    static const QRegularExpression shaForm(QRegularExpression::anchoredPattern(u"[0-9a-f]{40}"_s));
    static const QRegularExpression branchForm(
        QRegularExpression::anchoredPattern(u"[A-Za-z0-9_][A-Za-z0-9._/+-]{0,199}"_s));
    if (!shaForm.match(sha).hasMatch())
        return problemSaying(ProblemKind::Usage, u"A commit is named by 40 hexadecimal digits."_s,
            sha.first(qMin<qsizetype>(100, sha.size())));
    if (!branchForm.match(branch).hasMatch() || branch.contains(".."_L1) || branch.contains("//"_L1)
        || branch.endsWith(u'/'))
        return problemSaying(ProblemKind::Usage, u"This is not the name of a branch."_s,
            branch.first(qMin<qsizetype>(100, branch.size())));
    return {};
}

} // namespace narscope::github
