// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/program.h"

#include <QApplication>
#include <QIcon>

#include <cstdio>

using namespace Qt::StringLiterals;
using namespace narscope;

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    QApplication::setApplicationName(u"narscope"_s);
    QApplication::setApplicationDisplayName(u"Narscope"_s);
    QApplication::setApplicationVersion(QStringLiteral(NARSCOPE_VERSION));
    QApplication::setWindowIcon(QIcon(u":/narscope/icons/org.narscope.Narscope.svg"_s));
    QApplication::setDesktopFileName(u"org.narscope.Narscope"_s);
    const auto options = ui::readOptions(QApplication::arguments());
    if (!options) {
        std::fputs(qPrintable(describe(options.error()) + u'\n'), stderr);
        return 2;
    }
    if (options->onlyPrints) {
        std::fputs(qPrintable(options->text), stdout);
        return 0;
    }
    std::optional<ui::Instance> instance;
    if (options->sharesInstance()) {
        instance.emplace(options->profile.isEmpty() ? ui::usualProfile() : options->profile);
        if (!instance->isFirst()) {
            const bool isTaken = instance->handOver({.open = options->open, .place = options->place});
            if (!isTaken)
                std::fputs(
                    "Narscope runs already with this profile, but does not answer. --profile DIR starts another.\n",
                    stderr);
            return isTaken ? 0 : 2;
        }
    }
    ui::Program program(*options);
    if (instance)
        QObject::connect(&*instance, &ui::Instance::wanted, &program, &ui::Program::take);
    QObject::connect(&program, &ui::Program::ended, &application, &QCoreApplication::exit, Qt::QueuedConnection);
    program.start();
    return QApplication::exec();
}
