// SPDX-License-Identifier: GPL-3.0-or-later
// bench_start PROFILE: the whole program with this profile, whose history tests/bench/history fills, until its
// overview is painted with channels that the history knows. No server can be reached. Prints CPU and wall time, and
// ends with 1 when it took more than half a second of CPU.
#include "ui/shell/program.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QTimer>

#include <cstdio>
#include <sys/resource.h>

using namespace narscope;
using namespace Qt::StringLiterals;

namespace {

constexpr double limit = 0.5; ///< seconds of CPU

double cpuSeconds()
{
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval &time) { return double(time.tv_sec) + double(time.tv_usec) / 1e6; };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

/// Ends the program when the place has been painted with a board that names channels' revisions.
class PaintWatch : public QObject {
public:
    explicit PaintWatch(ui::Program &program)
        : m_program(program)
    {
        m_timer.start();
        connect(&program, &ui::Program::ready, this, [this] {
            m_program.window().showPlace(u"overview"_s);
            m_place = m_program.window().place(u"overview"_s);
            m_place->installEventFilter(this);
            connect(m_program.session().channels(), &watch::ChannelFeed::changed, this,
                [this](const watch::ChannelBoard &board) {
                    m_known = std::ranges::count_if(
                        board.channels, [](const watch::ChannelLine &line) { return !line.revision.isEmpty(); });
                    m_place->update();
                });
        });
    }
    bool eventFilter(QObject *object, QEvent *event) override
    {
        if (event->type() == QEvent::Paint && m_known > 0 && !m_isPainted) {
            m_isPainted = true;
            QTimer::singleShot(0, this, [this] { say(); }); // its children are painted in the same turn
        }
        return QObject::eventFilter(object, event);
    }

private:
    void say()
    {
        const double cpu = cpuSeconds();
        std::printf("overview painted with %lld channels: %.3f s of CPU (limit %.1f), %lld ms\n", qlonglong(m_known),
            cpu, limit, qlonglong(m_timer.elapsed()));
        QCoreApplication::exit(cpu <= limit ? 0 : 1);
    }

    ui::Program &m_program;
    QWidget *m_place = nullptr;
    QElapsedTimer m_timer;
    qsizetype m_known = 0;
    bool m_isPainted = false;
};

} // namespace

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    QApplication::setApplicationName(u"narscope"_s);
    ui::Options options;
    options.session.servers = ui::serversInUse(net::shippedServers());
    for (auto &server : options.session.servers)
        server.url.setHost(u"127.0.0.1"_s), server.url.setPort(1); // nobody listens there
    options.namesServers = true;
    options.profile = QString::fromLocal8Bit(argv[1]);
    ui::Program program(options);
    PaintWatch paints(program);
    QTimer::singleShot(20'000, &application, [] {
        std::puts("the overview was not painted with channels within 20 s");
        QCoreApplication::exit(1);
    });
    program.start();
    return QApplication::exec();
}
