// SPDX-License-Identifier: GPL-3.0-or-later
// The longest block of the GUI thread while a person works in Jobs with an evaluation of 250,000 builds. Prints
// one line for each thing done; 16 ms, a frame, is the limit.
#include "gui/jobs/fakefeed.h"
#include "gui/jobs/sample.h"
#include "gui/support/measuredapp.h"
#include "hydra/buildtabledata.h"
#include "support/fakeclock.h"
#include "ui/jobs/evalpage.h"
#include "ui/jobs/jobsplace.h"
#include "ui/jobs/treepane.h"
#include "ui/widgets/style.h"

#include <QLineEdit>
#include <QScrollBar>
#include <QTableView>
#include <QTest>

#include <cstdio>
#include <string>

using namespace narscope;
using namespace narscope::ui;
using namespace Qt::StringLiterals;

namespace {

constexpr int builds = 250'000;

/// `turn` makes the states of all builds others than those of the turn before.
hydra::BuildTable table(int turn)
{
    static const std::array<std::string, 4> systems{"x86_64-linux", "aarch64-linux", "aarch64-darwin", "x86_64-darwin"};
    static const std::array<std::string, 5> sets{
        "python3Packages", "haskellPackages", "perlPackages", "kdePackages", "linuxPackages"};
    hydra::BuildTableWriter writer(builds);
    for (int i = 0; i < builds; ++i) {
        const auto number = std::to_string((i * 7919LL) % builds);
        const auto &system = systems[size_t(i) % systems.size()];
        const auto job = sets[size_t(i) % sets.size()] + ".package" + number + "." + system;
        const auto name = "package-" + number + "-1.2.3";
        const auto drv = "/nix/store/00000000000000000000000000000000-" + name + ".drv";
        hydra::RawBuild build;
        build.id = 300'000'000 + i;
        build.queued = 1'763'600'000;
        build.started = 1'763'600'100 + i;
        build.stopped = 1'763'600'200 + i + turn;
        build.status = (i + turn) % 3;
        build.finished = true;
        build.project = "nixpkgs";
        build.jobset = "unstable";
        build.job = job;
        build.nixName = name;
        build.system = system;
        build.drvPath = drv;
        build.evals = {quint32(test::sampleEval.value)};
        if (!writer.append(build))
            std::abort();
    }
    return hydra::BuildTable(writer.finish());
}

class Bench {
public:
    explicit Bench(test::MeasuredApplication &app)
        : m_app(app)
        , m_place({{u"h"_s, u"hydra"_s, &m_feed}}, m_pool, m_clock)
    {
        m_place.setActions({});
        m_place.resize(1167, 736);
        m_place.show();
        settle();
    }
    ~Bench() { m_pool.waitForDone(); }

    void run()
    {
        m_feed.tell(watch::ProjectsSeen{test::seen(test::sampleProjects(), now())});
        m_feed.tell(watch::JobsetsSeen{u"nixpkgs"_s, test::seen(test::sampleJobsets(u"nixpkgs"_s, now()), now())});
        settle();
        measure("expand a jobset, its evaluations arrive", [this] {
            m_place.treePane().expand(m_place.tree().indexOf(Subject::ofJobset(u"h"_s, test::unstable)));
            tell(watch::EvalsSeen{test::unstable, test::seen(test::sampleEvals(now()), now())});
        });
        measure("open an evaluation, its page arrives", [this] {
            post([this] { m_place.open(Subject::ofEvaluation(u"h"_s, test::sampleEval)); });
            tell(watch::EvalHeaderSeen{test::sampleEval, test::seen(test::sampleHeader(now()), now())});
            tell(watch::EvalJobsSeen{test::sampleEval, {}, test::seen(test::sampleJobs(now()), now())});
        });
        all("all 250,000 builds arrive", 0);
        auto *filter = m_place.findChild<QLineEdit *>();
        filter->setFocus();
        for (const auto c : u"python3packages.package11"_s) {
            measure(
                "type: " + std::string(1, char(c.unicode())), [filter, c] { QTest::keyClick(filter, c.toLatin1()); });
            m_typed = std::max(m_typed, m_app.longestBlock().took);
        }
        std::printf("%-44s %8.2f ms\n", "typing, longest", double(m_typed.count()) / 1000);
        measure("clear the filter: 250,000 rows come back", [filter] { filter->clear(); });
        measure("sort 250,000 rows by state", [this] { list()->sortByColumn(3, Qt::AscendingOrder); });
        list()->setCurrentIndex(list()->model()->index(120'000, 0));
        list()->scrollTo(list()->currentIndex());
        settle();
        all("refresh: all 250,000 rows are others, sorted by state", 1);
        measure("sort 250,000 rows by job", [this] { list()->sortByColumn(0, Qt::AscendingOrder); });
        all("refresh: all 250,000 rows are others, sorted by job", 2);
        measure("n: next failure", [this] { QTest::keyClick(&m_place, Qt::Key_N); });
    }

private:
    [[nodiscard]] qint64 now() const { return m_clock.nowSeconds(); }
    [[nodiscard]] QTableView *list() const
    {
        for (auto *view : m_place.findChildren<QTableView *>()) {
            if (view->accessibleName() == "Jobs"_L1)
                return view;
        }
        std::abort();
    }
    /// As an event, the way the core's signals come.
    void post(std::function<void()> work)
    {
        QMetaObject::invokeMethod(&m_place, std::move(work), Qt::QueuedConnection);
    }
    void tell(const watch::Change &change)
    {
        post([this, change] { m_feed.tell(change); });
    }
    void all(const char *what, int turn)
    {
        const watch::AllBuildsSeen seen{.eval = test::sampleEval, .bytes = 0, .seen = test::seen(table(turn), now())};
        measure(what, [this, &seen] { tell(seen); });
    }
    void settle()
    {
        for (int i = 0; i < 5; ++i) {
            m_pool.waitForDone();
            QTest::qWait(10);
        }
    }
    void measure(const std::string &what, const std::function<void()> &work)
    {
        m_app.startMeasuring();
        work();
        settle();
        const auto &block = m_app.longestBlock();
        std::printf("%-44s %8.2f ms  %s\n", what.c_str(), double(block.took.count()) / 1000, qPrintable(block.what));
    }

    test::MeasuredApplication &m_app;
    test::FakeClock m_clock;
    QThreadPool m_pool;
    test::FakeFeed m_feed;
    JobsPlace m_place;
    std::chrono::microseconds m_typed{};
};

} // namespace

int main(int argc, char **argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    test::MeasuredApplication app(argc, argv);
    useLook(makeLook(false, ColourSet::Standard), metric::compactRow);
    Bench bench(app);
    bench.run();
    return 0;
}
