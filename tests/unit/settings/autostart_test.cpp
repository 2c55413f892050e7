// SPDX-License-Identifier: GPL-3.0-or-later
#include "settings/autostart.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace narscope::settings;
using namespace Qt::StringLiterals;

class AutostartTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void startingWithTheDesktopIsAFileThatComesAndGoes()
    {
        const QTemporaryDir folder;
        Autostart start(folder.filePath(u"autostart"_s), u"/opt/my $programs/100% \"narscope\""_s);
        QVERIFY(!start.isOn());
        QVERIFY(start.setOn(true) && start.isOn());
        QFile file(start.file());
        QVERIFY(file.open(QIODevice::ReadOnly));
        // Desktop Entry Specification: inside quotes " and $ take a backslash, which in a value is written
        // twice; % is %%.
        QVERIFY(file.readAll().contains("\nExec=\"/opt/my \\\\$programs/100%% \\\\\"narscope\\\\\"\" --hidden\n"));
        QVERIFY(start.setOn(false) && !start.isOn());
        QVERIFY(start.setOn(false));
    }

    void anEntryThatTheDesktopSwitchedOffIsOff()
    {
        const QTemporaryDir folder;
        const Autostart start(folder.path(), u"narscope"_s);
        QFile file(start.file());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("[Desktop Entry]\nType=Application\nHidden=true\n");
        file.close();
        QVERIFY(!start.isOn());
    }
};

QTEST_APPLESS_MAIN(AutostartTest)
#include "autostart_test.moc"
