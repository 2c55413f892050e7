// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/historypage.h"

#include "base/format.h"
#include "ui/shell/settingsparts.h"

#include <QSpinBox>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int mostDays = 36'500;
constexpr int mostGigabytes = 10'000;

} // namespace

history::Retention retentionOf(const settings::Keeping &keeping)
{
    history::Retention policy;
    policy.builds = keeping.buildDays;
    policy.samples = keeping.sampleDays;
    policy.logs = keeping.logDays;
    policy.largest = qint64(keeping.gigabytes) << 30;
    return policy;
}

QString sizeText(const history::HistorySize &size, qint64 now)
{
    auto text = HistoryPage::tr("It takes %1 now").arg(formatSize(size.bytes));
    const auto largest = std::ranges::max_element(size.kinds, {}, &history::KindSize::rows);
    if (largest != size.kinds.end() && largest->rows > 0)
        text += HistoryPage::tr("; most of it are %1 %2").arg(formatCount(largest->rows), largest->kind)
            + (largest->oldest ? HistoryPage::tr(", the oldest of %1").arg(formatTime(*largest->oldest, now))
                               : QString());
    return text + u'.';
}

HistoryPage::HistoryPage(settings::Settings &settings, QWidget *parent)
    : QWidget(parent)
    , m_settings(settings)
    , m_size(textLabel({}, TextRole::Data))
{
    using Keeping = settings::Keeping;
    auto *column = settingsColumn(this);
    auto *form = settingsForm();
    form->addRow(tr("Builds"), number(u"build-days"_s, &Keeping::buildDays, tr(" days"), tr("for ever")));
    form->addRow(
        tr("Queue, load and channels"), number(u"sample-days"_s, &Keeping::sampleDays, tr(" days"), tr("for ever")));
    form->addRow(tr("Logs opened"), number(u"log-days"_s, &Keeping::logDays, tr(" days"), tr("for ever")));
    form->addRow(tr("All of it at most"), number(u"gigabytes"_s, &Keeping::gigabytes, tr(" GiB"), tr("no limit")));
    column->addLayout(form);
    column->addWidget(m_size);
    column->addWidget(textLabel(tr("What is older is removed once a day. Over the limit the oldest builds go "
                                   "first. Evaluations and results of checks are kept."),
        TextRole::Quiet));
    column->addStretch();
}

void HistoryPage::setSize(const QString &text)
{
    m_size->setText(text);
}

QSpinBox *HistoryPage::number(
    const QString &name, int settings::Keeping::*value, const QString &unit, const QString &none)
{
    auto *box = new QSpinBox;
    box->setObjectName(name);
    box->setFixedWidth(settingsFieldWidth);
    box->setRange(0, value == &settings::Keeping::gigabytes ? mostGigabytes : mostDays);
    box->setSuffix(unit);
    box->setSpecialValueText(none);
    box->setValue(m_settings.keeping().*value);
    connect(box, &QSpinBox::valueChanged, this, [this, value](int number) {
        auto keeping = m_settings.keeping();
        keeping.*value = number;
        m_settings.setKeeping(keeping);
        Q_EMIT changed();
    });
    return box;
}

} // namespace narscope::ui
