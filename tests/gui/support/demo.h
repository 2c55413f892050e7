// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/activity/activityplace.h"
#include "ui/jobs/jobsplace.h"
#include "ui/jobs/treepane.h"
#include "ui/shell/field.h"
#include "ui/shell/program.h"

#include <QSignalSpy>
#include <QTest>

namespace narscope::test {

using namespace Qt::StringLiterals;

inline constexpr int patience = 30'000; ///< ms; a busy machine under a sanitizer

inline ui::Options optionsFor(const QStringList &arguments, const QString &profile)
{
    auto options = ui::readOptions(
        QStringList{u"narscope"_s, u"--profile"_s, profile, u"--size"_s, u"790x700"_s, u"--place"_s, u"jobs"_s}
        + arguments);
    if (!options)
        qFatal("%s", qPrintable(describe(options.error())));
    return *options;
}

/// The program against the simulator in this process, with hands on mouse and keyboard.
struct Demo {
    explicit Demo(const QString &profile, const QStringList &more = {})
        : program(optionsFor(QStringList{u"--demo"_s, u"--demo-speed"_s, u"20"_s} + more, profile))
        , ready(&program, &ui::Program::ready)
    {
        program.start();
    }
    [[nodiscard]] bool isReady() { return !ready.isEmpty() || ready.wait(patience); }
    [[nodiscard]] ui::JobsPlace *jobs() { return qobject_cast<ui::JobsPlace *>(program.window().place(u"jobs"_s)); }
    [[nodiscard]] ui::ActivityPlace *activity()
    {
        return qobject_cast<ui::ActivityPlace *>(program.window().place(u"activity"_s));
    }
    [[nodiscard]] QString server() { return program.session().servers().front().id; }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(
            program.window().focusWidget() ? program.window().focusWidget() : &program.window(), key, modifiers);
    }
    /// Alt and the place's number.
    void showPlaceByKey(ui::Place *place)
    {
        key(Qt::Key(Qt::Key_1 + int(program.window().places().indexOf(place))), Qt::AltModifier);
    }
    void type(const QString &text)
    {
        QTest::keyClick(&program.window(), Qt::Key_K, Qt::ControlModifier);
        QTest::keyClicks(program.window().field(), text);
        QTest::keyClick(program.window().field(), Qt::Key_Return);
    }
    void click(const QModelIndex &index)
    {
        auto &tree = jobs()->treePane();
        tree.scrollTo(index);
        QTest::mouseClick(tree.viewport(), Qt::LeftButton, {}, tree.visualRect(index).center());
    }

    ui::Program program;
    QSignalSpy ready;
};

} // namespace narscope::test
