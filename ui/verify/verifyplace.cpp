// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/verify/verifyplace.h"

#include "base/format.h"
#include "nix/reporttext.h"
#include "ui/verify/imageview.h"
#include "ui/verify/keyspage.h"
#include "ui/verify/ladderview.h"
#include "ui/widgets/actions.h"
#include "ui/widgets/emptystate.h"
#include "ui/widgets/flatlist.h"
#include "ui/widgets/style.h"
#include "ui/widgets/textlabel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDragEnterEvent>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr quint64 fetchWithoutAsking = 64 * 1024 * 1024; ///< bytes
constexpr int inputLines = 3;

enum Page { EmptyPage, ResultPage, KeyPage };

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

QWidget *VerifyPlace::inputPart()
{
    auto *part = new QWidget;
    auto *row = new QHBoxLayout(part);
    row->setContentsMargins(metric::margin, metric::marginTop, metric::margin, 8);
    row->setSpacing(12);
    m_input = new QPlainTextEdit;
    m_input->setFont(monoFont());
    m_input->setTabChangesFocus(true);
    m_input->viewport()->setBackgroundRole(QPalette::Window); // a field, on a page without boxes
    m_input->setFixedHeight(inputLines * 18 + 12);
    m_input->setPlaceholderText(
        tr("Paste or drop store paths, hashes, a narinfo, its address, the output of nix path-info --json or nix-store "
           "-qR, a flake.lock, a NAR, an ISO image or a channel's address …"));
    m_input->installEventFilter(this);
    m_input->viewport()->setAcceptDrops(false); // the whole place takes them
    m_depth = new QComboBox;
    m_depth->addItem(tr("Signatures only"), int(nix::Depth::Signature));
    m_depth->addItem(tr("The file served"), int(nix::Depth::File));
    m_depth->addItem(tr("Contents"), int(nix::Depth::Nar));
    m_depth->addItem(tr("Contents and references"), int(nix::Depth::References));
    m_depth->setCurrentIndex(3);
    m_closure = new QCheckBox(tr("Closure"));
    m_closure->setObjectName(u"closure"_s);
    m_closure->setToolTip(tr("Also everything that the paths refer to"));
    m_challenge = new QCheckBox(tr("Other caches"));
    m_challenge->setToolTip(tr("Ask every cache known whether it has the same contents"));
    m_deriver = new QCheckBox(tr("Deriver"));
    m_deriver->setToolTip(tr("Recompute the path from the derivation that is named, as far as it can be found"));
    m_verify = new QPushButton(tr("Verify"));
    auto *options = new QGridLayout;
    options->setHorizontalSpacing(12);
    options->setVerticalSpacing(6);
    options->addWidget(m_depth, 0, 0, 1, 2);
    options->addWidget(m_verify, 0, 2);
    options->addWidget(m_closure, 1, 0);
    options->addWidget(m_challenge, 1, 1);
    options->addWidget(m_deriver, 1, 2);
    row->addWidget(m_input, 1);
    row->addLayout(options);
    connect(m_verify, &QPushButton::clicked, this, [this] { start(); });
    return part;
}

QWidget *VerifyPlace::runPart()
{
    auto *part = new QWidget;
    auto *row = new QHBoxLayout(part);
    row->setContentsMargins(metric::margin, 0, metric::margin, 8);
    row->setSpacing(12);
    m_state = new TextLabel(TextRole::Quiet);
    m_bar = new QProgressBar;
    m_bar->setTextVisible(false);
    m_bar->setFixedSize(160, 6);
    m_cancel = new QPushButton(tr("Cancel"));
    m_cancel->setObjectName(u"cancel"_s);
    m_more = new QPushButton;
    m_more->setObjectName(u"more"_s);
    m_export = new QPushButton(tr("Report"));
    auto *menu = new QMenu(m_export);
    fillExportMenu(*menu);
    m_export->setMenu(menu);
    m_keysButton = new QPushButton(tr("Keys"));
    m_keysButton->setObjectName(u"keys"_s);
    m_keysButton->setCheckable(true);
    row->addWidget(m_state, 1);
    row->addWidget(m_bar);
    row->addWidget(m_cancel);
    row->addWidget(m_more);
    row->addWidget(m_export);
    row->addWidget(m_keysButton);
    connect(m_cancel, &QPushButton::clicked, this, &VerifyPlace::stop);
    connect(m_more, &QPushButton::clicked, this, [this] { order(0, true); });
    connect(m_keysButton, &QPushButton::toggled, this, [this](bool shown) {
        if (shown)
            m_stack->setCurrentIndex(KeyPage);
        else
            m_reports.reports().empty() ? showEmpty() : showResults();
    });
    return part;
}

QWidget *VerifyPlace::listPart()
{
    const QList<int> widths{240, 96, 150, 84, 110};
    m_list = flatList(m_reports, widths);
    m_list->setSortingEnabled(true);
    m_list->header()->setSortIndicator(-1, Qt::AscendingOrder);
    m_treeView = flatList(m_tree, widths);
    m_treeView->setRootIsDecorated(true);
    m_lists = new QStackedWidget;
    for (auto *view : {m_list, m_treeView}) {
        view->setContextMenuPolicy(Qt::CustomContextMenu);
        view->header()->setStretchLastSection(false);
        view->header()->setSectionResizeMode(ReportModel::Path, QHeaderView::Stretch);
        m_lists->addWidget(view);
        connect(view->selectionModel(), &QItemSelectionModel::currentChanged, this, &VerifyPlace::showCurrent);
        connect(view, &QWidget::customContextMenuRequested, this, [this, view](const QPoint &at) {
            if (const auto subject = current())
                popupMenu(view, view->viewport()->mapToGlobal(at), actions(), *subject);
        });
    }
    m_filter = new QLineEdit;
    m_filter->setPlaceholderText(tr("Filter paths …"));
    m_filter->setClearButtonEnabled(true);
    m_kind = new QComboBox;
    m_kind->addItems({tr("All"), tr("Fail"), tr("Not checked"), tr("Hold"), tr("In no cache")});
    m_asTree = new QPushButton(tr("As a tree"));
    m_asTree->setObjectName(u"asTree"_s);
    m_asTree->setCheckable(true);
    m_asTree->setToolTip(tr("Who needs whom; those that fail, or need one that does, come first"));
    auto *filters = new QHBoxLayout;
    filters->addWidget(m_filter, 1);
    filters->addWidget(m_kind);
    filters->addWidget(m_asTree);
    m_listPart = new QWidget;
    auto *column = new QVBoxLayout(m_listPart);
    column->setContentsMargins(metric::margin, 0, 0, 0);
    column->addLayout(filters);
    column->addWidget(m_lists, 1);
    connect(m_filter, &QLineEdit::textChanged, this, &VerifyPlace::filterChanged);
    connect(m_kind, &QComboBox::currentIndexChanged, this, &VerifyPlace::filterChanged);
    connect(m_asTree, &QPushButton::toggled, this, &VerifyPlace::showTree);
    return m_listPart;
}

QWidget *VerifyPlace::emptyPart()
{
    m_empty = new EmptyState;
    m_keptList = flatList(m_kept, {560, 120});
    m_keptList->setObjectName(u"kept"_s);
    m_emptyPart = new QWidget;
    auto *column = new QVBoxLayout(m_emptyPart);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_empty);
    auto *kept = new QVBoxLayout;
    kept->setContentsMargins(metric::margin, 0, metric::margin, 0);
    kept->addWidget(m_keptList);
    column->addLayout(kept, 1);
    connect(m_keptList, &QTreeView::activated, this, &VerifyPlace::openKept);
    return m_emptyPart;
}

QWidget *VerifyPlace::resultPart()
{
    m_ladder = new LadderView(m_clock);
    m_image = new ImageView(m_clock);
    m_detail = new QStackedWidget;
    m_detail->addWidget(m_ladder);
    m_detail->addWidget(m_image);
    m_splitter = new QSplitter;
    m_splitter->addWidget(listPart());
    m_splitter->addWidget(m_detail);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({420, 800});
    m_splitter->setChildrenCollapsible(false);
    m_stack = new QStackedWidget;
    m_stack->addWidget(emptyPart());
    m_stack->addWidget(m_splitter);
    m_stack->addWidget(m_keys);
    connect(m_ladder, &LadderView::openRequested, this, &Place::openRequested);
    connect(m_image, &ImageView::openRequested, this, &Place::openRequested);
    return m_stack;
}

void VerifyPlace::makeKeys()
{
    const auto key = [this](const QKeySequence &keys, auto &&act) {
        auto *shortcut = new QShortcut(keys, this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, act);
    };
    key(Qt::CTRL | Qt::Key_Return, [this] { start(); });
    key(Qt::Key_Slash, [this] { m_filter->setFocus(Qt::ShortcutFocusReason); });
    key(Qt::Key_N, [this] { nextFailure(1); });
    key(Qt::SHIFT | Qt::Key_N, [this] { nextFailure(-1); });
}

/// Letters belong to the text while somebody types.
bool VerifyPlace::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_input && event->type() == QEvent::ShortcutOverride) {
        auto *key = static_cast<QKeyEvent *>(event);
        if (!key->text().isEmpty() && !(key->modifiers() & (Qt::ControlModifier | Qt::AltModifier)))
            event->accept();
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
    if (row >= 0) {
        showResults();
        m_asTree->setChecked(false);
        m_list->setCurrentIndex(m_reports.index(row, 0));
        return;
    }
    verify(subject.name);
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
    m_asTree->setChecked(false);
    m_asTree->setVisible(m_order.asked.closure);
    order(fetchWithoutAsking, false);
}

void VerifyPlace::order(quint64 largest, bool goOn)
{
    ++m_order.run;
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
    setRunning(false);
    m_state->setText(tr("Stopped. What was checked stays."));
}

void VerifyPlace::setRunning(bool running)
{
    if (running)
        m_bar->setRange(0, 0);
    m_bar->setVisible(running);
    m_cancel->setVisible(running);
    m_more->setVisible(!running && !m_more->text().isEmpty());
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
        showEmpty();
        m_empty->setText(tr("There is no store path in this."), m_problems);
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
    if (!m_list->currentIndex().isValid() && m_reports.rowCount() > 0)
        m_list->setCurrentIndex(m_reports.index(0, 0));
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
    if (m_reports.reports().size() > 1) { // of one alone its own sentence says all
        add(m_reports.count(nix::Verdict::Fails), tr("%1 fail"));
        add(m_reports.count(nix::Verdict::Holds), tr("%1 hold"));
        add(m_reports.count(nix::Verdict::Unchecked), tr("%1 not fully checked"));
        add(m_reports.missing(), tr("%1 in no cache"));
    }
    m_state->setText(parts.join(u" · "_s) + (m_problems.isEmpty() ? QString() : u"   "_s + m_problems));
    m_state->setWhole(m_state->text());
    Q_EMIT countChanged(int(m_reports.count(nix::Verdict::Fails)));
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
    const bool hasKept = m_kept.rowCount() > 0;
    m_keptList->setVisible(hasKept);
    m_empty->setText(hasKept ? tr("Results of earlier runs are below.") : tr("Nothing to verify yet."),
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
