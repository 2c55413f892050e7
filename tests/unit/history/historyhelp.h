// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "history/history.h"
#include "support/fakeclock.h"
#include "support/flow.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

// A history in a folder of its own, and builds to put into it.

namespace narscope::test {

using namespace Qt::StringLiterals;

inline const QString hydraId = u"hydra.example"_s;
inline const JobsetName unstable{u"nixpkgs"_s, u"unstable"_s};
// The real path of a build of hello, and its derivation.
inline const QString helloOut = u"/nix/store/10s5j3mfdg22k1597x580qrhprnzcjwb-hello-2.12.1"_s;
inline const QString helloDrv = u"/nix/store/i5ckqkn3jk0wmlb0hg9mvl3f3i5q8cdb-hello-2.12.1.drv"_s;
inline const QString otherDrv = u"/nix/store/ay93mbp6q1wjkw4sk7w7gpg4mrrcjrik-hello-2.12.1.drv"_s;

inline hydra::Build helloBuild(qint64 id)
{
    hydra::Build build;
    build.id = BuildId(id);
    build.job = {unstable, u"hello.x86_64-linux"_s};
    build.nixName = u"hello-2.12.1"_s;
    build.system = u"x86_64-linux"_s;
    build.queuedAt = 1763690000;
    build.drvPath = helloDrv;
    build.outputs = {{u"out"_s, helloOut}};
    return build;
}

inline hydra::Build finished(hydra::Build build, hydra::BuildStatus status, qint64 stopped)
{
    build.finished = true;
    build.status = status;
    build.startedAt = stopped - 100;
    build.stoppedAt = stopped;
    return build;
}

struct Fixture {
    QTemporaryDir folder;
    FakeClock clock;
    Pools pools;
    std::unique_ptr<history::History> history = std::make_unique<history::History>(folder.path(), clock, pools);

    void reopen() { history = std::make_unique<history::History>(folder.path(), clock, pools); }
    void commit()
    {
        const auto result = waitFor(history->flush());
        QVERIFY2(result.has_value(), qPrintable(result ? QString() : describe(result.error())));
    }
    void see(const hydra::Build &build)
    {
        history->addBuilds(hydraId, {history::sightOf(build)});
        commit();
    }
    history::BuildPast build(qint64 id) { return waitFor(history->build(hydraId, BuildId(id)))->value(); }
    QStringList files() const { return QDir(folder.path()).entryList(QDir::Files, QDir::Name); }
};

} // namespace narscope::test
