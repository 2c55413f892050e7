// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/support/demo.h"
#include "gui/support/measuredapp.h"
#include "ui/jobs/buildpage.h"
#include "ui/jobs/evalpage.h"
#include "ui/models/jobsmodel.h"
#include "ui/verify/ladderview.h"
#include "ui/verify/verifyplace.h"

#include <QTableView>
#include <QTemporaryDir>

using namespace narscope;
using namespace narscope::ui;
using namespace Qt::StringLiterals;

namespace {

/// A minute of the demonstration is a second here, so pauses between tries pass.
constexpr auto speed = "60";
constexpr int patience = 60'000; ///< ms; a busy machine under a sanitizer

/// What the window shows of things that do not change any more.
struct Shown {
    QStringList tree; ///< projects and jobsets
    QStringList jobs; ///< the evaluation's list
    QString build; ///< what the build gives

    bool operator==(const Shown &) const = default;
};

char *toString(const Shown &shown)
{
    return QTest::toString(shown.tree + QStringList{u"--"_s} + shown.jobs + QStringList{u"--"_s, shown.build});
}

/// Nothing builds in it any more, and something failed: its answers stay the same.
std::optional<EvalId> finishedEvaluation(const TreeServer *server, const JobsetName &jobset)
{
    const auto seen = server->evals.value(jobset);
    if (!seen.value)
        return {};
    for (const auto &eval : seen.value->evals) {
        if (eval.scheduled == 0 && eval.failed > 0)
            return eval.id;
    }
    return {};
}

} // namespace

/// The whole program while the simulated servers misbehave for every request.
class FaultsTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_profile;
    std::unique_ptr<test::Demo> m_demo;
    QString m_goodPath; ///< a store path that both caches have

    [[nodiscard]] Session &session() { return m_demo->program.session(); }
    [[nodiscard]] EvalPage &evaluation() { return m_demo->jobs()->evalPage(); }
    [[nodiscard]] BuildPage &build() { return m_demo->jobs()->buildPage(); }
    [[nodiscard]] VerifyPlace *verify()
    {
        return qobject_cast<VerifyPlace *>(m_demo->program.window().place(u"verify"_s));
    }
    [[nodiscard]] QString status() { return m_demo->program.window().statusBar()->text(); }
    [[nodiscard]] const JobsModel *jobs()
    {
        const auto tables = evaluation().findChildren<QTableView *>();
        const auto list = std::ranges::find_if(
            tables, [](const QTableView *table) { return qobject_cast<JobsModel *>(table->model()); });
        return qobject_cast<JobsModel *>((*list)->model());
    }
    /// Any of the evaluation's builds that succeeded: the caches have what it gave.
    [[nodiscard]] BuildId succeeded()
    {
        const auto &rows = jobs()->rows();
        qsizetype row = 0;
        while (row < rows.size() && (rows.state(row) != hydra::BuildState::Succeeded || rows.isRemoved(row)))
            ++row;
        return row < rows.size() ? rows.id(row) : BuildId();
    }
    [[nodiscard]] Shown shown()
    {
        Shown now;
        const auto &tree = m_demo->jobs()->tree();
        const auto server = tree.index(0, 0);
        for (int project = 0; project < tree.rowCount(server); ++project) {
            const auto at = tree.index(project, 0, server);
            now.tree << at.data().toString();
            for (int jobset = 0; jobset < tree.rowCount(at); ++jobset)
                now.tree << u"  "_s + tree.index(jobset, 0, at).data().toString();
        }
        for (int row = 0; row < jobs()->rowCount(); ++row)
            now.jobs << jobs()->index(row, 0).data().toString();
        now.build = build().mainPath();
        return now;
    }
    /// Both servers' caches, as a path may be asked of either.
    void armCaches(sim::Fault fault, int count)
    {
        session().armFault(sim::Service::Cache, fault, count);
        session().armFault(sim::Service::SecondCache, fault, count);
    }
    [[nodiscard]] nix::Verdict checked(const QString &path)
    {
        verify()->verify(path);
        const bool ended
            = QTest::qWaitFor([this] { return verify()->isSettled() && verify()->reports().rowCount() > 0; }, patience);
        return ended ? verify()->reports().reportAt(0)->verdict : nix::Verdict::Unavailable;
    }
    void measure(const char *what)
    {
        const auto &block = dynamic_cast<test::MeasuredApplication *>(QCoreApplication::instance())->longestBlock();
        qInfo("%s: longest block of the GUI thread %.1f ms in %s", what, double(block.took.count()) / 1000,
            qPrintable(block.what));
    }
    static void startMeasuring()
    {
        dynamic_cast<test::MeasuredApplication *>(QCoreApplication::instance())->startMeasuring();
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_demo = std::make_unique<test::Demo>(
            m_profile.path(), QStringList{u"--size"_s, u"1600x900"_s, u"--demo-speed"_s, QString::fromLatin1(speed)});
        QVERIFY(m_demo->isReady());
        QVERIFY(QTest::qWaitForWindowActive(&m_demo->program.window()));
        auto *jobs = m_demo->jobs();
        const JobsetName unstable{u"nixpkgs"_s, u"unstable"_s};
        const auto jobset = Subject::ofJobset(m_demo->server(), unstable);
        QTRY_VERIFY_WITH_TIMEOUT(jobs->tree().indexOf(jobset).isValid(), patience);
        jobs->treePane().expandSubjects({jobset});
        std::optional<EvalId> eval;
        QTRY_VERIFY_WITH_TIMEOUT(
            (eval = finishedEvaluation(jobs->tree().server(m_demo->server()), unstable)), patience);
        m_demo->type(u"eval "_s + QString::number(eval->value));
        QTRY_VERIFY_WITH_TIMEOUT(jobs->current() == Subject::ofEvaluation(m_demo->server(), *eval) && jobs->isSettled()
                && !shown().jobs.isEmpty(),
            patience);
        const auto good = Subject::ofBuild(m_demo->server(), succeeded());
        m_demo->program.window().open(good);
        QTRY_VERIFY_WITH_TIMEOUT(build().isSettled() && !build().mainPath().isEmpty(), patience);
        m_goodPath = build().mainPath();
        m_demo->program.window().goBack();
        QTRY_VERIFY_WITH_TIMEOUT(
            jobs->current() == Subject::ofEvaluation(m_demo->server(), *eval) && jobs->isSettled(), patience);
        evaluation().focusList();
        m_demo->key(Qt::Key_Home);
        m_demo->key(Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(jobs->current()->kind == SubjectKind::Build && jobs->current() != good
                && build().isSettled() && !build().mainPath().isEmpty(),
            patience);
        QVERIFY(evaluation().isVisible() && build().isVisible());
        QCOMPARE(evaluation().bannerText(), QString());
        QCOMPARE(build().bannerText(), QString());
        QVERIFY(shown().tree.size() > 3);
    }
    void cleanupTestCase() { m_demo.reset(); }
    void cleanup()
    {
        for (const auto service : {sim::Service::Hydra, sim::Service::Cache, sim::Service::SecondCache})
            session().armFault(service, sim::Fault::None, 0);
    }

    void whileHydraMisbehavesTheLastGoodDataStaysWithTheReason_data()
    {
        using sim::Fault;
        QTest::addColumn<sim::Fault>("fault");
        QTest::addColumn<QString>("onPage"); ///< HTML was asked for
        QTest::addColumn<QString>("onBuild"); ///< JSON was
        QTest::addColumn<QString>("inStatus");
        QTest::addColumn<bool>("byItself"); ///< it is asked again soon without anybody's help
        const auto guard = defaultSentence(ProblemKind::CrawlerGuard);
        const auto slowDown = defaultSentence(ProblemKind::RateLimited);
        const auto malformed = defaultSentence(ProblemKind::Malformed);
        const auto otherTypes = u"The server's JSON answer is not what it should be."_s;
        const auto deep = u"The JSON answer is nested deeper than any real one."_s;
        const auto large = defaultSentence(ProblemKind::TooLarge);
        const auto broke = u"The connection broke in the middle of the answer."_s;
        QTest::newRow("429") << Fault::TooManyRequests << slowDown << slowDown << u"next try in"_s << true;
        QTest::newRow("502") << Fault::BadGateway << u"(502)"_s << u"(502)"_s << u"next try in"_s << true;
        QTest::newRow("504") << Fault::GatewayTimeout << u"(504)"_s << u"(504)"_s << u"next try in"_s << true;
        QTest::newRow("cut") << Fault::Cut << broke << broke << u"no connection"_s << true;
        QTest::newRow("nonsense with 200") << Fault::Guard << guard << guard << u"crawler-guard"_s << true;
        QTest::newRow("endless") << Fault::Endless << malformed << large << QString() << false;
        QTest::newRow("wrong types") << Fault::WrongTypes << QString() << otherTypes << QString() << false;
        QTest::newRow("10,000 deep") << Fault::Deep << malformed << deep << u"malformed"_s << false;
        QTest::newRow("4 GiB in 4 MiB") << Fault::Bomb << malformed << large << QString() << false;
    }

    void whileHydraMisbehavesTheLastGoodDataStaysWithTheReason()
    {
        QFETCH(sim::Fault, fault);
        QFETCH(QString, onPage);
        QFETCH(QString, onBuild);
        QFETCH(QString, inStatus);
        QFETCH(bool, byItself);
        const auto before = shown();
        startMeasuring();
        session().armFault(sim::Service::Hydra, fault, -1);
        const auto saysWhy
            = [&] { return build().bannerText().contains(onBuild) && evaluation().bannerText().contains(onPage); };
        for (int presses = 0; presses < 5 && !saysWhy(); ++presses) {
            m_demo->key(Qt::Key_F5); // what is still under way is not asked for twice, so one press may be too early
            (void)QTest::qWaitFor(saysWhy, 2000);
        }
        QTRY_VERIFY2_WITH_TIMEOUT(build().bannerText().contains(onBuild), qPrintable(build().bannerText()), patience);
        QTRY_VERIFY2_WITH_TIMEOUT(
            evaluation().bannerText().contains(onPage), qPrintable(evaluation().bannerText()), patience);
        for (const auto &banner : {build().bannerText(), evaluation().bannerText()})
            QVERIFY2(
                banner.isEmpty() ? onPage.isEmpty() : banner.contains(u"You see what was there"_s), qPrintable(banner));
        QTRY_VERIFY2_WITH_TIMEOUT(status().contains(inStatus), qPrintable(status()), patience);
        QCOMPARE(shown(), before);
        // A person goes on reading and filtering. Two letters are not searched for on the server.
        evaluation().focusFilter();
        m_demo->key(Qt::Key_7);
        m_demo->key(Qt::Key_Q);
        QTRY_COMPARE_WITH_TIMEOUT(jobs()->rowCount(), 0, patience);
        m_demo->key(Qt::Key_Backspace);
        m_demo->key(Qt::Key_Backspace);
        QTRY_COMPARE_WITH_TIMEOUT(shown(), before, patience);
        measure(QTest::currentDataTag());

        session().armFault(sim::Service::Hydra, sim::Fault::None, 0);
        const auto isFresh = [this] { return build().bannerText().isEmpty() && evaluation().bannerText().isEmpty(); };
        for (int presses = 0; !byItself && presses < 5 && !QTest::qWaitFor(isFresh, 1000); ++presses)
            m_demo->key(Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(isFresh(), patience);
        QCOMPARE(shown(), before);
        QTRY_VERIFY2_WITH_TIMEOUT(status().contains(u"/s"_s), qPrintable(status()), patience);
    }

    void whatIsOpenedWhileHydraMisbehavesComesWhenItRecovers()
    {
        const auto way = m_demo->jobs()->current();
        session().armFault(sim::Service::Hydra, sim::Fault::BadGateway, -1);
        const auto other = Subject::ofJobset(m_demo->server(), {u"nixos"_s, u"unstable-small"_s});
        m_demo->program.window().open(other);
        auto *page = m_demo->jobs()->currentPage();
        QTRY_VERIFY2_WITH_TIMEOUT(page->bannerText().contains(u"(502)"_s), qPrintable(page->bannerText()), patience);
        session().armFault(sim::Service::Hydra, sim::Fault::None, 0);
        QTRY_VERIFY_WITH_TIMEOUT(page->bannerText().isEmpty() && page->isSettled(), patience);
        m_demo->program.window().open(*way);
    }

    void whatACacheCannotGiveIsUncheckedWithTheReason_data()
    {
        using sim::Fault;
        QTest::addColumn<sim::Fault>("fault");
        QTest::addColumn<QString>("reason");
        QTest::newRow("429") << Fault::TooManyRequests << defaultSentence(ProblemKind::RateLimited);
        QTest::newRow("502") << Fault::BadGateway << u"(502)"_s;
        QTest::newRow("cut") << Fault::Cut << u"The connection broke"_s;
        QTest::newRow("nonsense with 200") << Fault::Guard << u"a web page instead of a narinfo"_s;
        QTest::newRow("endless") << Fault::Endless << defaultSentence(ProblemKind::TooLarge);
        QTest::newRow("10,000 deep") << Fault::Deep << u"Not a narinfo"_s;
    }

    /// A path that holds, then the same while both caches misbehave for everything, then again.
    void whatACacheCannotGiveIsUncheckedWithTheReason()
    {
        QFETCH(sim::Fault, fault);
        QFETCH(QString, reason);
        m_demo->program.window().showPlace(u"verify"_s);
        QTRY_COMPARE_WITH_TIMEOUT(checked(m_goodPath), nix::Verdict::Holds, patience);
        startMeasuring();
        armCaches(fault, -1);
        const auto verdict = checked(m_goodPath);
        const auto *report = verify()->reports().reportAt(0);
        // Plain bytes that are no narinfo are the cache's word for this path, and Nix refuses them too.
        QCOMPARE(verdict, fault == sim::Fault::Deep ? nix::Verdict::Fails : nix::Verdict::Unchecked);
        QCOMPARE(report->rung(nix::RungName::NarInfo).verdict, verdict);
        QVERIFY2(report->rung(nix::RungName::NarInfo).detail.contains(reason),
            qPrintable(report->rung(nix::RungName::NarInfo).detail));
        for (const auto &rung : report->rungs) {
            QVERIFY(rung.verdict != nix::Verdict::Holds);
            QVERIFY2(rung.verdict != nix::Verdict::Unchecked || !rung.detail.isEmpty(), qPrintable(title(rung.name)));
        }
        measure(QTest::currentDataTag());
    }
};

int main(int argc, char **argv)
{
    test::MeasuredApplication application(argc, argv);
    FaultsTest tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "faults_test.moc"
