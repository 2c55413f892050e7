// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/format.h"
#include "ui/verify/imageview.h"
#include "ui/verify/keyspage.h"
#include "ui/verify/ladderview.h"
#include "ui/verify/verifyplace.h"
#include "ui/widgets/emptystate.h"
#include "ui/widgets/textlabel.h"

#include <QProgressBar>
#include <QPushButton>
#include <QStackedWidget>
#include <QTreeView>

using namespace Qt::StringLiterals;

// What comes of a run, while it goes and at its end.

namespace narscope::ui {

void VerifyPlace::setRunning(bool running)
{
    if (running)
        m_bar->setRange(0, 0);
    const bool atTheButtons = m_cancel->hasFocus() || m_more->hasFocus();
    auto *next = running ? m_cancel : m_more;
    m_bar->setVisible(running);
    m_cancel->setVisible(running);
    m_more->setVisible(!running && !m_more->text().isEmpty());
    if (atTheButtons && next->isVisible()) // so that one key stops and goes on
        next->setFocus();
    m_export->setEnabled(!m_reports.reports().empty());
    if (m_running != running) {
        m_running = running;
        Q_EMIT settledChanged();
    }
}

void VerifyPlace::takeBegin(quint64 run, qint64 paths, qint64 images, const QList<Problem> &notUnderstood)
{
    if (run != m_order.run)
        return;
    QStringList sentences;
    for (const auto &problem : notUnderstood.first(qMin<qsizetype>(3, notUnderstood.size())))
        sentences << problem.sentence + (problem.where.isEmpty() ? QString() : u" «"_s + problem.where.left(80) + u'»');
    if (notUnderstood.size() > 3)
        sentences << tr("%1 more parts mean nothing to Narscope.").arg(formatCount(notUnderstood.size() - 3));
    m_problems = sentences.join(u' ');
    if (paths + images == 0 && m_reports.reports().empty()) {
        m_stack->setCurrentIndex(EmptyPage); // also from the results of the run before
        sayWhyEmpty();
        return;
    }
    showResults();
    m_listPart->setVisible(paths + images > 1 || m_order.asked.closure || m_reports.rowCount() > 1);
}

void VerifyPlace::takeReports(quint64 run, const QList<nix::PathReport> &reports)
{
    if (run != m_order.run)
        return;
    m_reports.take(reports);
    m_keys->take(reports);
    // The root of a closure comes last and goes on top: it is shown unless somebody chose another.
    const auto *top = m_reports.reportAt(0);
    const auto *shown = m_reports.reportAt(m_list->currentIndex().row());
    if (top && (!shown || shown->pathText() == m_shownFirst)) {
        m_shownFirst = top->pathText();
        m_list->setCurrentIndex(m_reports.index(0, 0));
    }
    showCurrent();
    sayCounts();
}

void VerifyPlace::takeImage(quint64 run, const nix::IsoReport &report)
{
    if (run != m_order.run)
        return;
    m_images.insert(report.asked, report);
    takeReports(run, {rowOf(report)});
}

void VerifyPlace::takeProgress(quint64 run, const nix::VerifyProgress &progress)
{
    if (run != m_order.run || !m_running)
        return;
    const bool byBytes = progress.bytesKnown > 0;
    if (!byBytes && progress.bytesDone > 0 && progress.pathsKnown == 0) { // an image: how much is not known before
        m_bar->setRange(0, 0);
        m_state->setText(
            tr("%1 read · %2").arg(formatSize(qint64(progress.bytesDone)), formatDuration(progress.elapsed)));
        return;
    }
    m_bar->setRange(0, 1000);
    m_bar->setValue(byBytes ? int(1000 * progress.bytesDone / qMax<quint64>(1, progress.bytesKnown))
                            : int(1000 * progress.pathsDone / qMax<qint64>(1, progress.pathsKnown)));
    auto text = tr("%1 of %2 paths").arg(formatCount(progress.pathsDone), formatCount(progress.pathsKnown));
    const auto seconds = double(progress.elapsed.count()) / 1000;
    if (byBytes && seconds > 0.5) {
        const auto rate = double(progress.bytesDone) / seconds;
        text += tr(" · %1 of %2 · %3/s")
                    .arg(formatSize(qint64(progress.bytesDone)), formatSize(qint64(progress.bytesKnown)),
                        formatSize(qint64(rate)));
        if (rate > 0 && progress.bytesKnown > progress.bytesDone)
            text += tr(" · %1 left")
                        .arg(formatDuration(
                            Milliseconds(qint64(1000 * double(progress.bytesKnown - progress.bytesDone) / rate))));
    }
    m_state->setText(text);
}

void VerifyPlace::takeSize(quint64 run, const nix::DeskSize &size)
{
    if (run == m_order.run)
        m_more->setText(tr("Fetch and check contents: %1").arg(formatSize(qint64(size.bytes))));
}

void VerifyPlace::takeEnd(quint64 run, const nix::VerifyProgress &)
{
    if (run != m_order.run)
        return;
    setRunning(false);
    sayCounts();
    if (m_asTree->isChecked())
        m_tree.rebuild();
    Q_EMIT keptWanted();
    if (!m_more->text().isEmpty())
        m_state->setText(tr("Signatures are checked. The contents are large, so nothing was fetched without asking."));
}

void VerifyPlace::sayCounts()
{
    if (m_running)
        return;
    QStringList parts;
    const auto add = [&parts](qint64 count, const QString &text) {
        if (count > 0)
            parts << text.arg(formatCount(count));
    };
    if (m_isStopped)
        parts << tr("Stopped; what was checked stays");
    if (m_reports.reports().size() > 1) { // of one alone its own sentence says all
        add(m_reports.count(nix::Verdict::Fails), tr("%1 fail"));
        add(m_reports.count(nix::Verdict::Holds), tr("%1 hold"));
        add(m_reports.count(nix::Verdict::Unchecked) - m_reports.missing(), tr("%1 not fully checked"));
        add(m_reports.missing(), tr("%1 in no cache"));
    }
    m_state->setText(parts.join(u" · "_s) + (m_problems.isEmpty() ? QString() : u"   "_s + m_problems));
    m_state->setWhole(m_state->text());
    Q_EMIT countChanged(int(m_reports.count(nix::Verdict::Fails)));
}

} // namespace narscope::ui
