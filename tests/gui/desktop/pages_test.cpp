// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/serversfile.h"
#include "ui/shell/desktoppage.h"
#include "ui/shell/historypage.h"
#include "ui/shell/serverlistpage.h"
#include "ui/shell/serverspage.h"
#include "ui/shell/tokenpage.h"
#include "ui/shell/watchpage.h"
#include "ui/widgets/textlabel.h"

#include <QCheckBox>
#include <QFile>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>

using namespace narscope;
using namespace narscope::ui;
using namespace Qt::StringLiterals;

namespace {

/// A keyring in memory; or none.
class FakeSecrets final : public settings::Secrets {
public:
    QMap<QString, QByteArray> kept;
    bool isMissing = false;

    void read(const QString &name) override
    {
        if (isMissing)
            Q_EMIT failed(name,
                problemSaying(ProblemKind::Io, u"There is no keyring on this desktop: secrets cannot be kept."_s)
                    .error());
        else
            Q_EMIT wasRead(name, kept.value(name));
    }
    void write(const QString &name, const QByteArray &secret) override
    {
        if (secret.isEmpty())
            kept.remove(name);
        else
            kept.insert(name, secret);
        Q_EMIT wasWritten(name);
    }
};

QString stateOf(const TokenPage &page)
{
    for (const auto *label : page.findChildren<TextLabel *>()) {
        if (label->text().contains(u"keyring"_s) && !label->text().startsWith(u"It is kept"_s))
            return label->text();
    }
    return {};
}

QPushButton *button(const QWidget &page, const QString &text)
{
    const auto buttons = page.findChildren<QPushButton *>();
    const auto found = std::ranges::find(buttons, text, &QPushButton::text);
    return found == buttons.end() ? nullptr : *found;
}

} // namespace

class PagesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aTokenGoesToTheKeyringAndNowhereElse()
    {
        FakeSecrets secrets;
        TokenPage page(secrets);
        QCOMPARE(stateOf(page), u"The keyring has no token of GitHub's."_s);
        auto *field = page.findChild<QLineEdit *>(u"token"_s);
        QCOMPARE(field->echoMode(), QLineEdit::Password);
        QVERIFY(!button(page, u"Keep in the keyring"_s)->isEnabled());
        QTest::keyClicks(field, u" ghp_secret "_s);
        button(page, u"Keep in the keyring"_s)->click();
        QCOMPARE(secrets.kept.value(settings::gitHubToken), "ghp_secret");
        QCOMPARE(field->text(), QString());
        QCOMPARE(stateOf(page), u"The keyring has a token of GitHub's."_s);
        button(page, u"Remove"_s)->click();
        QVERIFY(secrets.kept.isEmpty());
        QVERIFY(!button(page, u"Remove"_s)->isEnabled());
    }

    void withoutAKeyringItIsSaid()
    {
        FakeSecrets secrets;
        secrets.isMissing = true;
        const TokenPage page(secrets);
        QCOMPARE(stateOf(page), u"There is no keyring on this desktop: secrets cannot be kept."_s);
    }

    void aBudgetOnlyLowersThePolicy()
    {
        const auto servers = net::shippedServers();
        const auto *hydra = net::findServer(servers, net::ServerKind::Hydra);
        const int limit = hourlyLimitOf(hydra->policy);
        QCOMPARE(limit, qRound(hydra->policy.backgroundPerSecond * 3600));
        const auto lowered = withBudgets(servers, {{hydra->id, 36}});
        QCOMPARE(net::findServer(lowered, net::ServerKind::Hydra)->policy.backgroundPerSecond, 0.01);
        QCOMPARE(net::findServer(withBudgets(servers, {{hydra->id, limit * 2}}), net::ServerKind::Hydra)
                     ->policy.backgroundPerSecond,
            hydra->policy.backgroundPerSecond);
        QVERIFY(net::findServer(lowered, net::ServerKind::Cache)->policy
            == net::findServer(servers, net::ServerKind::Cache)->policy);
    }

    void aBudgetIsSetAndTakenBack()
    {
        const QTemporaryDir folder;
        settings::Settings settings(folder.path());
        const auto servers = net::shippedServers();
        ServersPage page(settings, servers);
        QSignalSpy changed(&page, &ServersPage::changed);
        auto *box = page.findChild<QSpinBox *>(u"budget/hydra.nixos.org"_s);
        box->setValue(120);
        QCOMPARE(settings.budgets().value(u"hydra.nixos.org"_s), 120);
        box->setValue(0);
        QVERIFY(settings.budgets().isEmpty());
        QCOMPARE(changed.size(), 2);
        QVERIFY(settings.asksLessOften());
        page.findChild<QCheckBox *>(u"asks-less-often"_s)->click();
        QVERIFY(!settings.asksLessOften());
        QCOMPARE(changed.size(), 3);
    }

    void startingWithTheDesktopIsAFile()
    {
        const QTemporaryDir folder;
        settings::Settings settings(folder.path());
        const settings::Autostart autostart(folder.filePath(u"autostart"_s), u"/usr/bin/narscope"_s);
        DesktopPage page(settings, autostart);
        auto *login = page.findChild<QCheckBox *>(u"login"_s);
        QVERIFY(!login->isChecked());
        login->click();
        QVERIFY(QFile::exists(autostart.file()));
        // Another profile is named, as the Desktop Entry Specification quotes arguments.
        QVERIFY(settings::Autostart(folder.filePath(u"autostart"_s), u"/usr/bin/narscope"_s, u"/home/me/50 %"_s)
                .setOn(true));
        QFile entry(autostart.file());
        QVERIFY(entry.open(QIODevice::ReadOnly));
        QVERIFY(entry.readAll().contains("\nExec=\"/usr/bin/narscope\" --hidden --profile \"/home/me/50 %%\"\n"));
        login->click();
        QVERIFY(!QFile::exists(autostart.file()));
        // A place where no file can be: the box says how it is, not how it was wished.
        QFile(folder.filePath(u"blocked"_s)).open(QIODevice::WriteOnly);
        DesktopPage blocked(settings, settings::Autostart(folder.filePath(u"blocked"_s), u"/usr/bin/narscope"_s));
        auto *box = blocked.findChild<QCheckBox *>(u"login"_s);
        box->click();
        QVERIFY(!box->isChecked());
    }

    void withoutATrayIconClosingCannotLeaveAnything()
    {
        const QTemporaryDir folder;
        settings::Settings settings(folder.path());
        DesktopPage page(settings, settings::Autostart(folder.path(), u"narscope"_s));
        auto *tray = page.findChild<QCheckBox *>(u"tray"_s);
        auto *hide = page.findChild<QCheckBox *>(u"close-to-tray"_s);
        hide->click();
        QVERIFY(settings.closesToTray());
        tray->click();
        QVERIFY(!settings.showsTray() && !hide->isEnabled());
    }

    void retentionIsKeptAndMeansWhatItSays()
    {
        const QTemporaryDir folder;
        settings::Settings settings(folder.path());
        HistoryPage page(settings);
        page.findChild<QSpinBox *>(u"build-days"_s)->setValue(30);
        page.findChild<QSpinBox *>(u"gigabytes"_s)->setValue(0);
        const auto policy = retentionOf(settings.keeping());
        QCOMPARE(policy.builds, 30);
        QCOMPARE(policy.largest, 0);
        QCOMPARE(policy.verifications, history::Retention().verifications);
        history::HistorySize size;
        size.bytes = 3 << 20;
        size.kinds = {{.kind = u"samples"_s, .rows = 5}, {.kind = u"builds"_s, .rows = 1200}};
        QCOMPARE(sizeText(size, 0), u"It takes 3.0 MiB now; most of it are 1,200 builds."_s);
    }

    void theListOfServersIsEditedAndTakenBack()
    {
        const QTemporaryDir folder;
        ServerListPage page(folder.path());
        const auto shipped = page.servers();
        QCOMPARE(shipped, net::shippedServers());
        QVERIFY(!page.put(-1, net::ServerKind::Hydra, {}, u"http://hydra.example.org"_s).isEmpty());
        QCOMPARE(page.put(-1, net::ServerKind::Hydra, u"Ours"_s, u"https://hydra.example.org"_s), QString());
        QCOMPARE(page.servers().size(), shipped.size() + 1);
        QCOMPARE(page.table()->rowCount(), shipped.size() + 1);
        // Another name keeps id and limits, so that settings and history stay with it.
        QCOMPARE(page.put(0, shipped[0].kind, u"The Hydra"_s, shipped[0].url.toString()), QString());
        QCOMPARE(page.servers()[0].id, shipped[0].id);
        QCOMPARE(page.servers()[0].policy, shipped[0].policy);
        page.table()->item(1, 0)->setCheckState(Qt::Unchecked);
        QVERIFY(!page.servers()[1].isOn);
        QCOMPARE(net::switchedOn(page.servers()).size(), shipped.size());
        QCOMPARE(net::loadServers(folder.path()).value(), std::optional(page.servers()));
        for (int i = 0; i < 3; ++i)
            button(page, u"Undo"_s)->click();
        QVERIFY(!button(page, u"Undo"_s)->isEnabled());
        QCOMPARE(page.servers(), shipped);
        QVERIFY(!QFile::exists(net::serversFileIn(folder.path())));
    }

    void whatIsToldOfAWatchedThingIsChosenByTransition()
    {
        watch::WatchList list;
        list.rules << watch::WatchRule{.target = {.kind = watch::WatchKind::Channel, .name = u"nixos-unstable"_s}};
        WatchPage page(list, {});
        QSignalSpy chosen(&page, &WatchPage::chosen);
        const auto now = [&chosen] { return chosen.last().first().value<watch::WatchList>(); };
        constexpr int firstTransition = 2;
        constexpr int sound = firstTransition + watch::transitions;
        page.table()->item(0, firstTransition)->setCheckState(Qt::Checked);
        QVERIFY(now().rules.front().wants(watch::Transition::Started));
        page.table()->item(0, firstTransition + int(watch::Transition::Broke))->setCheckState(Qt::Unchecked);
        QCOMPARE(now().rules.front().on, (QList{watch::Transition::Started, watch::Transition::Fixed}));
        page.table()->item(0, sound)->setCheckState(Qt::Checked);
        QVERIFY(now().rules.front().sound);
        button(page, u"Remove"_s)->click();
        QVERIFY(now().rules.isEmpty());
        button(page, u"Undo"_s)->click();
        QVERIFY(now().rules.front().sound);
    }

    void whatFailsIsKnownOrToldLater()
    {
        const watch::WatchTarget target{.kind = watch::WatchKind::Channel, .name = u"nixos-unstable"_s};
        WatchPage page({.rules = {{.target = target}}, .quiet = {}}, {});
        page.setStandings({{.item = u"channel:nixos-unstable"_s, .target = target, .isGood = false}});
        QSignalSpy known(&page, &WatchPage::acknowledgeChosen);
        QSignalSpy later(&page, &WatchPage::snoozeChosen);
        button(page, u"Known"_s)->menu()->actions().at(1)->trigger();
        QCOMPARE(known.value(0), (QVariantList{u"channel:nixos-unstable"_s, qint64(86400)}));
        button(page, u"Tell later"_s)->menu()->actions().front()->trigger();
        QCOMPARE(later.value(0).value(1), QVariant(qint64(3600)));
        QCOMPARE(later.value(0).value(0).value<watch::WatchTarget>(), target);
    }

    void aPullRequestIsOpenMergedOrClosed()
    {
        const watch::WatchTarget pull{.kind = watch::WatchKind::PullRequest, .name = u"NixOS/nixpkgs"_s, .number = 12};
        WatchPage page({.rules = {{.target = pull}}, .quiet = {}}, {});
        const QList<std::pair<std::optional<bool>, QString>> all{
            {std::nullopt, u"open"_s}, {true, u"merged"_s}, {false, u"closed"_s}};
        for (const auto &[isGood, words] : all) {
            page.setStandings({{.item = u"pr"_s, .target = pull, .isGood = isGood, .isRunning = true}});
            QCOMPARE(page.table()->item(0, 1)->text(), words);
        }
    }
};

QTEST_MAIN(PagesTest)
#include "pages_test.moc"
