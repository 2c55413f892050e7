// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/watchpage.h"

#include "base/format.h"
#include "ui/shell/settingsparts.h"

#include <QCheckBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTableWidget>
#include <QTimeEdit>

#include <algorithm>
#include <functional>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr qint64 hour = 3600;
constexpr qint64 day = 24 * hour;

constexpr int mostWide = 360; ///< px: a store path leaves room for how it stands

enum Column { What, State, FirstTransition, Sound = FirstTransition + watch::transitions, Columns };

QString titleOf(watch::Transition transition)
{
    const auto word = key(transition);
    return word.first(1).toUpper() + word.sliced(1);
}

QString wordOf(const watch::WatchTarget &target, std::optional<bool> isGood)
{
    if (target.kind != watch::WatchKind::PullRequest)
        return !isGood ? WatchPage::tr("not known") : *isGood ? WatchPage::tr("is well") : WatchPage::tr("fails");
    if (!target.branch.isEmpty())
        return isGood == true ? WatchPage::tr("has arrived") : WatchPage::tr("has not arrived yet");
    return !isGood ? WatchPage::tr("open") : *isGood ? WatchPage::tr("merged") : WatchPage::tr("closed");
}

/// «2 of 4 fail; known until 24 Nov 09:12».
QString stateText(const watch::WatchTarget &target, const QList<watch::Standing> &standings)
{
    if (standings.isEmpty())
        return WatchPage::tr("not looked at yet");
    const auto bad = std::ranges::count_if(standings, [](const watch::Standing &one) { return one.isGood == false; });
    QStringList parts;
    if (standings.size() > 1)
        parts << WatchPage::tr("%1 of %2 fail").arg(bad).arg(standings.size());
    else
        parts << wordOf(target, standings.first().isGood);
    const bool hasRuns = target.kind != watch::WatchKind::PullRequest;
    if (hasRuns && std::ranges::any_of(standings, &watch::Standing::isRunning))
        parts << WatchPage::tr("a run is under way");
    const auto known = std::ranges::max(standings, {}, &watch::Standing::acknowledgedUntil).acknowledgedUntil;
    const auto later = std::ranges::max(standings, {}, &watch::Standing::snoozedUntil).snoozedUntil;
    if (known > 0)
        parts << WatchPage::tr("known until %1").arg(formatExactTime(known));
    if (later > 0)
        parts << WatchPage::tr("silent until %1").arg(formatExactTime(later));
    return parts.join(u"; "_s);
}

QTableWidgetItem *checkItem(bool isOn, const QString &name)
{
    auto *item = new QTableWidgetItem;
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
    item->setCheckState(isOn ? Qt::Checked : Qt::Unchecked);
    item->setData(Qt::AccessibleTextRole, name);
    return item;
}

} // namespace

WatchPage::WatchPage(const watch::WatchList &list, QList<HydraAddress> hydras, QWidget *parent)
    : QWidget(parent)
    , m_list(list)
    , m_hydras(std::move(hydras))
    , m_field(new QLineEdit)
    , m_table(new QTableWidget(0, Columns))
    , m_said(new TextLabel(TextRole::Quiet))
{
    auto *column = settingsColumn(this);
    m_field->setObjectName(u"watch"_s);
    m_field->setPlaceholderText(
        tr("A channel, job, jobset, pull request, store path; or package:hello, maintainer:NAME, builder:NAME"));
    auto *addButton = new QPushButton(tr("Watch"));
    addButton->setAutoDefault(false);
    auto *top = new QHBoxLayout;
    top->addWidget(m_field, 1);
    top->addWidget(addButton);
    column->addLayout(top);
    column->addWidget(m_said);
    QStringList titles{tr("What"), tr("How it stands")};
    for (int i = 0; i < watch::transitions; ++i)
        titles << titleOf(watch::Transition(i));
    m_table->setHorizontalHeaderLabels(titles << tr("Sound"));
    m_table->setObjectName(u"rules"_s);
    m_table->verticalHeader()->hide();
    m_table->setShowGrid(false);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTabKeyNavigation(false);
    auto *header = m_table->horizontalHeader();
    header->setSectionResizeMode(QHeaderView::ResizeToContents);
    header->setSectionResizeMode(State, QHeaderView::Stretch);
    header->setMaximumSectionSize(mostWide);
    header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    header->setHighlightSections(false);
    column->addWidget(m_table, 1);
    column->addWidget(buttonRow());
    column->addWidget(quietRow());
    connect(addButton, &QPushButton::clicked, this, &WatchPage::add);
    connect(m_field, &QLineEdit::returnPressed, this, &WatchPage::add);
    connect(m_table, &QTableWidget::itemChanged, this, [this](QTableWidgetItem *item) { takeItem(*item); });
    connect(m_table, &QTableWidget::currentCellChanged, this, &WatchPage::showButtons);
    fill();
}

QPushButton *WatchPage::spanButton(
    const QString &title, const QString &tip, const QString &end, const std::function<void(qint64)> &take)
{
    auto *button = new QPushButton(title);
    button->setToolTip(tip);
    button->setAutoDefault(false);
    auto *menu = new QMenu(button);
    const std::pair<QString, qint64> spans[]{{tr("for 1 hour"), hour}, {tr("for 1 day"), day},
        {tr("for 3 days"), 3 * day}, {tr("for 14 days"), 14 * day}, {end, 0}};
    for (const auto &span : spans)
        menu->addAction(span.first, this, [take, seconds = span.second] { take(seconds); });
    button->setMenu(menu);
    return button;
}

QWidget *WatchPage::buttonRow()
{
    auto *part = new QWidget;
    auto *row = new QHBoxLayout(part);
    row->setContentsMargins(0, 0, 0, 0);
    m_remove = new QPushButton(tr("Remove"));
    m_undo = new QPushButton(tr("Undo"));
    m_later = spanButton(tr("Tell later"), tr("Nothing is told of it meanwhile; what changed is told after."),
        tr("Tell again"), [this](qint64 seconds) {
            if (const auto *rule = currentRule())
                Q_EMIT snoozeChosen(rule->target, seconds);
        });
    m_known = spanButton(tr("Known"), tr("That it fails is known: told again when it is fixed, or still fails then."),
        tr("No longer"), [this](qint64 seconds) { acknowledge(seconds); });
    for (auto *button : {m_remove, m_undo, m_later, m_known}) {
        button->setAutoDefault(false);
        row->addWidget(button);
    }
    row->addStretch();
    connect(m_remove, &QPushButton::clicked, this, &WatchPage::remove);
    connect(m_undo, &QPushButton::clicked, this, &WatchPage::undo);
    return part;
}

QWidget *WatchPage::quietRow()
{
    auto *part = new QWidget;
    auto *row = new QHBoxLayout(part);
    row->setContentsMargins(0, 0, 0, 0);
    auto *quiet = new QCheckBox(tr("No notices between"));
    quiet->setChecked(m_list.quiet.has_value());
    const auto hours = m_list.quiet.value_or(watch::QuietHours{.from = QTime(22, 0), .until = QTime(7, 0)});
    auto *from = new QTimeEdit(hours.from);
    auto *until = new QTimeEdit(hours.until);
    for (auto *time : {from, until})
        time->setDisplayFormat(u"HH:mm"_s);
    from->setAccessibleName(tr("Quiet from"));
    until->setAccessibleName(tr("Quiet until"));
    row->addWidget(quiet);
    row->addWidget(from);
    row->addWidget(textLabel(tr("and"), TextRole::Data));
    row->addWidget(until);
    row->addWidget(textLabel(tr("What happens meanwhile is told after, in one notice."), TextRole::Quiet), 1);
    const auto take = [this, quiet, from, until] {
        m_list.quiet = quiet->isChecked()
            ? std::optional(watch::QuietHours{.from = from->time(), .until = until->time()})
            : std::nullopt;
        from->setEnabled(quiet->isChecked());
        until->setEnabled(quiet->isChecked());
        Q_EMIT chosen(m_list);
    };
    from->setEnabled(quiet->isChecked());
    until->setEnabled(quiet->isChecked());
    connect(quiet, &QCheckBox::toggled, this, take);
    connect(from, &QTimeEdit::editingFinished, this, take);
    connect(until, &QTimeEdit::editingFinished, this, take);
    return part;
}

void WatchPage::setList(const watch::WatchList &list)
{
    if (list == m_list)
        return;
    const bool isSameRules = list.rules == m_list.rules;
    m_list = list;
    if (!isSameRules)
        fill();
}

void WatchPage::setStandings(const QList<watch::Standing> &standings)
{
    m_standings = standings;
    for (int row = 0; row < m_table->rowCount(); ++row)
        showStanding(row);
}

QList<watch::Standing> WatchPage::standingsOf(const watch::WatchTarget &target) const
{
    QList<watch::Standing> found;
    std::ranges::copy_if(
        m_standings, std::back_inserter(found), [&target](const watch::Standing &one) { return one.target == target; });
    return found;
}

void WatchPage::fill()
{
    const int current = m_table->currentRow();
    {
        const QSignalBlocker quiet(m_table);
        m_table->setRowCount(int(m_list.rules.size()));
        for (int row = 0; row < m_table->rowCount(); ++row)
            fillRow(row);
    }
    if (m_list.rules.isEmpty())
        m_said->setText(tr("Nothing is watched. Add something above, or press w on it anywhere in the program."));
    else
        m_table->setCurrentCell(std::clamp(current, 0, m_table->rowCount() - 1), What);
    showButtons();
}

void WatchPage::fillRow(int row)
{
    const auto &rule = m_list.rules[row];
    m_table->setItem(row, What, textItem(rule.target.text()));
    for (int i = 0; i < watch::transitions; ++i) {
        const auto transition = watch::Transition(i);
        m_table->setItem(row, FirstTransition + i, checkItem(rule.wants(transition), titleOf(transition)));
    }
    m_table->setItem(row, Sound, checkItem(rule.sound, tr("Sound")));
    showStanding(row);
}

void WatchPage::showStanding(int row)
{
    const QSignalBlocker quiet(m_table);
    const auto &target = m_list.rules[row].target;
    m_table->setItem(row, State, textItem(stateText(target, standingsOf(target))));
}

void WatchPage::takeItem(const QTableWidgetItem &item)
{
    if (item.row() >= m_list.rules.size() || item.column() < FirstTransition)
        return;
    auto &rule = m_list.rules[item.row()];
    const bool isOn = item.checkState() == Qt::Checked;
    if (item.column() == Sound) {
        rule.sound = isOn;
    } else {
        const auto transition = watch::Transition(item.column() - FirstTransition);
        rule.on.removeAll(transition);
        if (isOn)
            rule.on << transition;
        std::ranges::sort(rule.on);
    }
    Q_EMIT chosen(m_list);
}

const watch::WatchRule *WatchPage::currentRule() const
{
    const int row = m_table->currentRow();
    return row >= 0 && row < m_list.rules.size() ? &m_list.rules[row] : nullptr;
}

void WatchPage::showButtons()
{
    const auto *rule = currentRule();
    m_remove->setEnabled(rule);
    m_undo->setEnabled(!m_removed.isEmpty());
    m_later->setEnabled(rule);
    m_known->setEnabled(rule);
}

void WatchPage::add()
{
    const auto target = watch::readTarget(m_field->text(), m_hydras);
    if (!target) {
        m_said->setText(target.error().sentence + u' ' + target.error().advice);
        return;
    }
    if (m_list.find(*target)) {
        m_said->setText(tr("%1 is watched already.").arg(target->text()));
        return;
    }
    m_list.rules << watch::usualRule(*target);
    m_field->clear();
    fill();
    m_said->setText(watch::promise(*target));
    m_table->setCurrentCell(m_table->rowCount() - 1, What);
    Q_EMIT chosen(m_list);
}

void WatchPage::remove()
{
    const int row = m_table->currentRow();
    if (!currentRule())
        return;
    m_removed << m_list.rules.takeAt(row);
    fill();
    m_said->setText(tr("%1 is not watched any more.").arg(m_removed.last().target.text()));
    Q_EMIT chosen(m_list);
}

void WatchPage::undo()
{
    if (m_removed.isEmpty())
        return;
    const auto rule = m_removed.takeLast();
    if (!m_list.find(rule.target))
        m_list.rules << rule;
    fill();
    m_said->setText(tr("%1 is watched again.").arg(rule.target.text()));
    m_table->setCurrentCell(m_table->rowCount() - 1, What);
    Q_EMIT chosen(m_list);
}

void WatchPage::acknowledge(qint64 seconds)
{
    const auto *rule = currentRule();
    if (!rule)
        return;
    int failing = 0;
    const auto standings = standingsOf(rule->target);
    for (const auto &one : standings) {
        if (one.isGood == false) {
            ++failing;
            Q_EMIT acknowledgeChosen(one.item, seconds);
        }
    }
    m_said->setText(failing == 0 ? tr("%1 does not fail now.").arg(rule->target.text()) : QString());
}

} // namespace narscope::ui
