// SPDX-License-Identifier: GPL-3.0-or-later
#include "github/gitrun.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTimer>

#include <memory>

using namespace Qt::StringLiterals;

namespace narscope::github {

namespace {

constexpr qint64 mostOutput = 32 * 1024 * 1024;
constexpr auto patience = std::chrono::seconds(60);

struct EndProcess {
    void operator()(QProcess *process) const
    {
        process->disconnect();
        process->kill();
        // Deleting it now would wait for its end.
        QObject::connect(process, &QProcess::finished, process, &QObject::deleteLater);
        if (process->state() == QProcess::NotRunning)
            process->deleteLater();
    }
};

QProcessEnvironment cleanEnvironment()
{
    const auto ours = QProcessEnvironment::systemEnvironment();
    QProcessEnvironment clean;
    for (const auto &name : {u"PATH"_s, u"HOME"_s, u"TMPDIR"_s, u"NIX_LD"_s, u"NIX_LD_LIBRARY_PATH"_s}) {
        if (ours.contains(name))
            clean.insert(name, ours.value(name));
    }
    for (const auto &[name, value] : {std::pair(u"LC_ALL"_s, u"C"_s), std::pair(u"GIT_CONFIG_NOSYSTEM"_s, u"1"_s),
             std::pair(u"GIT_CONFIG_GLOBAL"_s, u"/dev/null"_s), std::pair(u"GIT_NO_LAZY_FETCH"_s, u"1"_s),
             std::pair(u"GIT_TERMINAL_PROMPT"_s, u"0"_s), std::pair(u"GIT_OPTIONAL_LOCKS"_s, u"0"_s),
             std::pair(u"GIT_ALLOW_PROTOCOL"_s, u"none"_s), std::pair(u"GIT_PAGER"_s, u"cat"_s),
             // Both would let a clone tell another history than its commits have.
             std::pair(u"GIT_NO_REPLACE_OBJECTS"_s, u"1"_s), std::pair(u"GIT_GRAFT_FILE"_s, u"/dev/null"_s)})
        clean.insert(name, value);
    return clean;
}

/// What the folder's own configuration must not decide.
QStringList guarded(const QString &folder, const QStringList &arguments)
{
    return QStringList{u"-C"_s, folder, u"--no-pager"_s, u"-c"_s, u"core.hooksPath=/dev/null"_s, u"-c"_s,
               u"core.fsmonitor=false"_s, u"-c"_s, u"protocol.allow=never"_s, u"-c"_s, u"core.sshCommand=false"_s}
    + arguments;
}

QString lastLine(const QByteArray &text)
{
    constexpr qsizetype most = 500;
    const auto lines = QString::fromUtf8(text.right(8192)).split(u'\n', Qt::SkipEmptyParts);
    return lines.isEmpty() ? QString() : lines.constLast().first(qMin(most, lines.constLast().size()));
}

enum class End { Finished, NotStarted, TooSlow, TooLarge };

} // namespace

Task<Result<GitAnswer>> runGit(QString folder, QStringList arguments)
{
    const auto git = QStandardPaths::findExecutable(u"git"_s);
    if (git.isEmpty())
        co_return problemSaying(ProblemKind::Io, u"There is no git on this computer."_s);
    const std::unique_ptr<QProcess, EndProcess> process(new QProcess);
    const Completion<End> ended;
    auto *running = process.get();
    running->setProcessEnvironment(cleanEnvironment());
    running->setStandardInputFile(QProcess::nullDevice());
    QObject::connect(running, &QProcess::finished, running, [ended] { ended.set(End::Finished); });
    QObject::connect(running, &QProcess::errorOccurred, running, [ended](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            ended.set(End::NotStarted);
    });
    QObject::connect(running, &QProcess::readyReadStandardOutput, running, [ended, running] {
        if (running->bytesAvailable() > mostOutput)
            ended.set(End::TooLarge);
    });
    QTimer::singleShot(patience, running, [ended] { ended.set(End::TooSlow); });
    running->start(git, guarded(folder, arguments), QIODevice::ReadOnly);
    const auto end = co_await ended;
    if (end == End::NotStarted)
        co_return problemSaying(ProblemKind::Io, u"git cannot be run."_s, git, running->errorString());
    if (end == End::TooSlow)
        co_return problemSaying(ProblemKind::Timeout, u"git took longer than a minute."_s, folder);
    if (end == End::TooLarge || running->bytesAvailable() > mostOutput)
        co_return problem(ProblemKind::TooLarge, folder, u"git's answer"_s);
    if (running->exitStatus() != QProcess::NormalExit)
        co_return problemSaying(ProblemKind::Io, u"git crashed."_s, folder);
    co_return GitAnswer{.exitCode = running->exitCode(),
        .out = running->readAllStandardOutput(),
        .error = lastLine(running->readAllStandardError())};
}

} // namespace narscope::github
