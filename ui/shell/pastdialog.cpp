// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/pastdialog.h"

#include "base/format.h"
#include "ui/widgets/textlabel.h"

#include <QDateTimeEdit>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QTableWidget>
#include <QTimeZone>

#include <map>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr qint64 hour = 3600;
constexpr qint64 day = 24 * hour;
constexpr int typingPause = 300; ///< ms

QString pointed(const history::ChannelSpell &spell)
{
    return spell.release.isEmpty() ? spell.revision.left(12) : spell.release;
}

/// One line a channel: the views that told a release, or the revision, and what differs.
void addChannels(QList<PastRow> &rows, const QList<history::ChannelSpell> &channels)
{
    std::map<QString, QList<history::ChannelSpell>> byName;
    for (const auto &spell : channels)
        byName[spell.channel] << spell;
    if (!byName.empty())
        rows << PastRow{PastDialog::tr("Channels")};
    for (const auto &[name, spells] : byName) {
        // The views in the order in which they are believed; the others count where they say something else.
        static const QStringList order{u"cdn"_s, u"s3"_s, u"prometheus"_s, u"git"_s};
        const auto &main = *std::ranges::min_element(
            spells, {}, [](const history::ChannelSpell &spell) { return quint64(order.indexOf(spell.view)); });
        QStringList then{pointed(main)};
        for (const auto &spell : spells) {
            const bool differs = !spell.revision.isEmpty() && !main.revision.isEmpty() ? spell.revision != main.revision
                : !spell.release.isEmpty() && !main.release.isEmpty()                  ? spell.release != main.release
                                                                                       : false;
            if (differs)
                then << PastDialog::tr("%1 by %2").arg(pointed(spell), spell.view);
        }
        rows << PastRow{name, then.join(u"; "_s),
            PastDialog::tr("%1 to %2").arg(formatExactTime(main.seenFrom), formatExactTime(main.seenUntil))};
    }
}

void addEvaluations(QList<PastRow> &rows, const QList<history::EvalPast> &evals)
{
    if (!evals.isEmpty())
        rows << PastRow{PastDialog::tr("Newest evaluations (counts as they were seen last)")};
    for (const auto &eval : evals)
        rows << PastRow{eval.jobset.text(),
            PastDialog::tr("evaluation %1: %2 succeeded, %3 failed, %4 left")
                .arg(eval.summary.id.text(), formatCount(eval.summary.succeeded), formatCount(eval.summary.failed),
                    formatCount(eval.summary.scheduled)),
            formatExactTime(eval.summary.time > 0 ? eval.summary.time : eval.seenFrom)};
}

/// «queue/waiting/x86_64-linux», «builder/load/NAME»: what is told of one thing stands in one line.
void addValues(
    QList<PastRow> &rows, const QList<history::SeriesValue> &values, const QString &kind, const QString &title)
{
    struct Line {
        QStringList parts;
        qint64 time = 0;
    };
    std::map<QString, Line> lines;
    for (const auto &value : values) {
        if (value.series.section(u'/', 0, 0) != kind)
            continue;
        const auto what = value.series.section(u'/', 1, 1);
        const bool isShare = what == "memory"_L1 || what.endsWith("-wait"_L1);
        const auto number = isShare ? u"%1 %"_s.arg(qRound(value.value * 100)) : QString::number(value.value, 'g', 4);
        auto &line = lines[value.series.section(u'/', 2)];
        line.parts << u"%1 %2"_s.arg(QString(what).replace(u'-', u' '), number);
        line.time = std::max(line.time, value.time);
    }
    if (!lines.empty())
        rows << PastRow{title};
    for (const auto &[name, line] : lines)
        rows << PastRow{name, line.parts.join(u", "_s), formatExactTime(line.time)};
}

} // namespace

QList<PastRow> pastRows(const history::Moment &moment)
{
    QList<PastRow> rows;
    addChannels(rows, moment.channels);
    addEvaluations(rows, moment.evals);
    addValues(rows, moment.values, u"queue"_s, PastDialog::tr("Queue"));
    addValues(rows, moment.values, u"builder"_s, PastDialog::tr("Builders"));
    return rows;
}

PastDialog::PastDialog(Clock &clock, QWidget *parent)
    : QDialog(parent)
    , m_clock(clock)
    , m_time(new QDateTimeEdit)
    , m_table(new QTableWidget(0, 3))
    , m_said(textLabel({}, TextRole::Quiet))
{
    setWindowTitle(tr("The past"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(900, 600);
    m_time->setObjectName(u"moment"_s);
    m_time->setAccessibleName(tr("Moment, UTC"));
    m_time->setDisplayFormat(u"yyyy-MM-dd HH:mm 'UTC'"_s);
    m_time->setTimeZone(QTimeZone::UTC);
    m_time->setMaximumDateTime(m_clock.nowUtc());
    // Now, as was seen last: of an earlier moment nothing is known to whoever has just begun.
    m_time->setDateTime(m_clock.nowUtc());
    auto *top = new QHBoxLayout;
    top->addWidget(m_time);
    for (const auto &[text, seconds] : {std::pair(tr("A day earlier"), -day), std::pair(tr("An hour earlier"), -hour),
             std::pair(tr("An hour later"), hour), std::pair(tr("A day later"), day)}) {
        auto *button = new QPushButton(text);
        button->setAutoDefault(false);
        connect(button, &QPushButton::clicked, this, [this, seconds] { step(seconds); });
        top->addWidget(button);
    }
    top->addStretch();
    m_table->setObjectName(u"past"_s);
    m_table->setHorizontalHeaderLabels({tr("What"), tr("Then"), tr("Seen")});
    m_table->verticalHeader()->hide();
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    auto *column = new QVBoxLayout(this);
    column->addLayout(top);
    column->addWidget(m_table, 1);
    column->addWidget(m_said);
    m_pause.setSingleShot(true);
    m_pause.setInterval(typingPause);
    connect(m_time, &QDateTimeEdit::dateTimeChanged, &m_pause, qOverload<>(&QTimer::start));
    connect(&m_pause, &QTimer::timeout, this, [this] { Q_EMIT wanted(chosen()); });
    m_pause.start();
}

qint64 PastDialog::chosen() const
{
    return m_time->dateTime().toSecsSinceEpoch();
}

void PastDialog::step(qint64 seconds)
{
    m_time->setMaximumDateTime(m_clock.nowUtc());
    m_time->setDateTime(m_time->dateTime().addSecs(seconds));
}

void PastDialog::take(const Result<history::Moment> &moment)
{
    if (moment && moment->time != chosen())
        return; // of a moment chosen before
    m_table->setRowCount(0);
    if (!moment)
        return m_said->setText(moment.error().sentence);
    const auto rows = pastRows(*moment);
    m_said->setText(rows.isEmpty()
            ? tr("Narscope had seen nothing by then. Choose a later moment.")
            : tr("What Narscope had last seen at that moment; what it did not look at is not here."));
    m_table->setRowCount(int(rows.size()));
    for (int i = 0; i < rows.size(); ++i) {
        const auto &row = rows.at(i);
        if (row.then.isEmpty())
            m_table->setSpan(i, 0, 1, 3);
        int place = 0;
        for (const auto &text : {row.what, row.then, row.seen}) {
            auto *item = new QTableWidgetItem(text);
            item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable);
            if (row.then.isEmpty()) {
                auto font = item->font();
                font.setBold(true);
                item->setFont(font);
            }
            m_table->setItem(i, place++, item);
        }
    }
}

} // namespace narscope::ui
