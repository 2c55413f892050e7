// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/fakeclock.h"
#include "ui/logs/causebar.h"
#include "ui/logs/comparepane.h"
#include "ui/logs/findbar.h"
#include "ui/logs/logsplace.h"
#include "ui/logs/logview.h"
#include "ui/logs/outlinepane.h"
#include "ui/widgets/style.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

// The Logs place on a screen, with logs made by hand.

namespace narscope::test {

using namespace narscope::ui;
using namespace Qt::StringLiterals;

inline constexpr int errorAt = 303; ///< line of the compiler's error in the made log, as people count
inline const auto errorLine
    = "\x1b[01m\x1b[Ksrc/input.cpp:61:33:\x1b[m\x1b[K \x1b[01;31m\x1b[Kerror: \x1b[m\x1b[K'TABLET_TOOL' was not declared in this scope"_ba;

/// What a failing C++ build of stdenv writes: phases, GCC's colours, an error with its place, make's last words.
inline QByteArray failingLog()
{
    QByteArray text = "Running phase: unpackPhase\nunpacking source archive "
                      "/nix/store/zi6ypq21xhzq5kkj0mlk5nl33lgvqm1k-source\nRunning phase: buildPhase\n";
    for (int i = 4; i < errorAt; ++i)
        text += "[" + QByteArray::number(i) + "/1418] Compiling C++ object src/part_" + QByteArray::number(i)
            + ".cpp.o\n";
    text += errorLine + '\n';
    text += "   61 |     } else if (dev->type == \x1b[01;31m\x1b[KTABLET_TOOL\x1b[m\x1b[K)\n      |                    "
            "         \x1b[01;31m\x1b[K^~~~~~~~~~~\x1b[m\x1b[K\n";
    for (int i = errorAt + 3; i < errorAt + 103; ++i)
        text += "[" + QByteArray::number(i) + "/1418] Compiling C++ object src/part_" + QByteArray::number(i)
            + ".cpp.o\n";
    return text + "make: *** [Makefile:7: all] Error 1\n";
}

/// The same build when it still worked.
inline QByteArray goodLog()
{
    QByteArray text = "Running phase: unpackPhase\nunpacking source folder "
                      "/nix/store/0c1q8vyzs1w5yk0l8m3jcn4q7rb2xfab-source\nRunning phase: buildPhase\n";
    for (int i = 4; i < errorAt + 103; ++i) {
        if (i < errorAt || i >= errorAt + 3)
            text += "[" + QByteArray::number(i + 7) + "/1418] Compiling C++ object src/part_" + QByteArray::number(i)
                + ".cpp.o\n";
    }
    return text + "all is built\n";
}

/// A place on a screen, and the desk's part by hand.
struct Bench {
    Pools pools;
    FakeClock clock;
    QTemporaryDir folder;
    LogsPlace place{pools, clock, folder.path()};
    QSignalSpy ordered{&place, &LogsPlace::ordered};

    explicit Bench(bool dark = false)
    {
        useLook(makeLook(dark, ColourSet::Standard), metric::compactRow);
        place.resize(1168, 740);
        place.show();
    }
    /// Asks for a log as a person does and answers with the bytes.
    quint64 open(const std::shared_ptr<const log::Bytes> &bytes, bool isLive = false)
    {
        place.openLog(u"309998812"_s, u"hydra.nixos.org"_s);
        const auto order = ordered.back().front().value<log::LogOrder>();
        place.takeOpened(order.run, bytes, about(isLive));
        if (!isLive)
            place.takeCompleted(order.run, about(false));
        return order.run;
    }
    static log::LogAbout about(bool isLive)
    {
        return {.place = {.kind = log::LogPlace::Kind::Build, .text = {}, .build = BuildId(309998812), .step = {}},
            .title = u"wayfire-0.10.0"_s,
            .system = u"x86_64-linux"_s,
            .state = isLive ? hydra::BuildState::Queued : hydra::BuildState::Failed,
            .source = u"hydra.nixos.org"_s,
            .isLive = isLive};
    }
    static log::LogAbout good()
    {
        auto about = Bench::about(false);
        about.place.build = BuildId(309871220);
        about.state = hydra::BuildState::Succeeded;
        return about;
    }
    [[nodiscard]] qint64 cursor() const { return place.view()->cursorLine().value + 1; }
};

inline QString clipboardAfter(LogView &view, CopyForm form)
{
    QSignalSpy copied(&view, &LogView::copied);
    view.copy(form);
    return copied.wait(5000) ? QGuiApplication::clipboard()->text() : QString();
}

} // namespace narscope::test
