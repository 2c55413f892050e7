// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/nixcommands.h"

using namespace Qt::StringLiterals;

namespace narscope::cli {

std::vector<Command> nixCommands()
{
    return {keysCommand(), narListCommand(), narCatCommand(), narVerifyCommand(), drvPathCommand(), narInfoCommand()};
}

int worse(int a, int b)
{
    return a == Failing || b == Failing ? int(Failing) : qMax(a, b);
}

int codeOf(const Problem &problem)
{
    return problem.kind == ProblemKind::Malformed ? Failing : NotFoundOut;
}

Problem noFile(const QString &command)
{
    return problemSaying(ProblemKind::Usage, u"%1 takes one file or more; - is standard input."_s.arg(command)).error();
}

Problem inFile(Problem problem, const QString &file)
{
    if (problem.where.isEmpty())
        problem.where = file;
    else if (!problem.where.startsWith(file))
        problem.where = file + u", "_s + problem.where;
    return problem;
}

} // namespace narscope::cli
