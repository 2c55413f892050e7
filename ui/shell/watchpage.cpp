// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/watchpage.h"

#include "ui/shell/settingsparts.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QTimeEdit>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

const watch::QuietHours usualNight{.from = QTime(22, 0), .until = QTime(7, 0)};

QString ruleText(const watch::WatchRule &rule)
{
    QStringList words;
    for (const auto transition : rule.on)
        words << key(transition);
    return rule.target.text() + u"   "_s + words.join(u", "_s);
}

} // namespace

WatchPage::WatchPage(const watch::WatchList &list, QList<HydraAddress> hydras, QWidget *parent)
    : QWidget(parent)
    , m_list(list)
    , m_hydras(std::move(hydras))
    , m_field(new QLineEdit)
    , m_rules(new QListWidget)
    , m_remove(new QPushButton(tr("Remove")))
    , m_said(new TextLabel(TextRole::Quiet))
{
    auto *column = settingsColumn(this);
    m_field->setPlaceholderText(
        tr("A channel, job, jobset, pull request, store path; or package:hello, maintainer:NAME, builder:NAME"));
    auto *addButton = new QPushButton(tr("Watch"));
    auto *top = new QHBoxLayout;
    top->addWidget(m_field, 1);
    top->addWidget(addButton);
    top->addWidget(m_remove);
    column->addLayout(top);
    column->addWidget(m_said);
    column->addWidget(m_rules, 1);
    column->addWidget(quietRow());
    connect(addButton, &QPushButton::clicked, this, &WatchPage::add);
    connect(m_field, &QLineEdit::returnPressed, this, &WatchPage::add);
    connect(m_remove, &QPushButton::clicked, this, &WatchPage::remove);
    addButton->setAutoDefault(false);
    m_remove->setAutoDefault(false);
    fill();
}

QWidget *WatchPage::quietRow()
{
    auto *part = new QWidget;
    auto *row = new QHBoxLayout(part);
    row->setContentsMargins(0, 0, 0, 0);
    auto *quiet = new QCheckBox(tr("No notices between"));
    quiet->setChecked(m_list.quiet.has_value());
    const auto hours = m_list.quiet.value_or(usualNight);
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

void WatchPage::fill()
{
    m_rules->clear();
    for (const auto &rule : std::as_const(m_list.rules))
        m_rules->addItem(ruleText(rule));
    m_remove->setEnabled(!m_list.rules.isEmpty());
    if (m_list.rules.isEmpty())
        m_said->setText(tr("Nothing is watched. Add something above, or press w on it anywhere in the program."));
    else
        m_rules->setCurrentRow(0);
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
    m_list.rules << watch::WatchRule{.target = *target};
    m_field->clear();
    m_said->setText(tr("You are told when %1 breaks or is fixed.").arg(target->text()));
    fill();
    m_rules->setCurrentRow(int(m_list.rules.size()) - 1);
    Q_EMIT chosen(m_list);
}

void WatchPage::remove()
{
    const int row = m_rules->currentRow();
    if (row < 0 || row >= m_list.rules.size())
        return;
    m_said->setText(tr("%1 is not watched any more.").arg(m_list.rules.takeAt(row).target.text()));
    fill();
    Q_EMIT chosen(m_list);
}

} // namespace narscope::ui
