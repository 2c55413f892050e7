// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/fakeclock.h"
#include "ui/activity/activityplace.h"
#include "ui/shell/appearance.h"
#include "ui/shell/firstrun.h"
#include "ui/shell/keysdialog.h"
#include "ui/shell/mainwindow.h"
#include "ui/shell/rail.h"
#include "ui/shell/settingsdialog.h"
#include "ui/shell/topbar.h"
#include "ui/widgets/style.h"

#include <QClipboard>
#include <QComboBox>
#include <QDesktopServices>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>

using namespace narscope;
using namespace narscope::ui;
using namespace Qt::StringLiterals;

namespace {

/// Shows what it is made for and writes down what it was asked.
class FakePlace : public Place {
public:
    FakePlace(QString id, QList<SubjectKind> kinds)
        : m_id(std::move(id))
        , m_kinds(std::move(kinds))
    {
        setFocusPolicy(Qt::StrongFocus);
    }
    [[nodiscard]] QString id() const override { return m_id; }
    [[nodiscard]] QString title() const override { return m_id.at(0).toUpper() + m_id.mid(1); }
    [[nodiscard]] bool shows(const Subject &subject) const override { return m_kinds.contains(subject.kind); }
    void open(const Subject &subject) override
    {
        m_current = subject;
        opened << subject.text();
        Q_EMIT currentChanged();
    }
    void refresh() override { ++refreshes; }
    [[nodiscard]] std::optional<Subject> current() const override { return m_current; }
    [[nodiscard]] QString keyHint() const override { return u"n next failure"_s; }
    [[nodiscard]] QByteArray saveState() const override { return state; }
    void restoreState(const QByteArray &saved) override { state = saved; }

    QStringList opened;
    int refreshes = 0;
    QByteArray state;

private:
    QString m_id;
    QList<SubjectKind> m_kinds;
    std::optional<Subject> m_current;
};

net::Server server(const QString &id, const QString &url)
{
    net::Server made;
    made.id = made.name = id;
    made.url = QUrl(url);
    return made;
}

/// A window with two places over one Hydra, settings in a folder of its own.
struct Bench {
    explicit Bench(const QString &folder, const QString &hydra = u"https://hydra.nixos.org"_s)
        : settings(folder)
        , appearance(settings, {})
        , window(settings, appearance, clock)
        , jobs(new FakePlace(u"jobs"_s,
              {SubjectKind::Build, SubjectKind::Evaluation, SubjectKind::Jobset, SubjectKind::Job,
                  SubjectKind::Project}))
        , verify(new FakePlace(u"verify"_s, {SubjectKind::StorePath}))
    {
        appearance.apply();
        window.setServers({server(u"hydra.nixos.org"_s, hydra)}, Source::Live);
        window.addPlace(jobs);
        window.addPlace(verify);
        window.showLastPlace();
    }
    bool show()
    {
        window.show();
        return QTest::qWaitForWindowActive(&window);
    }

    test::FakeClock clock;
    settings::Settings settings;
    Appearance appearance;
    MainWindow window;
    FakePlace *jobs;
    FakePlace *verify;
};

const auto path = u"/nix/store/zi6ypq21lcsyhlxsyknwvyqqyrwfhlz4-hello-2.12.2"_s;

QStringList textsOf(const QList<Candidate> &candidates)
{
    QStringList texts;
    for (const auto &candidate : candidates)
        texts << candidate.text;
    return texts;
}

/// Takes what would go to the desktop's browser.
class Browser : public QObject {
    Q_OBJECT
public:
    Browser()
    {
        for (const auto &scheme : {u"https"_s, u"http"_s})
            QDesktopServices::setUrlHandler(scheme, this, "take");
    }
    ~Browser() override
    {
        for (const auto &scheme : {u"https"_s, u"http"_s})
            QDesktopServices::unsetUrlHandler(scheme);
    }
    QList<QUrl> urls;

public Q_SLOTS:
    void take(const QUrl &url) { urls << url; }
};

} // namespace

class WindowTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theFieldSaysWhatATextMeansAndEnterOpensIt()
    {
        const QTemporaryDir folder;
        Bench bench(folder.path());
        QVERIFY(bench.show());
        QTest::keyClick(&bench.window, Qt::Key_K, Qt::ControlModifier);
        QVERIFY(bench.window.field()->hasFocus());
        QTest::keyClicks(bench.window.field(), u"309998812"_s);
        QCOMPARE(textsOf(bench.window.field()->candidates()),
            QStringList({u"build 309998812"_s, u"evaluation 309998812"_s}));
        QVERIFY(bench.window.field()->list()->isVisible());
        QTest::keyClick(bench.window.field(), Qt::Key_Down);
        QTest::keyClick(bench.window.field(), Qt::Key_Return);
        QCOMPARE(bench.jobs->opened, QStringList({u"evaluation 309998812"_s}));
        QCOMPARE(bench.jobs->current()->server, u"hydra.nixos.org"_s);
        QVERIFY(!bench.window.field()->list()->isVisible());
        QVERIFY(bench.window.field()->text().isEmpty());
    }

    void theFieldTakesAddressesPathsAndNamesOfPlaces()
    {
        const QTemporaryDir folder;
        Bench bench(folder.path());
        QVERIFY(bench.window.openText(u" https://hydra.nixos.org/build/7/nixlog/1 "_s));
        QCOMPARE(bench.jobs->opened, QStringList({u"build 7"_s}));
        QVERIFY(bench.window.openText(path + u"/bin/hello"_s));
        QCOMPARE(bench.verify->opened, QStringList({u"hello-2.12.2"_s}));
        QVERIFY(bench.window.openText(u"job"_s));
        QCOMPARE(bench.window.currentPlace(), bench.jobs);
        QVERIFY(!bench.window.openText(u"https://example.org/build/7"_s));
        QVERIFY(!bench.window.openText(path + u".drv"_s)); // nobody here shows derivations
    }

    void letterKeysTypedIntoTheFieldAreOnlyText()
    {
        const QTemporaryDir folder;
        Bench bench(folder.path());
        QVERIFY(bench.show());
        bench.window.open(Subject::ofStorePath(path));
        QGuiApplication::clipboard()->setText(u"before"_s);
        bench.window.field()->setFocus();
        QTest::keyClicks(bench.window.field(), u"c?[m"_s);
        QCOMPARE(bench.window.field()->text(), u"c?[m"_s);
        QCOMPARE(QGuiApplication::clipboard()->text(), u"before"_s);
        QTest::keyClick(bench.window.field(), Qt::Key_Escape);
        QVERIFY(!bench.window.field()->hasFocus());
    }

    void backAndForwardGoThroughPlacesAndSubjects()
    {
        const QTemporaryDir folder;
        Bench bench(folder.path());
        QVERIFY(bench.show());
        const auto hydra = u"hydra.nixos.org"_s;
        bench.window.open(Subject::ofBuild(hydra, BuildId(1)));
        bench.window.open(Subject::ofStorePath(path));
        bench.window.open(Subject::ofBuild(hydra, BuildId(2)));
        QTest::keyClick(&bench.window, Qt::Key_BracketLeft);
        QCOMPARE(bench.window.currentPlace(), bench.verify);
        QTest::keyClick(&bench.window, Qt::Key_BracketLeft);
        QCOMPARE(bench.window.currentPlace(), bench.jobs);
        QCOMPARE(bench.jobs->current()->number, 1);
        QTest::keyClick(&bench.window, Qt::Key_BracketRight);
        QTest::keyClick(&bench.window, Qt::Key_BracketRight);
        QCOMPARE(bench.jobs->current()->number, 2);
        // A new step ends the way forward.
        bench.window.goBack();
        bench.window.open(Subject::ofBuild(hydra, BuildId(3)));
        bench.window.goForward();
        QCOMPARE(bench.jobs->current()->number, 3);
    }

    void keysAndTheRailShowPlacesAndAskAgain()
    {
        const QTemporaryDir folder;
        Bench bench(folder.path());
        QVERIFY(bench.show());
        QTest::keyClick(&bench.window, Qt::Key_2, Qt::AltModifier);
        QCOMPARE(bench.window.currentPlace(), bench.verify);
        QTest::mouseClick(bench.window.rail()->button(0), Qt::LeftButton);
        QCOMPARE(bench.window.currentPlace(), bench.jobs);
        QTest::keyClick(&bench.window, Qt::Key_5, Qt::AltModifier);
        QCOMPARE(bench.window.currentPlace(), bench.jobs);
        QTest::keyClick(&bench.window, Qt::Key_F5);
        QCOMPARE(bench.jobs->refreshes, 1);
        QCOMPARE(bench.verify->refreshes, 0);
    }

    void placesAreAMenuInANarrowWindow()
    {
        const QTemporaryDir folder;
        Bench bench(folder.path());
        QVERIFY(bench.show());
        bench.window.resize(900, 600);
        QVERIFY(bench.window.rail()->isVisible());
        QVERIFY(!bench.window.findChild<TopBar *>()->places()->isVisible());
        bench.window.resize(899, 600);
        QVERIFY(!bench.window.rail()->isVisible());
        auto *places = bench.window.findChild<TopBar *>()->places();
        QVERIFY(places->isVisible());
        QCOMPARE(places->text(), u"Jobs"_s);
        places->entries()->actions().at(1)->trigger();
        QCOMPARE(bench.window.currentPlace(), bench.verify);
        QCOMPARE(places->text(), u"Verify"_s);
        Q_EMIT bench.jobs->countChanged(3);
        QCOMPARE(places->entries()->actions().front()->text(), u"Jobs  (3)\tAlt+1"_s);
    }

    void keysActOnWhatIsSelected()
    {
        const QTemporaryDir folder;
        Bench bench(folder.path());
        const Browser browser;
        QVERIFY(bench.show());
        auto *clipboard = QGuiApplication::clipboard();
        bench.window.open(Subject::ofStorePath(path));
        QTest::keyClick(&bench.window, Qt::Key_C);
        QCOMPARE(clipboard->text(), path);
        bench.window.open(Subject::ofJob(u"hydra.nixos.org"_s, {{u"nixpkgs"_s, u"unstable"_s}, u"a_b.x86_64-linux"_s}));
        QTest::keyClick(&bench.window, Qt::Key_C, Qt::ShiftModifier);
        QCOMPARE(clipboard->text(), u"https://hydra.nixos.org/job/nixpkgs/unstable/a_b.x86_64-linux"_s);
        QTest::keyClick(&bench.window, Qt::Key_M);
        QCOMPARE(clipboard->text(),
            u"[nixpkgs:unstable:a\\_b.x86\\_64-linux](https://hydra.nixos.org/job/nixpkgs/unstable/a_b.x86_64-linux)"_s);
        QTest::keyClick(&bench.window, Qt::Key_O);
        QCOMPARE(browser.urls, QList<QUrl>({QUrl(u"https://hydra.nixos.org/job/nixpkgs/unstable/a_b.x86_64-linux"_s)}));
    }

    void aPageThatIsNotHttpsIsNeverOpened_data()
    {
        QTest::addColumn<QString>("hydra");
        QTest::addColumn<bool>("opens");
        QTest::newRow("https") << u"https://hydra.example.org"_s << true;
        QTest::newRow("http elsewhere") << u"http://hydra.example.org"_s << false;
        QTest::newRow("demonstration") << u"http://127.0.0.1:8080"_s << true;
        QTest::newRow("looks like this computer") << u"http://127.0.0.1.example.org"_s << false;
        QTest::newRow("file") << u"file:///etc"_s << false;
    }
    void aPageThatIsNotHttpsIsNeverOpened()
    {
        QFETCH(QString, hydra);
        QFETCH(bool, opens);
        const QTemporaryDir folder;
        Bench bench(folder.path(), hydra);
        const Browser browser;
        QVERIFY(bench.show());
        bench.window.open(Subject::ofBuild(u"hydra.nixos.org"_s, BuildId(1)));
        QTest::keyClick(&bench.window, Qt::Key_O);
        QCOMPARE(browser.urls.size(), opens ? 1 : 0);
        const auto &actions = bench.jobs->actions();
        const bool offered = std::ranges::any_of(actions, [&bench](const SubjectAction &action) {
            return action.key == QKeySequence(Qt::Key_O) && action.fits(*bench.jobs->current());
        });
        QCOMPARE(offered, opens);
    }

    void theWindowComesBackAsItWasLeft()
    {
        const QTemporaryDir folder;
        {
            Bench bench(folder.path());
            bench.window.resize(760, 560);
            bench.window.showPlace(u"verify"_s);
            bench.jobs->state = "tree open at nixpkgs"_ba;
            QVERIFY(bench.show());
            bench.window.close();
        }
        Bench bench(folder.path());
        QCOMPARE(bench.window.size(), QSize(760, 560));
        QCOMPARE(bench.window.currentPlace(), bench.verify);
        QCOMPARE(bench.jobs->state, "tree open at nixpkgs"_ba);
    }

    void settingsTakeEffectAtOnceAndAreKept()
    {
        const QTemporaryDir folder;
        Bench bench(folder.path());
        QVERIFY(bench.show());
        QVERIFY(!lookOf(&bench.window).dark);
        bench.window.showSettings();
        auto *dialog = bench.window.findChild<SettingsDialog *>();
        QVERIFY(dialog);
        QVERIFY(QTest::qWaitForWindowActive(dialog));
        auto boxes = dialog->findChildren<QComboBox *>();
        QCOMPARE(boxes.size(), 3);
        const auto choose = [](QComboBox *box, const QString &word) {
            box->setFocus();
            while (box->currentText() != word && box->currentIndex() + 1 < box->count())
                QTest::keyClick(box, Qt::Key_Down);
            QCOMPARE(box->currentText(), word);
        };
        choose(boxes[0], u"Dark"_s);
        QVERIFY(lookOf(&bench.window).dark);
        QVERIFY(bench.settings.theme() == settings::Theme::Dark);
        choose(boxes[1], u"High contrast"_s);
        QVERIFY(lookOf(&bench.window) == makeLook(true, ColourSet::HighContrast));
        choose(boxes[2], u"Comfortable"_s);
        QCOMPARE(rowHeightOf(&bench.window), metric::comfortableRow);
        auto *contact = dialog->findChild<QLineEdit *>(u"contact"_s);
        auto *tabs = dialog->findChild<QTabWidget *>();
        for (int tab = 0; tab < tabs->count(); ++tab) {
            if (tabs->widget(tab)->isAncestorOf(contact))
                tabs->setCurrentIndex(tab);
        }
        dialog->activateWindow();
        contact->setFocus();
        QTRY_VERIFY(contact->hasFocus());
        QTest::keyClicks(contact, u"mira@example.org"_s);
        QTest::keyClick(contact, Qt::Key_Tab);
        QCOMPARE(bench.settings.contact(), u"mira@example.org"_s);
        dialog->close();
    }

    void aWideWindowHasComfortableRows()
    {
        const QTemporaryDir folder;
        Bench bench(folder.path());
        bench.window.resize(1280, 800);
        QVERIFY(bench.show());
        QCOMPARE(rowHeightOf(&bench.window), metric::compactRow);
        bench.window.resize(1920, 1080);
        QTRY_COMPARE(rowHeightOf(&bench.window), metric::comfortableRow);
        bench.window.resize(1280, 800);
        QTRY_COMPARE(rowHeightOf(&bench.window), metric::compactRow);
    }

    void theStatusBarSaysHowServersFareAndHowOldDataIs()
    {
        const QTemporaryDir folder;
        Bench bench(folder.path());
        QVERIFY(bench.show());
        net::ServerMeter hydra;
        hydra.server = hydra.name = u"hydra.nixos.org"_s;
        bench.window.setMeters({hydra});
        QCOMPARE(bench.window.statusBar()->text(),
            u"hydra.nixos.org: not asked yet | no data yet | n next failure · ? all keys"_s);
        hydra.sent = 5;
        hydra.perSecond = 0.083;
        hydra.lastGood = bench.clock.now();
        bench.clock.advance(Milliseconds(40'000));
        bench.window.setMeters({hydra});
        QCOMPARE(bench.window.statusBar()->text(),
            u"hydra.nixos.org 0.08/s | data 40 s old | n next failure · ? all keys"_s);
        hydra.lastProblem = problem(ProblemKind::Network, {}).error();
        hydra.lastProblemAt = bench.clock.now();
        bench.window.setMeters({hydra});
        QCOMPARE(bench.window.statusBar()->text(),
            u"hydra.nixos.org: no connection | data 40 s old | n next failure · ? all keys | OFFLINE"_s);
        bench.settings.setHiddenServers({u"hydra.nixos.org"_s});
        bench.window.statusBar()->setHiddenServers(bench.settings.hiddenServers());
        QCOMPARE(bench.window.statusBar()->text(), u"data 40 s old | n next failure · ? all keys | OFFLINE"_s);
    }

    void whatIsSelectedIsWatchedAndUnwatchedByOneKey()
    {
        const QTemporaryDir folder;
        Bench bench(folder.path());
        QVERIFY(bench.show());
        bench.window.setWatchList({});
        QSignalSpy chosen(&bench.window, &MainWindow::watchListChosen);
        const auto channel = Subject::ofChannel(u"nixos-unstable"_s);
        bench.window.toggleWatch(channel);
        const auto list = chosen.takeFirst().front().value<watch::WatchList>();
        QCOMPARE(list.rules.size(), 1);
        QCOMPARE(list.rules.front().target.text(), u"channel:nixos-unstable"_s);
        QVERIFY(bench.window.statusBar()->text().contains(u"nixos-unstable breaks"_s));
        bench.window.setWatchList(list);
        bench.window.toggleWatch(channel);
        QVERIFY(chosen.takeFirst().front().value<watch::WatchList>().rules.isEmpty());
    }

    void aDemonstrationIsMarkedAsOne()
    {
        const QTemporaryDir folder;
        Bench bench(folder.path());
        bench.window.setServers({server(u"demo"_s, u"http://127.0.0.1:1"_s)}, Source::Demo);
        QVERIFY(bench.show());
        QVERIFY(bench.window.statusBar()->text().endsWith(u"DEMO"_s));
        QVERIFY(bench.window.windowTitle().startsWith(u"Demonstration"_s));
    }

    void allKeysAreListed()
    {
        const QTemporaryDir folder;
        Bench bench(folder.path());
        QVERIFY(bench.show());
        QTest::keyClick(&bench.window, Qt::Key_Question);
        const auto *dialog = bench.window.findChild<KeysDialog *>();
        QVERIFY(dialog);
        for (const auto &line : {u"Alt+1, Jobs\n"_s, u"Alt+2, Verify\n"_s, u"C, Copy path\n"_s,
                 u"Shift+C, Copy link\n"_s, u"n, next failure\n"_s, u"F5, ask again now\n"_s})
            QVERIFY2(dialog->text().contains(line), qPrintable(dialog->text()));
        QVERIFY(!dialog->text().contains(u"Alt+3"_s));
    }

    void theFirstWindowAsksNobodyUntilAPersonSaysSo()
    {
        FirstRun greeting({}, {server(u"hydra.nixos.org"_s, u"https://hydra.nixos.org"_s)});
        QSignalSpy started(&greeting, &FirstRun::started);
        QSignalSpy demo(&greeting, &FirstRun::demoRequested);
        greeting.show();
        QVERIFY(QTest::qWaitForWindowActive(&greeting));
        auto *contact = greeting.findChild<QLineEdit *>();
        contact->setFocus();
        QTest::keyClicks(contact, u" mira@example.org"_s);
        QCOMPARE(started.size(), 0);
        QTest::keyClick(contact, Qt::Key_Return);
        QCOMPARE(started.size(), 1);
        QCOMPARE(started[0][0].toString(), u"mira@example.org"_s);
        const auto buttons = greeting.findChildren<QPushButton *>();
        const auto demoButton = std::ranges::find(buttons, u"Look around in the demo"_s, &QPushButton::text);
        QVERIFY(demoButton != buttons.end());
        QTest::mouseClick(*demoButton, Qt::LeftButton);
        QCOMPARE(demo.size(), 1);
    }
};

QTEST_MAIN(WindowTest)
#include "window_test.moc"
