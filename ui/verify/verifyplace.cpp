// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/verify/verifyplace.h"

#include "base/format.h"
#include "nix/reporttext.h"
#include "nix/verifyinput.h"
#include "ui/verify/imageview.h"
#include "ui/verify/keyspage.h"
#include "ui/verify/ladderview.h"
#include "ui/widgets/emptystate.h"
#include "ui/widgets/textlabel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDragEnterEvent>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr qsizetype longestPath = 4096;
constexpr quint64 fetchWithoutAsking = 64 * 1024 * 1024; ///< bytes

} // namespace

VerifyPlace::VerifyPlace(const nix::TrustChoices &choices, Clock &clock, QWidget *parent)
    : Place(parent)
    , m_clock(clock)
    , m_kept(clock)
    , m_keys(new KeysPage(choices, clock))
{
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    setAcceptDrops(true);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(inputPart());
    column->addWidget(runPart());
    column->addWidget(resultPart(), 1);
    setFocusProxy(m_input);
    makeKeys();
    setRunning(false);
    showEmpty();
    connect(m_keys, &KeysPage::choicesChanged, this, &VerifyPlace::choicesChanged);
}

/// Letters belong to the text while somebody types; the lists have as many columns as there is room for.
bool VerifyPlace::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_input) { // the first to be watched: the lists may not be there yet
        auto *key = event->type() == QEvent::ShortcutOverride ? static_cast<QKeyEvent *>(event) : nullptr;
        if (key && !key->text().isEmpty() && !(key->modifiers() & (Qt::ControlModifier | Qt::AltModifier)))
            key->accept();
    } else if (event->type() == QEvent::Resize) {
        for (const auto *list : {m_list, m_treeView}) {
            if (watched == list->viewport())
                fitColumns(*list);
        }
    }
    return Place::eventFilter(watched, event);
}

bool VerifyPlace::shows(const Subject &subject) const
{
    return subject.kind == SubjectKind::StorePath || subject.kind == SubjectKind::Derivation;
}

void VerifyPlace::open(const Subject &subject)
{
    const int row = m_reports.rowOf(subject.name);
    if (row >= 0 && !isMissing(*m_reports.reportAt(row))) { // what was in no cache may be there now
        showResults();
        m_asTree->setChecked(false);
        m_list->setCurrentIndex(m_reports.index(row, 0));
    } else {
        verify(subject.name);
    }
    setFocusProxy(m_ladder); // the path is typed already, and letters are commands there
    m_ladder->setFocus();
}

void VerifyPlace::verify(const QString &text)
{
    m_input->setPlainText(text);
    start();
}

void VerifyPlace::refresh()
{
    if (!m_input->toPlainText().trimmed().isEmpty() || !m_order.files.isEmpty())
        start(m_order.files);
}

std::optional<Subject> VerifyPlace::current() const
{
    const auto *report = currentReport();
    return report && report->path ? std::optional(Subject::ofStorePath(report->pathText())) : std::nullopt;
}

bool VerifyPlace::goBack()
{
    if (m_stack->currentIndex() != ResultPage)
        return false;
    if (m_input->hasFocus()) { // to what came of it
        (m_listPart->isVisible() ? m_lists->currentWidget() : m_detail->currentWidget())->setFocus();
        return true;
    }
    if (m_listPart->isVisible() && (m_filter->hasFocus() || m_reports.rowCount() == 0) && clearFilter()) {
        m_lists->currentWidget()->setFocus();
        return true;
    }
    if (!m_lists->currentWidget()->hasFocus() && m_listPart->isVisible()) {
        m_lists->currentWidget()->setFocus();
        return true;
    }
    if (m_running || m_kept.rowCount() == 0)
        return false;
    showEmpty(); // to what was verified before
    m_keptList->setFocus();
    return true;
}

void VerifyPlace::start(const QStringList &files)
{
    m_order.text = m_input->toPlainText().toUtf8();
    m_order.files = files;
    if (m_order.text.trimmed().isEmpty() && files.isEmpty()) {
        m_state->setText(tr("Paste or drop something first."));
        m_input->setFocus();
        return;
    }
    m_order.asked = {.depth = static_cast<nix::Depth>(m_depth->currentData().toInt()),
        .challenge = m_challenge->isChecked(),
        .deriver = m_deriver->isChecked(),
        .closure = m_closure->isChecked()};
    m_reports.clear();
    m_images.clear();
    m_problems.clear();
    clearFilter();
    m_asTree->setChecked(false);
    m_asTree->setVisible(m_order.asked.closure);
    showAsked();
    order(fetchWithoutAsking, false);
}

/// One path is shown at once, with all that is to be found out about it.
void VerifyPlace::showAsked()
{
    const auto text = QString::fromUtf8(m_order.text.first(qMin(m_order.text.size(), longestPath))).trimmed();
    const auto target = nix::verifyTarget(text);
    if (!target || !m_order.files.isEmpty())
        return;
    auto report = nix::newReport(target->text, m_order.asked);
    report.path = target->question.path;
    m_listPart->setVisible(m_order.asked.closure);
    m_ladder->setAsked(report);
    m_detail->setCurrentWidget(m_ladder);
    showResults();
}

void VerifyPlace::order(quint64 largest, bool goOn)
{
    ++m_order.run;
    m_isStopped = false;
    m_order.largest = largest;
    m_order.goOn = goOn;
    m_more->setText({});
    setRunning(true);
    m_state->setText(tr("Asking …"));
    Q_EMIT ordered(m_order);
    Q_EMIT currentChanged();
}

void VerifyPlace::stop()
{
    Q_EMIT cancelled();
    m_more->setText(tr("Go on"));
    m_isStopped = true;
    if (m_reports.reports().empty() && m_ladder->report())
        m_ladder->setReport(*m_ladder->report()); // it is not asked any more
    setRunning(false);
    sayCounts();
}

const nix::PathReport *VerifyPlace::currentReport() const
{
    return m_asTree->isChecked() ? m_tree.reportAt(m_treeView->currentIndex())
                                 : m_reports.reportAt(m_list->currentIndex().row());
}

void VerifyPlace::showCurrent()
{
    m_export->setEnabled(!m_reports.reports().empty());
    const auto *report = currentReport();
    if (!report)
        return;
    const auto image = m_images.constFind(report->asked);
    if (image != m_images.cend())
        m_image->setReport(*image);
    else
        m_ladder->setReport(*report);
    m_detail->setCurrentWidget(image != m_images.cend() ? static_cast<QWidget *>(m_image) : m_ladder);
}

void VerifyPlace::showResults()
{
    const QSignalBlocker quiet(m_keysButton);
    m_keysButton->setChecked(false);
    m_stack->setCurrentIndex(ResultPage);
}

void VerifyPlace::showEmpty()
{
    if (m_running || (m_stack->currentIndex() == ResultPage && isVisible() && !m_reports.reports().empty()))
        return;
    m_stack->setCurrentIndex(EmptyPage);
    setFocusProxy(m_input);
    sayWhyEmpty();
}

void VerifyPlace::sayWhyEmpty()
{
    const bool hasKept = m_kept.rowCount() > 0;
    m_keptList->setVisible(hasKept);
    const bool meansNothing = m_reports.reports().empty() && !m_problems.isEmpty(); // the line above the page says why
    m_empty->setText(meansNothing ? tr("There is no store path in this.")
            : hasKept             ? tr("Results of earlier runs are below.")
                                  : tr("Nothing to verify yet."),
        tr("Paste a store path above, or use Verify beside any path in the program."));
    m_empty->setSizePolicy(QSizePolicy::Preferred, hasKept ? QSizePolicy::Maximum : QSizePolicy::Preferred);
}

/// As it was found then; nothing is asked.
void VerifyPlace::openKept()
{
    const auto *kept = m_kept.keptAt(m_keptList->currentIndex().row());
    if (!kept)
        return;
    const auto image = nix::isoReportFromJson(kept->report);
    const auto report = image ? Result<nix::PathReport>(rowOf(*image)) : nix::reportFromJson(kept->report);
    if (!report) {
        m_state->setText(report.error().sentence);
        return;
    }
    m_input->setPlainText(image ? image->asked : report->pathText());
    m_reports.clear();
    m_images.clear();
    clearFilter();
    if (image)
        m_images.insert(image->asked, *image);
    m_listPart->hide();
    m_reports.take({*report});
    m_list->setCurrentIndex(m_reports.index(0, 0));
    showResults();
    showCurrent();
    m_state->setText(tr("As found %1. Verify asks again.").arg(formatTime(kept->time, m_clock.nowSeconds())));
    m_detail->currentWidget()->setFocus();
}

void VerifyPlace::showTree(bool shown)
{
    const auto path = shown ? m_reports.index(m_list->currentIndex().row(), 0) : m_treeView->currentIndex();
    if (shown) {
        m_tree.rebuild();
        m_treeView->setCurrentIndex(m_tree.index(0, 0));
        m_treeView->expand(m_tree.index(0, 0));
    } else if (const auto *report = m_tree.reportAt(path)) {
        m_list->setCurrentIndex(m_reports.index(m_reports.rowOf(report->pathText()), 0));
    }
    m_filter->setEnabled(!shown);
    m_kind->setEnabled(!shown);
    m_lists->setCurrentIndex(shown ? 1 : 0);
    m_lists->currentWidget()->setFocus();
    showCurrent();
}

void VerifyPlace::filterChanged()
{
    static constexpr std::optional<nix::Verdict> verdicts[]{
        {}, nix::Verdict::Fails, nix::Verdict::Unchecked, nix::Verdict::Holds, {}};
    const int kind = m_kind->currentIndex();
    m_reports.setFilter({.text = m_filter->text().trimmed(), .verdict = verdicts[kind], .onlyMissing = kind == 4});
    m_list->setCurrentIndex(m_reports.index(0, 0));
    m_noMatch->setVisible(m_reports.rowCount() == 0 && !m_reports.reports().empty());
}

bool VerifyPlace::clearFilter()
{
    if (m_filter->text().isEmpty() && m_kind->currentIndex() == 0)
        return false;
    m_filter->clear();
    m_kind->setCurrentIndex(0);
    return true;
}

void VerifyPlace::nextFailure(int by)
{
    const int rows = m_reports.rowCount();
    const int from = m_list->currentIndex().isValid() ? m_list->currentIndex().row() : (by > 0 ? -1 : rows);
    for (int row = from + by; row >= 0 && row < rows; row += by) {
        if (m_reports.reportAt(row)->verdict == nix::Verdict::Fails) {
            m_list->setCurrentIndex(m_reports.index(row, 0));
            return;
        }
    }
}

QByteArray VerifyPlace::saveState() const
{
    return m_splitter->saveState();
}

void VerifyPlace::restoreState(const QByteArray &state)
{
    m_splitter->restoreState(state);
}

void VerifyPlace::dragEnterEvent(QDragEnterEvent *event)
{
    if (event->mimeData()->hasUrls() || event->mimeData()->hasText())
        event->acceptProposedAction();
}

void VerifyPlace::dropEvent(QDropEvent *event)
{
    QStringList files;
    for (const auto &url : event->mimeData()->urls()) {
        if (url.isLocalFile())
            files << url.toLocalFile();
    }
    m_input->setPlainText(files.isEmpty() ? event->mimeData()->text() : QString());
    event->acceptProposedAction();
    start(files);
}

} // namespace narscope::ui
