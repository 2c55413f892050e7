// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/evidencepage.h"

#include "base/format.h"
#include "ui/trace/factlist.h"
#include "ui/trace/pageparts.h"
#include "ui/widgets/emptystate.h"
#include "ui/widgets/flatlist.h"
#include "ui/widgets/plainview.h"
#include "ui/widgets/scrollanchor.h"
#include "ui/widgets/textlabel.h"

#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QThreadPool>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr size_t mostFaults = 6;

QString timeOf(Milliseconds at, qint64 now)
{
    return formatTime(at.count() / 1000, now);
}

/// «a1b2… at 21 Nov 03:12, from cache-fra-…».
QString sideOf(const trace::EvidenceSide &side, qint64 now)
{
    auto words = EvidencePage::tr("%1 at %2").arg(elideMiddle(side.value, 40), timeOf(side.at, now));
    if (!side.node.isEmpty())
        words += EvidencePage::tr(", from %1").arg(side.node.section(u',', -1).trimmed());
    return words;
}

QString titleOf(trace::EvidenceDifferenceKind kind)
{
    using enum trace::EvidenceDifferenceKind;
    return kind == Different     ? EvidencePage::tr("two answers")
        : kind == OtherAtTheTime ? EvidencePage::tr("pointed elsewhere")
                                 : EvidencePage::tr("went back");
}

FactRows rowsOf(const trace::EvidenceComparison &comparison, qint64 now)
{
    FactRows rows;
    qsizetype number = 0;
    for (const auto &difference : comparison.differences)
        rows << FactRow{.key = QString::number(number++),
            .cells = {{.text = titleOf(difference.kind), .tip = describe(difference), .mark = Mark::Fails},
                {.text = narscope::ui::titleOf(difference.about), .quiet = true},
                {.text = difference.subject.left(400), .tip = difference.subject},
                {.text = sideOf(difference.left, now), .tip = difference.left.value},
                {.text = sideOf(difference.right, now), .tip = difference.right.value}}};
    return rows;
}

/// Control characters become their pictures.
QString shown(const QByteArray &bytes)
{
    auto text = QString::fromUtf8(bytes);
    for (auto &c : text) {
        if (c < u' ' && c != u'\n' && c != u'\t')
            c = QChar(char16_t(0x2400 + c.unicode()));
    }
    return text;
}

} // namespace

EvidencePage::EvidencePage(Clock &clock, QWidget *parent)
    : QWidget(parent)
    , m_clock(clock)
    , m_sentence(new SentenceRow)
    , m_faults(new DetailRows)
    , m_differences(new FactList(
          {tr("What"), tr("About"), tr("Of"), tr("Here"), tr("In the other log")}, {150, 120, 300, 260, 260}, 2))
    , m_empty(new EmptyState)
    , m_stack(new QStackedWidget)
{
    auto *column = pageColumn(*this, {m_sentence, m_faults});
    m_faults->setLabelWidth(0);
    column->addWidget(buttonRow());
    m_list = flatList(m_model, {90, 150, 120, 300, 300, 150});
    m_list->setAccessibleName(tr("Entries"));
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setSectionResizeMode(EvidenceModel::Value, QHeaderView::Stretch);
    new ScrollAnchor(m_list);
    m_logPart = listOverDetail(m_list, detailPart(), 440, 190);
    for (QWidget *part : std::initializer_list<QWidget *>{m_empty, m_logPart, m_differences})
        m_stack->addWidget(part);
    column->addWidget(m_stack, 1);
    setFocusProxy(m_list);
    connectParts();
    say();
}

QWidget *EvidencePage::buttonRow()
{
    auto *part = new QWidget;
    auto *row = new QHBoxLayout(part);
    row->setContentsMargins(metric::margin, 0, metric::margin, 0);
    m_filter = filterField(tr("Filter: channel, release, path, node …"));
    m_kind = new QComboBox;
    m_kind->setAccessibleName(tr("Kind of entry"));
    m_kind->addItem(tr("All kinds"));
    for (const auto kind : {trace::EvidenceKind::ChannelPointer, trace::EvidenceKind::GitRevision,
             trace::EvidenceKind::ReleaseIndex, trace::EvidenceKind::NarInfo})
        m_kind->addItem(narscope::ui::titleOf(kind), int(kind));
    m_back = new QPushButton;
    m_check = new QPushButton(tr("Check again"));
    m_check->setToolTip(tr("Reads the whole log and checks its chain (F5)"));
    m_copyHead = new QPushButton(tr("Copy last entry"));
    m_copyHead->setToolTip(
        tr("Number and hash of the last entry. Kept elsewhere, they show later that nothing was taken "
           "from the end."));
    m_export = new QPushButton(tr("Export …"));
    m_export->setToolTip(tr("Writes the entries listed, as they are, to a file for somebody else"));
    m_compare = new QPushButton(tr("Compare with …"));
    m_compare->setToolTip(tr("Holds this log against another person's: who was served something else?"));
    m_open = new QPushButton(tr("Open another …"));
    row->addWidget(m_filter, 1);
    row->addWidget(m_kind);
    row->addStretch(1);
    for (auto *button : {m_back, m_check, m_copyHead, m_export, m_compare, m_open})
        row->addWidget(button);
    return part;
}

QWidget *EvidencePage::detailPart()
{
    m_detailPart = new QWidget;
    auto *column = detailColumn(*m_detailPart);
    m_detailName = new TextLabel(TextRole::Bold);
    column->addWidget(m_detailName);
    m_detail = new DetailRows;
    m_text = plainView(tr("The answer as it came"));
    column->addLayout(rowsBesideText(m_detail, m_text, 3, 2), 1);
    return m_detailPart;
}

void EvidencePage::connectParts()
{
    connect(m_filter, &QLineEdit::textChanged, this, &EvidencePage::filterChanged);
    connect(m_kind, &QComboBox::currentIndexChanged, this, &EvidencePage::filterChanged);
    connect(m_check, &QPushButton::clicked, this, &EvidencePage::read);
    connect(m_back, &QPushButton::clicked, this, &EvidencePage::leave);
    connect(m_copyHead, &QPushButton::clicked, this, [this] {
        const auto &head = m_model.book().reading.head;
        QGuiApplication::clipboard()->setText(QString::number(head.number) + u':' + QString::fromLatin1(head.hash));
        m_done = tr("Copied.");
        say();
    });
    connect(
        m_export, &QPushButton::clicked, this, [this] { ask(tr("Export entries"), true, &EvidencePage::exportTo); });
    connect(m_compare, &QPushButton::clicked, this,
        [this] { ask(tr("Compare with another log"), false, &EvidencePage::compareWith); });
    connect(m_open, &QPushButton::clicked, this,
        [this] { ask(tr("Open another evidence log"), false, &EvidencePage::openFile); });
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &EvidencePage::showEntry);
    connect(&m_model, &QAbstractItemModel::modelReset, this, &EvidencePage::showEntry);
}

void EvidencePage::ask(const QString &title, bool saves, void (EvidencePage::*then)(const QString &))
{
    auto *dialog = new QFileDialog(this, title, {}, tr("Evidence log (*.jsonl);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(saves ? QFileDialog::AcceptSave : QFileDialog::AcceptOpen);
    dialog->setFileMode(saves ? QFileDialog::AnyFile : QFileDialog::ExistingFile);
    if (saves)
        dialog->setDefaultSuffix(u"jsonl"_s);
    connect(dialog, &QFileDialog::fileSelected, this, then);
    dialog->open();
}

/// Runs the job on a pool, and here what it gives back.
void EvidencePage::work(std::function<std::function<void(EvidencePage &)>()> job)
{
    ++m_working;
    say();
    QThreadPool::globalInstance()->start([job = std::move(job), self = QPointer(this)] {
        auto result = job();
        QMetaObject::invokeMethod(
            qApp,
            [self, result = std::move(result)] {
                if (!self)
                    return;
                --self->m_working;
                result(*self);
                self->say();
                Q_EMIT self->settled();
            },
            Qt::QueuedConnection);
    });
}

void EvidencePage::setOwnFile(const QString &file)
{
    m_ownFile = file;
    if (m_file.isEmpty())
        m_file = file;
    say();
}

void EvidencePage::look()
{
    if (m_working == 0 && !m_file.isEmpty() && !m_compared)
        readIfOther(m_model.book().file == m_file ? m_model.book().size : -1);
}

void EvidencePage::read()
{
    m_compared.reset();
    if (!m_file.isEmpty())
        readIfOther(-1);
}

void EvidencePage::readIfOther(qint64 knownSize)
{
    const auto generation = ++m_generation;
    work([file = m_file, knownSize, generation]() -> std::function<void(EvidencePage &)> {
        std::optional<Result<EvidenceBook>> book;
        if (knownSize < 0 || QFileInfo(file).size() != knownSize)
            book = readEvidenceBook(file);
        return [book = std::move(book), generation](EvidencePage &page) {
            if (generation == page.m_generation)
                page.take(book);
        };
    });
}

void EvidencePage::take(const std::optional<Result<EvidenceBook>> &book)
{
    if (!book)
        return;
    m_problem.reset();
    m_model.setNow(m_clock.nowSeconds());
    if (*book)
        m_model.setBook(**book);
    else {
        m_problem = book->error();
        m_model.setBook({.file = m_file});
    }
    if (!m_list->currentIndex().isValid() && m_model.rowCount() > 0)
        m_list->setCurrentIndex(m_model.index(0, 0));
    showEntry();
}

void EvidencePage::openFile(const QString &file)
{
    m_file = file;
    m_done.clear();
    read();
}

void EvidencePage::exportTo(const QString &target)
{
    work([file = m_file, filter = m_model.filter(), target]() -> std::function<void(EvidencePage &)> {
        const auto takes = [&filter](const trace::EvidenceEntry &entry) { return filter.takes(entry); };
        auto written = trace::exportEvidence(file, target, takes);
        return [written = std::move(written), target](EvidencePage &page) {
            page.m_done = written ? tr("%1 entries were written to %2.").arg(formatCount(*written), target)
                                  : written.error().sentence + u' ' + written.error().detail;
        };
    });
}

void EvidencePage::compareWith(const QString &other)
{
    work([file = m_file, other]() -> std::function<void(EvidencePage &)> {
        auto compared = trace::compareEvidenceFiles(file, other);
        return [compared = std::move(compared), other](EvidencePage &page) { page.takeComparison(other, compared); };
    });
}

void EvidencePage::takeComparison(const QString &other, const Result<trace::ComparedLogs> &compared)
{
    if (!compared) {
        m_done = (compared.error().sentence + u' ' + compared.error().where).trimmed();
        return;
    }
    m_other = other;
    m_compared = *compared;
    m_differences->setRows(rowsOf(compared->comparison, m_clock.nowSeconds()));
}

bool EvidencePage::leave()
{
    if (m_compared) {
        m_compared.reset();
        say();
        return true;
    }
    if (!m_filter->text().isEmpty() || m_kind->currentIndex() > 0) {
        m_filter->clear();
        m_kind->setCurrentIndex(0);
        return true;
    }
    if (isOwn())
        return false;
    openFile(m_ownFile);
    return true;
}

void EvidencePage::focusFilter()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
}

void EvidencePage::filterChanged()
{
    EvidenceFilter filter{.kind = {}, .text = m_filter->text().trimmed()};
    if (m_kind->currentIndex() > 0)
        filter.kind = trace::EvidenceKind(m_kind->currentData().toInt());
    m_model.setFilter(filter);
    say();
}

Sentence EvidencePage::comparedSentence() const
{
    const auto &comparison = m_compared->comparison;
    Sentence sentence{.mark = Mark::Warning,
        .what = tr("One of the logs was altered: it proves nothing."),
        .quiet = tr("%1 against %2.").arg(m_file, m_other)};
    if (!m_compared->areComparable())
        return sentence;
    const auto contradictions = comparison.differences.size();
    sentence.mark = contradictions > 0 ? Mark::Fails : Mark::Holds;
    sentence.what
        = contradictions > 0 ? tr("%n contradiction(s):", nullptr, int(contradictions)) : tr("Nothing contradicts:");
    sentence.why = tr("%1 things are in both logs, %2 in one of them.")
                       .arg(formatCount(comparison.inBoth), formatCount(comparison.onlyInOne));
    if (comparison.sameStart > 0)
        sentence.quiet += u' '
            + tr("The first %1 entries are the same: one log was copied from the other.")
                  .arg(formatCount(comparison.sameStart));
    return sentence;
}

Sentence EvidencePage::logSentence() const
{
    const auto &book = m_model.book();
    const auto &reading = book.reading;
    if (m_file.isEmpty())
        return {.what = tr("No evidence log is kept here.")};
    if (m_problem)
        return {.mark = Mark::Warning, .what = m_problem->sentence, .quiet = m_problem->where};
    if (!isRead())
        return {.mark = Mark::Running, .what = tr("Reading the log …")};
    Sentence sentence{.quiet = m_file};
    sentence.mark = reading.holds() ? Mark::Holds : reading.isOnlyTorn() ? Mark::Warning : Mark::Fails;
    sentence.what = reading.lines == 0 ? tr("The log is empty.")
        : reading.holds() ? tr("All %1 entries are there, unaltered and in order.").arg(formatCount(reading.entries))
        : reading.isOnlyTorn() ? tr("The last line was cut off while it was written; everything before it holds.")
                               : tr("The log was altered: %n fault(s).", nullptr, int(reading.faults.size()));
    if (book.leftOut > 0)
        sentence.quiet += u' ' + tr("The newest %1 are listed.").arg(formatCount(qint64(book.entries.size())));
    if (m_working > 0)
        sentence.quiet = tr("Reading …") + u' ' + sentence.quiet;
    return sentence;
}

QList<DetailRow> EvidencePage::faultRows() const
{
    QList<DetailRow> rows;
    if (m_compared || !isRead())
        return rows;
    const auto &reading = m_model.book().reading;
    for (const auto &fault : reading.faults | std::views::take(mostFaults))
        rows << DetailRow{.text = tr("Line %1: %2").arg(formatCount(fault.line), fault.sentence), .mark = Mark::Fails};
    for (const auto line : reading.resumed | std::views::take(mostFaults))
        rows << DetailRow{
            .text = tr("Line %1 says that the log was torn or cut before it; the chain goes on behind that.")
                .arg(formatCount(line)),
            .mark = Mark::Warning};
    return rows;
}

bool EvidencePage::isRead() const
{
    return !m_file.isEmpty() && !m_problem && m_model.book().file == m_file && m_model.book().size >= 0;
}

void EvidencePage::say()
{
    auto sentence = m_compared ? comparedSentence() : logSentence();
    if (!m_done.isEmpty())
        sentence.quiet = (m_done + u' ' + sentence.quiet).trimmed();
    m_sentence->setSentence(sentence);
    m_faults->setRows(faultRows());
    m_faults->setVisible(!m_faults->rows().isEmpty());
    showBody();
}

void EvidencePage::showBody()
{
    const bool isRead = this->isRead();
    m_back->setVisible(m_compared || !isOwn());
    m_back->setText(m_compared ? tr("Back to the log") : tr("Back to my log"));
    m_filter->setVisible(!m_compared);
    m_kind->setVisible(!m_compared);
    for (auto *button : {m_export, m_compare, m_copyHead})
        button->setEnabled(isRead && m_model.book().reading.entries > 0);
    m_check->setEnabled(!m_file.isEmpty() && m_working == 0);
    const bool isFiltered = !m_filter->text().isEmpty() || m_kind->currentIndex() > 0;
    if (m_compared) {
        m_empty->setText(tr("What both were served is the same."), tr("Only what is in both logs can be compared."));
        m_stack->setCurrentIndex(m_differences->facts().rowCount() > 0 ? 2 : 0);
        return;
    }
    m_empty->setText(m_file.isEmpty() ? tr("This program keeps no evidence log.")
            : m_problem               ? m_problem->sentence
            : !isRead                 ? tr("Reading the log …")
            : isFiltered              ? tr("No entry passes the filter.")
                                      : tr("Nothing was seen yet."),
        m_file.isEmpty() ? tr("Start it with a profile, or open another person's log.")
            : isFiltered
            ? tr("Clear it with Esc.")
            : tr("Each channel pointer, revision, release page and narinfo that a server tells is written here."));
    m_stack->setCurrentIndex(isRead && m_model.rowCount() > 0 ? 1 : 0);
}

void EvidencePage::showEntry()
{
    const auto *listed = m_model.at(m_list->currentIndex().row());
    m_detailPart->setVisible(listed != nullptr);
    if (!listed)
        return;
    const auto &entry = listed->entry;
    const auto hash = [](const QByteArray &hex) { return QString::fromLatin1(hex); };
    const auto row = [](const QString &label, const QString &text, bool mono = false) {
        return DetailRow{.label = label, .text = text.left(400).simplified(), .whole = text, .mono = mono};
    };
    m_detailName->setText(tr("Entry %1: %2").arg(formatCount(entry.number), narscope::ui::titleOf(entry.seen.kind)));
    QList<DetailRow> rows{row(tr("Of"), entry.seen.subject), row(tr("Said"), entry.seen.value, true),
        row(tr("Asked"), entry.seen.url.toString(QUrl::FullyEncoded), true),
        row(tr("Seen"), formatExactTime(entry.seen.at.count() / 1000))};
    if (!entry.seen.node.isEmpty())
        rows << row(tr("Nodes"), entry.seen.node, true);
    if (!entry.seen.cache.isEmpty())
        rows << row(tr("Had it"), entry.seen.cache);
    rows << row(tr("Answer"), tr("%1, sha256 %2").arg(formatSize(entry.size), hash(entry.sha256)), true)
         << row(tr("Hash"), hash(entry.hash), true);
    auto before = row(tr("After"), hash(entry.previous), true);
    before.mark = listed->follows ? Mark::Holds : Mark::Fails;
    rows << before;
    m_detail->setRows(rows);
    m_text->setVisible(!entry.seen.text.isEmpty());
    const auto text = shown(entry.seen.text);
    if (m_text->toPlainText() != text)
        m_text->setPlainText(text);
}

} // namespace narscope::ui
