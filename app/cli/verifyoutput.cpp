// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/verifyoutput.h"

#include "base/format.h"
#include "cli/command.h"
#include "cli/input.h"
#include "nix/reporttext.h"

#include <QJsonDocument>

#include <cstdio>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

/// With more paths than this only those that do not hold are shown rung by rung.
constexpr qsizetype shownInFull = 3;

QString rate(const nix::VerifyProgress &progress)
{
    const auto seconds = double(progress.elapsed.count()) / 1000;
    if (seconds <= 0 || progress.bytesDone == 0)
        return {};
    const auto perSecond = double(progress.bytesDone) / seconds;
    auto text = u", %1 of %2, %3/s"_s.arg(
        formatSize(qint64(progress.bytesDone)), formatSize(qint64(progress.bytesKnown)), formatSize(qint64(perSecond)));
    if (progress.bytesKnown > progress.bytesDone) {
        const auto left = double(progress.bytesKnown - progress.bytesDone) / perSecond * 1000;
        text += u", %1 left"_s.arg(formatDuration(Milliseconds(qint64(left))));
    }
    return text;
}

} // namespace

VerifyOutput::VerifyOutput(bool json, bool isClosure)
    : m_json(json)
    , m_isClosure(isClosure)
    , m_isTerminal(isatty(STDERR_FILENO) == 1)
{
}

void VerifyOutput::expect(const std::vector<nix::VerifyTarget> &targets)
{
    for (const auto &target : targets)
        m_places.insert(target.text, m_places.size());
}

nix::VerifyObserver VerifyOutput::observer()
{
    nix::VerifyObserver observer;
    observer.finished = [this](const nix::PathReport &report) { onFinished(report); };
    if (m_isTerminal)
        observer.progress = [this](const nix::VerifyProgress &progress) { onProgress(progress); };
    return observer;
}

void VerifyOutput::onFinished(const nix::PathReport &report)
{
    note(report.verdict);
    if (m_isClosure) {
        write(report);
        return;
    }
    m_early.insert({m_places.value(report.asked), report});
    for (auto next = m_early.find(m_next); next != m_early.end(); next = m_early.find(++m_next)) {
        write(next->second);
        m_early.erase(next);
    }
}

void VerifyOutput::write(const nix::PathReport &report)
{
    clearProgress();
    if (m_json)
        writeJson(nix::reportJson(report));
    else
        writeText(report);
    ++m_written;
}

void VerifyOutput::write(const nix::IsoReport &report)
{
    note(report.verdict);
    clearProgress();
    if (m_json)
        writeJson(nix::reportJson(report));
    else
        print(u"%1 %2"_s.arg(nix::word(report.verdict), -9).arg(terminalLines(nix::reportPlain(report))));
    ++m_written;
}

void VerifyOutput::write(const std::vector<Problem> &notUnderstood)
{
    for (const auto &problem : notUnderstood) {
        auto report = nix::newReport(problem.where, {});
        report.rung(nix::RungName::NarInfo).detail = problem.sentence;
        note(report.verdict);
        if (!m_json) // the problem is told on standard error
            continue;
        clearProgress();
        writeJson(nix::reportJson(report));
        ++m_written;
    }
}

void VerifyOutput::note(nix::Verdict verdict)
{
    m_fails = m_fails || verdict == nix::Verdict::Fails;
    m_isOpen = m_isOpen || verdict == nix::Verdict::Unchecked;
}

void VerifyOutput::writeJson(const QJsonObject &object)
{
    const auto text = QJsonDocument(object).toJson(QJsonDocument::Compact);
    print((m_written == 0 ? u"{\"paths\":[\n"_s : u",\n"_s) + QString::fromUtf8(text));
}

void VerifyOutput::writeText(const nix::PathReport &report)
{
    if (report.verdict == nix::Verdict::Holds && m_places.size() > shownInFull)
        print(u"%1 %2"_s.arg(nix::word(report.verdict), -9).arg(terminalLines(report.pathText())));
    else
        print(u"%1 %2"_s.arg(nix::word(report.verdict), -9).arg(terminalLines(nix::reportPlain(report))));
}

void VerifyOutput::onProgress(const nix::VerifyProgress &progress)
{
    const auto line = u"\r\x1b[K%1 of %2 paths, %3 fail, %4 unchecked%5"_s.arg(formatCount(progress.pathsDone),
        formatCount(progress.pathsKnown), formatCount(progress.fails), formatCount(progress.unchecked), rate(progress));
    std::fputs(qUtf8Printable(line), stderr);
    std::fflush(stderr);
    m_hasProgressLine = true;
}

void VerifyOutput::clearProgress()
{
    if (std::exchange(m_hasProgressLine, false))
        std::fputs("\r\x1b[K", stderr);
}

void VerifyOutput::end(const nix::VerifyResult &result)
{
    for (const auto &[place, report] : m_early)
        write(report);
    m_early.clear();
    clearProgress();
    if (m_json) {
        print(m_written == 0 ? u"{\"paths\":[]}"_s : u"]}"_s);
        return;
    }
    for (const auto &path : result.closure.missing())
        print(u"missing   %1"_s.arg(QString::fromUtf8(path.text())));
    const auto &end = result.end;
    if (end.pathsDone > 1)
        print(u"%1 paths: %2 hold, %3 fail, %4 unchecked, of these %5 missing in the cache."_s.arg(
            formatCount(end.pathsDone), formatCount(end.pathsDone - end.fails - end.unchecked), formatCount(end.fails),
            formatCount(end.unchecked), formatCount(end.missing)));
}

int VerifyOutput::code() const
{
    if (m_fails)
        return Failing;
    return m_isOpen || m_written == 0 ? NotFoundOut : Fine;
}

} // namespace narscope::cli
