// SPDX-License-Identifier: GPL-3.0-or-later
#include "pathtests.h"

#include <QCoreApplication>
#include <QTest>

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    int failures = 0;
    for (const auto &make :
        {narscope::test::makeFindingsTest, narscope::test::makePathsTest, narscope::test::makeJobDeskTest}) {
        const auto test = make();
        failures += QTest::qExec(test.get(), argc, argv);
    }
    return failures;
}
