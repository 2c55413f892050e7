// SPDX-License-Identifier: GPL-3.0-or-later
// Writes to the history of a folder, from a number on, and tells each number that is committed on a line of
// its own, until it is killed: historywriter FOLDER FIRST.
#include "history/history.h"

#include <QCoreApplication>

#include <cstdio>
#include <cstdlib>

using namespace narscope;
using namespace narscope::history;
using namespace Qt::StringLiterals;

namespace {

BuildSight sightAt(qint64 number)
{
    BuildSight sight{.id = BuildId(number)};
    sight.job = {{u"nixpkgs"_s, u"trunk"_s}, u"job%1"_s.arg(number % 50)};
    sight.nixName = u"package-%1"_s.arg(number % 50);
    sight.state = number % 3 == 0 ? hydra::BuildState::Failed : hydra::BuildState::Succeeded;
    return sight;
}

Task<void> writeOn(History *history, Clock *clock, qint64 number)
{
    for (;; ++number) {
        history->addBuilds(u"h"_s, {sightAt(number)});
        history->addSamples(u"h"_s, {{.series = u"queue/%1"_s.arg(number % 7), .value = double(number)}});
        history->setMark({.subject = u"last"_s,
            .name = u"written"_s,
            .value = QString::number(number),
            .time = clock->nowSeconds()});
        auto committed = history->flush();
        const auto result = co_await std::move(committed);
        if (!result) {
            std::fputs(qPrintable(describe(result.error())), stderr);
            std::exit(1);
        }
        std::printf("%lld\n", static_cast<long long>(number));
        std::fflush(stdout);
    }
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    if (argc != 3)
        return 2;
    SystemClock clock;
    Pools pools;
    History history(QString::fromLocal8Bit(argv[1]), clock, pools);
    QObject::connect(&history, &History::troubled, &app,
        [](const Problem &problem) { std::fputs(qPrintable(describe(problem)), stderr); });
    Scope scope;
    scope.start(writeOn(&history, &clock, std::atoll(argv[2])));
    return QCoreApplication::exec();
}
