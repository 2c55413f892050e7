// SPDX-License-Identifier: GPL-3.0-or-later
#include "settings/settings.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace narscope::settings;
using namespace Qt::StringLiterals;

class SettingsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatWasSetIsReadBackByTheNextStart()
    {
        const QTemporaryDir folder;
        {
            Settings settings(folder.path());
            QVERIFY(settings.theme() == Theme::System);
            settings.setTheme(Theme::Dark);
            settings.setColours(Colours::OkabeIto);
            settings.setRows(Rows::Comfortable);
            settings.setContact(u"mira@example.org"_s);
            QVERIFY(!settings.isSetUp());
            settings.setSetUp(true);
            settings.setHiddenServers({u"cache.nixos.org"_s, u"a, b"_s});
            settings.setWindowState(u"main"_s, "\0\1\xff"_ba);
            settings.setLastPlace(u"jobs"_s);
            QVERIFY(settings.showsTray() && settings.showsNotices() && !settings.closesToTray());
            settings.setClosesToTray(true);
            settings.setBudget(u"hydra.nixos.org"_s, 120);
            settings.setBudget(u"cache.nixos.org"_s, 7);
            settings.setBudget(u"cache.nixos.org"_s, {});
            settings.setNixpkgsClone(u"/home/mira/nixpkgs"_s);
            settings.setKeeping({.buildDays = 10, .sampleDays = 0, .logDays = 30, .gigabytes = 1});
        }
        const Settings settings(folder.path());
        QVERIFY(settings.theme() == Theme::Dark);
        QVERIFY(settings.colours() == Colours::OkabeIto);
        QVERIFY(settings.rows() == Rows::Comfortable);
        QCOMPARE(settings.contact(), u"mira@example.org"_s);
        QVERIFY(settings.isSetUp());
        QCOMPARE(settings.hiddenServers(), QStringList({u"cache.nixos.org"_s, u"a, b"_s}));
        QCOMPARE(settings.windowState(u"main"_s), "\0\1\xff"_ba);
        QCOMPARE(settings.lastPlace(), u"jobs"_s);
        QVERIFY(settings.closesToTray());
        const QMap<QString, int> budgets{{u"hydra.nixos.org"_s, 120}};
        QCOMPARE(settings.budgets(), budgets);
        QCOMPARE(settings.nixpkgsClone(), u"/home/mira/nixpkgs"_s);
        QVERIFY((settings.keeping() == Keeping{.buildDays = 10, .sampleDays = 0, .logDays = 30, .gigabytes = 1}));
    }

    void aFileThatMakesNoSenseReadsAsDefaults()
    {
        const QTemporaryDir folder;
        QFile file(folder.filePath(u"narscope.ini"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("[look]\ntheme=@Invalid()\ncolours=17\n[window\nmain=@ByteArray(");
        file.close();
        const Settings settings(folder.path());
        QVERIFY(settings.theme() == Theme::System);
        QVERIFY(settings.colours() == Colours::Standard);
        QCOMPARE(settings.contact(), QString());
    }
};

QTEST_GUILESS_MAIN(SettingsTest)
#include "settings_test.moc"
