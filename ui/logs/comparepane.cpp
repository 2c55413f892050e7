// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logs/comparepane.h"

#include "log/share.h"

#include "base/format.h"
#include "ui/logs/logview.h"
#include "ui/logs/sideheader.h"
#include "ui/logs/textlinks.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QScrollBar>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int gutterWidth = 18;
constexpr double mostEmphasis = 0.6; ///< of a line

QString aboutOf(const OpenLog &log)
{
    const auto &about = log.about();
    QStringList parts;
    if (!about.title.isEmpty())
        parts << about.title;
    if (about.place.build.value > 0)
        parts << ComparePane::tr("build %1").arg(about.place.build.text());
    if (!about.system.isEmpty())
        parts << about.system;
    if (!about.source.isEmpty())
        parts << ComparePane::tr("from %1").arg(about.source);
    return parts.join(u", "_s);
}

Mark markFor(const OpenLog &log)
{
    if (log.stage() == OpenLog::Stage::Failed)
        return Mark::Warning;
    if (log.stage() != OpenLog::Stage::Complete)
        return Mark::Running;
    return log.about().state == hydra::BuildState::Unknown ? Mark::None : markOf(log.about().state);
}

} // namespace

/// Between the two sides: ≠ + − for each row.
class ComparePane::Gutter final : public QWidget {
public:
    Gutter(LogView &view, const std::shared_ptr<const ComparePlan> &plan)
        : m_view(view)
        , m_plan(plan)
    {
        setFixedWidth(gutterWidth);
        connect(&view, &LogView::viewMoved, this, qOverload<>(&QWidget::update));
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const auto &look = lookOf(this);
        painter.fillRect(rect(), look.window);
        painter.fillRect(QRect(0, 0, 1, height()), look.line);
        painter.fillRect(QRect(width() - 1, 0, 1, height()), look.line);
        if (!m_plan)
            return;
        painter.setFont(monoFont());
        painter.setPen(look.text);
        const auto high = m_view.rowHeight();
        auto top = height() - m_view.viewport()->height(); // under the header, above a scroll bar
        if (m_view.horizontalScrollBar()->isVisible())
            top -= m_view.horizontalScrollBar()->height();
        for (auto row = m_view.topRow(); row < m_plan->count() && top < height(); ++row, top += high)
            painter.drawText(QRect(0, top, width(), high), Qt::AlignCenter, signOf(row));
    }

private:
    [[nodiscard]] QString signOf(qint64 row) const
    {
        const auto right = m_plan->at(row, false).kind;
        if (right == ViewRow::Kind::Changed)
            return u"≠"_s;
        if (right == ViewRow::Kind::Own)
            return u"+"_s;
        return m_plan->at(row, true).kind == ViewRow::Kind::Own ? u"−"_s : QString();
    }

    LogView &m_view;
    const std::shared_ptr<const ComparePlan> &m_plan;
};

ComparePane::ComparePane(LogView &right, Pools &pools, QWidget *parent)
    : QWidget(parent)
    , m_right(right)
    , m_pools(pools)
    , m_left(new LogView(pools.parse))
    , m_gutter(new Gutter(right, m_plan))
    , m_leftHeader(new SideHeader)
    , m_rightHeader(new SideHeader)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    auto *column = new QVBoxLayout;
    column->setSpacing(0);
    column->addWidget(m_leftHeader);
    column->addWidget(m_left, 1);
    row->addLayout(column, 1);
    row->addWidget(m_gutter);
    // Both have their bar always or never, so that both have the same rows in view.
    m_left->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    connect(m_left, &LogView::foldToggled, this, &ComparePane::unfold);
    connect(&m_right, &LogView::foldToggled, this, &ComparePane::unfold);
    connect(m_left, &LogView::failed, this, [this](const Problem &problem) {
        m_problem = problem;
        Q_EMIT changed();
    });
    link();
    hide();
}

ComparePane::~ComparePane()
{
    m_left->setDocument(nullptr);
}

QWidget *ComparePane::rightHeader() const
{
    return m_rightHeader;
}

/// The bars of both sides go together. Values meet at once, so that neither answers the other for ever.
void ComparePane::link()
{
    const auto pair = [this](QScrollBar *from, QScrollBar *to) {
        connect(from, &QScrollBar::valueChanged, this, [this, to](int value) {
            if (m_plan && to->value() != value)
                to->setValue(value);
        });
    };
    pair(m_left->verticalScrollBar(), m_right.verticalScrollBar());
    pair(m_right.verticalScrollBar(), m_left->verticalScrollBar());
    pair(m_left->horizontalScrollBar(), m_right.horizontalScrollBar());
    pair(m_right.horizontalScrollBar(), m_left->horizontalScrollBar());
}

void ComparePane::begin(OpenLog *mine, std::unique_ptr<OpenLog> other, const QString &role)
{
    end();
    m_mine = mine;
    m_other = std::move(other);
    m_role = role;
    connect(m_other.get(), &OpenLog::began, this, [this] { m_left->setDocument(m_other->document()); });
    connect(m_other.get(), &OpenLog::judged, this, [this] { m_left->setErrors(m_other->likelyErrors()); });
    for (auto *log : {m_mine, m_other.get()})
        connect(log, &OpenLog::changed, this, &ComparePane::compareWhenWhole);
    if (m_other->document()) { // an open tab's
        m_left->setDocument(m_other->document());
        m_left->setErrors(m_other->likelyErrors());
    }
    m_right.setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
    m_rightHeader->show();
    show();
    compareWhenWhole();
}

void ComparePane::end()
{
    if (!m_other)
        return;
    if (m_cancelled)
        *m_cancelled = true;
    m_scope.cancelAll();
    m_isComparing = false;
    m_mine->disconnect(this);
    m_left->setDocument(nullptr);
    m_right.setRows(nullptr);
    m_right.setEmphasis({});
    m_right.setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    m_other.reset();
    m_mine = nullptr;
    m_plan.reset();
    m_problem.reset();
    m_unfolded.clear();
    m_rightHeader->hide();
    hide();
}

void ComparePane::sayHeaders()
{
    m_leftHeader->say(markFor(*m_other), m_role, aboutOf(*m_other));
    m_rightHeader->say(markFor(*m_mine), tr("This"), aboutOf(*m_mine));
}

void ComparePane::compareWhenWhole()
{
    if (!m_other)
        return;
    sayHeaders();
    m_problem = m_other->stage() == OpenLog::Stage::Failed ? m_other->problem() : std::nullopt;
    const auto isWhole = [](const OpenLog &log) { return log.document() && log.document()->state()->isComplete; };
    if (!m_plan && !m_isComparing && !m_problem && isWhole(*m_mine) && isWhole(*m_other)) {
        m_isComparing = true;
        m_cancelled = std::make_shared<std::atomic<bool>>(false);
        m_scope.start(compare());
    }
    Q_EMIT changed();
}

Task<void> ComparePane::compare()
{
    auto work
        = [left = m_other->document()->bytes(), leftState = m_other->document()->state(),
              right = m_mine->document()->bytes(), rightState = m_mine->document()->state(), cancelled = m_cancelled] {
              log::standBack();
              return log::alignLogs({*left, leftState->index, leftState->phases},
                  {*right, rightState->index, rightState->phases}, cancelled.get());
          };
    auto aligned = co_await runOn(m_pools.log, std::move(work));
    m_isComparing = false;
    if (aligned) {
        m_plan = std::make_shared<const ComparePlan>(std::move(*aligned), m_shows);
        makePlan(true);
    } else {
        m_problem = aligned.error();
    }
    // Queued: whoever listens may end the comparison, and with it this flow.
    QMetaObject::invokeMethod(this, &ComparePane::changed, Qt::QueuedConnection);
}

void ComparePane::makePlan(bool isNew)
{
    if (!isNew)
        m_plan = std::make_shared<const ComparePlan>(m_plan->alignment(), m_shows, m_unfolded);
    m_left->setRows(std::make_shared<const ComparedRows>(m_plan, true));
    m_right.setRows(std::make_shared<const ComparedRows>(m_plan, false));
    m_left->setEmphasis([this](qint64 row) { return emphasis(row, true); });
    m_right.setEmphasis([this](qint64 row) { return emphasis(row, false); });
    m_left->verticalScrollBar()->setValue(m_right.verticalScrollBar()->value());
    m_gutter->update();
}

std::vector<TextRange> ComparePane::emphasis(qint64 row, bool isLeft) const
{
    const auto *mine = (isLeft ? *m_left : m_right).shownAt(row);
    const auto *theirs = (isLeft ? m_right : *m_left).shownAt(row);
    if (!mine || !theirs)
        return {};
    auto ranges = differentWords(mine->cooked.text, theirs->cooked.text);
    qint32 sum = 0;
    for (const auto &range : ranges)
        sum += range.end - range.begin;
    // Two lines that have little in common: no word of them says more than the others.
    return sum > mine->length() * mostEmphasis ? std::vector<TextRange>{} : ranges;
}

void ComparePane::setShows(ComparePlan::Shows shows)
{
    m_shows = shows;
    m_unfolded.clear();
    if (m_plan)
        makePlan(false);
}

void ComparePane::unfold(qint64 row)
{
    const auto run = m_plan ? m_plan->foldedRun(row) : std::nullopt;
    if (!run)
        return;
    const auto top = m_right.topRow();
    m_unfolded.push_back(*run);
    makePlan(false);
    m_right.scrollToRow(top);
}

qint64 ComparePane::rowHere() const
{
    const auto &view = m_left->hasFocus() ? *m_left : m_right;
    return m_plan->rowOf(view.cursorLine(), &view == m_left);
}

void ComparePane::step(int by)
{
    if (!m_plan || m_plan->differences().empty())
        return;
    const auto &rows = m_plan->differences();
    const auto here = rowHere();
    const auto next = by > 0 ? std::ranges::upper_bound(rows, here) : std::ranges::lower_bound(rows, here);
    const auto row = by > 0 ? (next == rows.end() ? rows.front() : *next)
                            : (next == rows.begin() ? rows.back() : *std::prev(next));
    const bool isOnlyLeft = m_plan->at(row, false).kind == ViewRow::Kind::Missing;
    auto &view = isOnlyLeft ? *m_left : m_right;
    view.setFocus(); // first: where one is, is told by the side that has it
    view.goTo(m_plan->at(row, isOnlyLeft).line);
}

QString ComparePane::count() const
{
    if (!m_plan)
        return {};
    const auto &rows = m_plan->differences();
    const auto past = std::ranges::upper_bound(rows, rowHere()) - rows.begin();
    if (rows.empty())
        return tr("no differences");
    return past == 0 ? tr("%1 differences").arg(formatCount(qint64(rows.size())))
                     : tr("difference %1 of %2").arg(formatCount(past), formatCount(qint64(rows.size())));
}

std::vector<log::Line> ComparePane::differentLines() const
{
    std::vector<log::Line> lines;
    if (m_plan) {
        for (const auto row : m_plan->differences())
            lines.push_back(m_plan->at(row, false).line);
    }
    return lines;
}

/// What an error is in the good log counts even where it is not likely to be one.
QString ComparePane::newErrorText() const
{
    std::vector<log::Line> mine;
    for (const auto &error : m_mine->likelyErrors())
        mine.push_back(error.line);
    std::vector<log::Line> others;
    for (const auto &error : m_other->errors().findings)
        others.push_back(error.line);
    std::ranges::sort(others);
    const auto error = m_plan->alignment().firstNewError(mine, others);
    if (!error)
        return {};
    const auto number = formatCount(error->line.value + 1);
    return u' '
        + (error->isChanged ? tr("Line %1 changed, and is an error now.").arg(number)
                            : tr("The first new error is at line %1.").arg(number));
}

Sentence ComparePane::sentence() const
{
    if (m_problem)
        return {.mark = Mark::Warning,
            .what = tr("%1 cannot be compared:").arg(m_role),
            .why = m_problem->sentence,
            .quiet = (m_problem->where + u' ' + m_problem->advice).simplified()};
    if (!m_plan)
        return {.mark = Mark::Running, .what = tr("Comparing with %1 …").arg(m_role), .why = {}, .quiet = {}};
    const auto &alignment = m_plan->alignment();
    const auto changedLines = alignment.changedLines();
    const auto fresh = alignment.linesOnlyIn(log::AlignedRun::Kind::OnlyRight);
    const auto gone = alignment.linesOnlyIn(log::AlignedRun::Kind::OnlyLeft);
    Sentence sentence{.mark = markFor(*m_mine),
        .what = tr("What changed:"),
        .why = {},
        .quiet = tr("Hashes, times, /build paths and the order of parallel lines are not compared.")};
    if (changedLines + fresh + gone == 0)
        sentence.why = tr("nothing; both logs say the same.");
    else
        sentence.why
            = (changedLines == 1 ? tr("%1 line changed, %2 new, %3 gone.") : tr("%1 lines changed, %2 new, %3 gone."))
                  .arg(formatCount(changedLines), formatCount(fresh), formatCount(gone));
    sentence.why += newErrorText();
    if (alignment.isCut)
        sentence.quiet = tr("The logs differ too much: only their beginnings are compared. ") + sentence.quiet;
    return sentence;
}

} // namespace narscope::ui
