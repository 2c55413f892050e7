// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logs/findbar.h"

#include "ui/widgets/textlabel.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int fieldWidth = 240;
constexpr int smallestField = 120;
constexpr int countWidth = 130;

} // namespace

FindBar::FindBar(QWidget *parent)
    : QWidget(parent)
    , m_row(new QHBoxLayout(this))
    , m_field(new QLineEdit)
    , m_count(new TextLabel(TextRole::Quiet))
{
    setFixedHeight(metric::toolbar);
    m_row->setContentsMargins(metric::cellPadding, 0, metric::margin, 0);
    m_row->setSpacing(4);
    m_field->setPlaceholderText(tr("Find in this log"));
    m_field->setClearButtonEnabled(true);
    m_field->setMinimumWidth(smallestField);
    m_field->setMaximumWidth(fieldWidth);
    m_row->addWidget(m_field, 1);
    m_case = add(u"Aa"_s, tr("Capital and small letters differ"), true);
    m_word = add(u"W"_s, tr("Whole words"), true);
    m_regex = add(u".*"_s, tr("Regular expression"), true);
    m_row->addSpacing(metric::cellPadding);
    auto *previous = add(u"▲"_s, tr("Previous (Shift+N)"), false);
    auto *next = add(u"▼"_s, tr("Next (N)"), false);
    m_count->setFixedWidth(countWidth);
    m_row->addWidget(m_count);
    m_onlyMatches = add(tr("Only matches"), tr("Show only the lines found"), true);
    m_around = add(u"± 3"_s, tr("And the three lines before and behind each"), true);
    m_around->hide();
    connect(m_onlyMatches, &QPushButton::toggled, m_around, &QWidget::setVisible);
    m_wrap = add(tr("Wrap"), tr("Long lines go on in the next row (Z)"), true);
    m_follow = add(tr("Follow"), tr("Keep the end in view while the log grows (F)"), true);
    m_phases = add(tr("Phases"), tr("Phases and errors at the left"), true);
    m_row->addStretch(1);
    m_stop = add(tr("Stop"), tr("Ask for no more of this log"), false);
    m_differences = add(tr("Only differences"), tr("Fold what both logs have (A)"), true);
    m_differences->setChecked(true);
    m_differences->hide();
    m_compare = add(tr("Compare …"), tr("Beside another log, with what differs marked (D)"), false);
    m_openOther = add(tr("Open …"), tr("Another log: build, derivation, address or file (Ctrl+O)"), false);
    m_more = add(u"⋯"_s, tr("More: save, fold, bookmarks, definitions, a window of its own"), false);
    m_phases->setChecked(true);
    connect(m_field, &QLineEdit::textChanged, this, &FindBar::queryChanged);
    for (auto *button : {m_case, m_word, m_regex})
        connect(button, &QPushButton::toggled, this, &FindBar::queryChanged);
    connect(previous, &QPushButton::clicked, this, [this] { Q_EMIT stepped(-1); });
    connect(next, &QPushButton::clicked, this, [this] { Q_EMIT stepped(1); });
}

QPushButton *FindBar::add(const QString &text, const QString &tip, bool isToggle)
{
    auto *button = new QPushButton(text);
    button->setCheckable(isToggle);
    button->setToolTip(plainTip(tip));
    button->setAccessibleName(tip);
    button->setFocusPolicy(Qt::TabFocus);
    m_row->addWidget(button);
    return button;
}

log::Query FindBar::query() const
{
    if (m_field->text().isEmpty())
        return {};
    return log::Query::of({.text = m_field->text(),
        .isRegex = m_regex->isChecked(),
        .matchCase = m_case->isChecked(),
        .wholeWord = m_word->isChecked()});
}

QString FindBar::count() const
{
    return m_count->text();
}

void FindBar::setCount(const QString &text, const QString &tip)
{
    m_count->setText(text);
    m_count->setToolTip(tip.isEmpty() ? QString() : plainTip(tip));
}

void FindBar::clear()
{
    m_field->clear();
    m_onlyMatches->setChecked(false);
}

} // namespace narscope::ui
