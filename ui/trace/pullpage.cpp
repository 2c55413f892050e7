// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/pullpage.h"

#include "ui/trace/factlist.h"
#include "ui/trace/pageparts.h"
#include "ui/widgets/browser.h"
#include "ui/widgets/emptystate.h"
#include "ui/widgets/flatlist.h"
#include "ui/widgets/plainview.h"
#include "ui/widgets/problembanner.h"
#include "ui/widgets/style.h"
#include "ui/widgets/textlabel.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int emptyPage = int(PullPage::View::About) + 1;
constexpr qsizetype mostMissing = 4;

} // namespace

PullPage::PullPage(QWidget *parent)
    : QWidget(parent)
    , m_sentence(new SentenceRow)
    , m_missing(new DetailRows)
    , m_banner(new ProblemBanner)
    , m_views(new QButtonGroup(this))
    , m_reviews(new FactList(reviewHeaders(), {240, 160, 120, 100}, 4))
    , m_backports(new FactList(backportHeaders(), {200, 260, 110}, 3))
    , m_stack(new QStackedWidget)
    , m_empty(new EmptyState)
{
    auto *column = pageColumn(*this, {headRow(), m_sentence, m_missing});
    column->setContentsMargins(0, 8, 0, 0);
    m_missing->setLabelWidth(0);
    column->addWidget(m_banner);
    column->addWidget(viewRow());
    m_stack->addWidget(checksPart());
    m_stack->addWidget(changesPart());
    m_stack->addWidget(m_reviews);
    m_stack->addWidget(m_backports);
    m_stack->addWidget(aboutPart());
    m_stack->addWidget(m_empty);
    column->addWidget(m_stack, 1);
    setFocusProxy(m_checks);
    makeKeys();
    connectParts();
    showView(View::Checks);
}

QWidget *PullPage::headRow()
{
    auto *part = new QWidget;
    auto *row = new QHBoxLayout(part);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    auto *back = new LinkLabel(tr("All traces"));
    m_id = new TextLabel(TextRole::Quiet);
    m_title = new TextLabel(TextRole::Bold);
    m_state = new TextLabel(TextRole::Quiet);
    m_again = new QPushButton(tr("Ask again"));
    m_again->setToolTip(tr("Asks GitHub and OfBorg now (F5)"));
    m_openPage = new QPushButton(tr("Open at GitHub"));
    auto *trace = new QPushButton(tr("Trace"));
    trace->setToolTip(tr("Its way to the channels"));
    row->addWidget(back);
    row->addSpacing(8);
    row->addWidget(m_id);
    row->addWidget(m_title);
    row->addWidget(m_state, 1);
    for (auto *button : {m_again, m_openPage, trace})
        row->addWidget(button);
    connect(back, &LinkLabel::activated, this, &PullPage::backRequested);
    connect(trace, &QPushButton::clicked, this, &PullPage::traceRequested);
    connect(m_again, &QPushButton::clicked, this, &PullPage::refreshRequested);
    connect(m_openPage, &QPushButton::clicked, this, [this] {
        if (m_news.report)
            openInBrowser(m_news.report->pull.page);
    });
    return part;
}

QWidget *PullPage::viewRow()
{
    auto *part = new QWidget;
    auto *row = new QHBoxLayout(part);
    row->setContentsMargins(metric::margin, 0, metric::margin, 0);
    row->setSpacing(4);
    int id = 0;
    for (const auto &title : {tr("Checks"), tr("Changes"), tr("Reviews"), tr("Backports"), tr("About")}) {
        auto *button = new QPushButton(title);
        button->setCheckable(true);
        button->setToolTip(tr("Key %1").arg(id + 1));
        m_views->addButton(button, id++);
        row->addWidget(button);
    }
    row->addSpacing(8);
    m_filter = filterField(tr("Filter …"));
    m_onlyOpen = new QCheckBox(tr("Only what failed or is not over"));
    row->addWidget(m_filter, 1);
    row->addWidget(m_onlyOpen);
    row->addStretch();
    return part;
}

QWidget *PullPage::checksPart()
{
    m_checks = new FactList(checkHeaders(), {360, 300, 80, 110, 150}, 0);
    m_checks->setAccessibleName(tr("Checks"));
    m_checks->header()->resizeSection(0, 360);
    return listOverDetail(m_checks, detailPart(), 460, 170);
}

QWidget *PullPage::detailPart()
{
    m_detailPart = new QWidget;
    auto *column = detailColumn(*m_detailPart);
    m_detailMark = new MarkLabel;
    m_detailName = new TextLabel(TextRole::Bold);
    m_detailLog = new QPushButton(tr("Whole log"));
    m_detailPage = new QPushButton(tr("Open page"));
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_detailMark);
    row->addWidget(m_detailName, 1);
    row->addWidget(m_detailLog);
    row->addWidget(m_detailPage);
    column->addLayout(row);
    m_detailRows = new DetailRows;
    m_text = plainView(tr("The last lines of its log"));
    column->addLayout(rowsBesideText(m_detailRows, m_text, 1, 1), 1);
    connect(m_detailLog, &QPushButton::clicked, this, [this] { Q_EMIT logRequested(m_detail.log); });
    connect(m_detailPage, &QPushButton::clicked, this, [this] { openInBrowser(m_detail.page); });
    return m_detailPart;
}

QWidget *PullPage::changesPart()
{
    auto *part = new QWidget;
    auto *column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    m_sums = new FactList(rebuildHeaders(), {240, 120, 120, 120, 120}, 0);
    m_sums->setFocusPolicy(Qt::NoFocus);
    m_sums->setSelectionMode(QAbstractItemView::NoSelection);
    m_sums->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_sums->header()->setSectionResizeMode(0, QHeaderView::Fixed);
    m_source = new TextLabel(TextRole::Quiet);
    m_changeView = flatList(m_changes, {360, 100, 150, 150, 150, 150});
    m_changeView->setAccessibleName(tr("Attributes"));
    column->addWidget(m_sums);
    auto *source = new QHBoxLayout;
    source->setContentsMargins(metric::cellPadding, 0, metric::margin, 6);
    source->addWidget(m_source);
    column->addLayout(source);
    column->addWidget(m_changeView, 1);
    return part;
}

QWidget *PullPage::aboutPart()
{
    m_about = new DetailRows;
    m_about->setLabelWidth(110);
    auto *content = new QWidget;
    content->setBackgroundRole(QPalette::Base);
    content->setAutoFillBackground(true);
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(metric::margin, 8, metric::margin, 8);
    column->addWidget(m_about);
    column->addStretch(1);
    auto *area = new QScrollArea;
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setWidget(content);
    return area;
}

void PullPage::makeKeys()
{
    for (int i = 0; i <= int(View::About); ++i) {
        auto *shortcut = new QShortcut(QKeySequence(Qt::Key_1 + i), this);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, [this, i] { showView(View(i)); });
    }
}

void PullPage::connectParts()
{
    connect(m_views, &QButtonGroup::idClicked, this, [this](int id) { showView(View(id)); });
    connect(m_filter, &QLineEdit::textChanged, this, &PullPage::filterChanged);
    connect(m_onlyOpen, &QCheckBox::toggled, this, &PullPage::filterChanged);
    connect(m_banner, &ProblemBanner::retryRequested, this, &PullPage::refreshRequested);
    connect(m_empty, &EmptyState::actionRequested, this, &PullPage::refreshRequested);
    connect(m_checks, &FactList::currentRowChanged, this, &PullPage::showDetail);
    connect(m_checks, &FactList::activatedRow, this, [this] { openInBrowser(m_detail.page); });
    for (auto *list : {m_checks, m_reviews, m_backports}) {
        connect(list, &FactList::openRequested, this, &PullPage::openRequested);
        connect(list, &FactList::menuRequested, this, &PullPage::menuRequested);
    }
    connect(m_reviews, &FactList::activatedRow, this, [this] {
        if (const auto *row = m_reviews->current())
            openInBrowser(QUrl(row->copy, QUrl::StrictMode));
    });
    connect(m_about, &DetailRows::openRequested, this, &PullPage::openRequested);
}

void PullPage::begin(PullRequestNr number)
{
    if (m_news.number == number)
        return;
    m_news = {.number = number};
    m_filter->clear();
    m_onlyOpen->setChecked(false);
    fill(m_now);
}

void PullPage::setNews(const watch::PullNews &news, qint64 now)
{
    if (news.number != m_news.number)
        return;
    m_news = news;
    fill(now);
}

void PullPage::tick(qint64 now)
{
    if (m_news.report)
        say(now);
}

void PullPage::fill(qint64 now)
{
    m_now = now;
    say(now);
    m_again->setEnabled(!m_news.asked.isRunning);
    const bool isKnown = m_news.report.has_value();
    const auto report = m_news.report.value_or(watch::PullReport{});
    m_openPage->setEnabled(isKnown && mayOpen(report.pull.page));
    const auto missing = isKnown ? missingOf(report) : QList<DetailRow>();
    m_missing->setRows(missing.first(std::min(mostMissing, missing.size())));
    m_missing->setVisible(!missing.isEmpty());
    m_checks->setRows(isKnown ? checkRows(report, now) : FactRows());
    m_reviews->setRows(reviewRows(report, now));
    m_backports->setRows(backportRows(report, now));
    m_about->setRows(isKnown ? aboutRows(report, now) : QList<DetailRow>());
    m_sums->setRows(rebuildRows(report, m_news.changes.get()));
    m_sums->setFixedHeight(metric::headerRow + m_sums->facts().rowCount() * rowHeightOf(m_sums));
    m_source->setText(rebuildSource(m_news));
    m_changes.setTable(m_news.changes);
    m_changeView->setVisible(m_news.changes != nullptr);
    sayCounts();
    showView(view());
    if (isKnown)
        m_checks->selectTelling();
}

void PullPage::say(qint64 now)
{
    m_id->setText(u'#' + m_news.number.text());
    const bool isKnown = m_news.report.has_value();
    m_title->setText(isKnown ? m_news.report->pull.title.simplified() : QString());
    m_state->setText(isKnown ? stateOf(m_news.report->pull, now) : QString());
    m_sentence->setSentence(sentenceOf(m_news, now));
    const auto trouble = m_news.problem ? m_news.problem
        : isKnown && !m_news.report->problems.isEmpty()
        ? std::optional(m_news.report->problems.front()) // a part could not be asked
        : std::nullopt;
    if (trouble && isKnown)
        m_banner->setProblem(*trouble, std::chrono::seconds(std::max<qint64>(0, now - m_news.asked.at)));
    else
        m_banner->clear();
}

void PullPage::sayCounts()
{
    const auto title = [this](View view, const QString &name, qsizetype count) {
        m_views->button(int(view))->setText(count > 0 ? u"%1 %2"_s.arg(name).arg(count) : name);
    };
    const auto report = m_news.report.value_or(watch::PullReport{});
    title(View::Checks, tr("Checks"), report.checks.size());
    title(View::Changes, tr("Changes"), m_news.changes ? m_news.changes->attributes.size() : 0);
    title(View::Reviews, tr("Reviews"), report.opinions.size());
    title(View::Backports, tr("Backports"), m_backports->facts().rowCount());
}

PullPage::View PullPage::view() const
{
    return View(std::max(0, m_views->checkedId()));
}

void PullPage::showView(View view)
{
    m_views->button(int(view))->setChecked(true);
    const bool isFiltered = !m_filter->text().isEmpty() || m_onlyOpen->isChecked();
    QString why;
    QString what;
    if (!m_news.report) {
        why = m_news.problem ? m_news.problem->sentence : tr("Asking GitHub and OfBorg …");
        what = m_news.problem ? m_news.problem->advice : QString();
    } else if (view == View::Checks && m_checks->facts().rowCount() == 0) {
        why = isFiltered ? tr("No check passes the filter.") : tr("No check has been told of.");
        what = isFiltered ? tr("Clear it with Esc.") : QString();
    } else if (view == View::Reviews && m_reviews->facts().rowCount() == 0) {
        why = isFiltered ? tr("No reviewer passes the filter.") : tr("Nobody has reviewed it, and nobody was asked.");
    } else if (view == View::Backports && m_backports->facts().rowCount() == 0) {
        why = isFiltered ? tr("No backport passes the filter.") : tr("It has no backports, and no label asks for one.");
    }
    m_empty->setText(why, what);
    m_empty->setAction(m_news.problem && !m_news.report ? tr("Ask again") : QString());
    m_onlyOpen->setVisible(view == View::Checks);
    m_filter->setVisible(view != View::About);
    m_stack->setCurrentIndex(why.isEmpty() ? int(view) : emptyPage);
}

void PullPage::filterChanged()
{
    const auto text = m_filter->text().trimmed();
    m_checks->setOnlyOpen(m_onlyOpen->isChecked());
    for (auto *list : {m_checks, m_reviews, m_backports})
        list->setFilter(text);
    m_changes.setFilter(text);
    showView(view());
}

FactList *PullPage::currentList() const
{
    return view() == View::Checks   ? m_checks
        : view() == View::Reviews   ? m_reviews
        : view() == View::Backports ? m_backports
                                    : nullptr;
}

void PullPage::next(int by)
{
    if (auto *list = currentList())
        list->next(by);
}

void PullPage::focusFilter()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
}

bool PullPage::leaveFilter()
{
    if (m_filter->text().isEmpty() && !m_onlyOpen->isChecked())
        return false;
    m_filter->clear();
    m_onlyOpen->setChecked(false);
    return true;
}

std::optional<Subject> PullPage::pointedAt() const
{
    const auto *list = currentList();
    const auto *row = list ? list->current() : nullptr;
    return row && row->subject ? row->subject : std::optional(Subject::ofPullRequest(m_news.number));
}

void PullPage::showDetail()
{
    const auto *row = m_checks->current();
    m_detailPart->setVisible(row && m_news.report);
    if (!row || !m_news.report)
        return;
    const auto detail = checkDetail(*m_news.report, row->key, m_now);
    if (detail == m_detail)
        return;
    m_detail = detail;
    m_detailMark->setMark(m_detail.mark);
    m_detailName->setText(m_detail.name);
    m_detailRows->setRows(m_detail.rows);
    m_detailPage->setVisible(mayOpen(m_detail.page));
    m_detailPage->setToolTip(plainTip(m_detail.page.toDisplayString()));
    m_detailLog->setVisible(!m_detail.log.isEmpty());
    m_text->setVisible(!m_detail.text.isEmpty());
    m_text->setPlainText(m_detail.text);
}

} // namespace narscope::ui
