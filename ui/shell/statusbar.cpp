// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/statusbar.h"

#include "base/format.h"
#include "ui/widgets/health.h"
#include "ui/widgets/textlabel.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int shortestHint = 240; ///< px kept for the keys of the place
constexpr int othersWidth = 140;
constexpr int toldFor = 6000; ///< ms

} // namespace

StatusBar::StatusBar(Clock &clock, QWidget *parent)
    : QWidget(parent)
    , m_clock(clock)
    , m_row(new QHBoxLayout(this))
    , m_servers(new QHBoxLayout)
    , m_age(new TextLabel(TextRole::Quiet))
    , m_hint(new TextLabel(TextRole::Quiet))
    , m_mode(new TextLabel(TextRole::Bold))
{
    setFixedHeight(metric::statusBar);
    m_row->setContentsMargins(12, 0, 18, 0);
    m_row->setSpacing(20);
    m_servers->setSpacing(20);
    m_others = makeEntry({});
    m_row->addLayout(m_servers);
    m_row->addWidget(m_others.box);
    m_others.mark->setMark(Mark::Succeeded);
    m_row->addWidget(m_age);
    m_row->addWidget(m_hint, 1);
    m_row->addWidget(m_mode);
    m_age->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    m_mode->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_hint->setAlignment(Qt::AlignRight);
    m_hint->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed); // what servers say goes before it
    connect(&m_tick, &QTimer::timeout, this, &StatusBar::say);
    m_told.setSingleShot(true);
    connect(&m_told, &QTimer::timeout, this, &StatusBar::sayKeys);
    m_tick.start(1000);
    say();
}

StatusBar::Entry StatusBar::makeEntry(const QString &id)
{
    const Entry entry{id, {}, new QWidget, new MarkLabel, new TextLabel};
    auto *row = new QHBoxLayout(entry.box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    row->addWidget(entry.mark);
    row->addWidget(entry.text);
    entry.box->setCursor(Qt::PointingHandCursor);
    entry.box->installEventFilter(this);
    if (!id.isEmpty())
        m_servers->addWidget(entry.box);
    return entry;
}

bool StatusBar::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::MouseButtonRelease) {
        for (const auto &entry : std::as_const(m_entries)) {
            if (entry.box == watched)
                Q_EMIT serverChosen(entry.id);
        }
        if (watched == m_others.box)
            Q_EMIT serverChosen({});
    }
    return QWidget::eventFilter(watched, event);
}

void StatusBar::setMeters(const QList<net::ServerMeter> &meters)
{
    m_meters = meters;
    say();
}

void StatusBar::setHiddenServers(const QStringList &ids)
{
    m_hidden = ids;
    say();
}

void StatusBar::setHint(const QString &keys)
{
    m_keys = keys.isEmpty() ? tr("? all keys") : keys + tr(" · ? all keys");
    m_told.stop();
    sayKeys();
}

void StatusBar::sayKeys()
{
    if (m_told.isActive())
        return;
    const auto between = u" · "_s;
    auto keys = m_keys.split(between);
    const auto fits = [&] { return m_hint->fontMetrics().horizontalAdvance(keys.join(between)) < m_hintRoom; };
    while (keys.size() > 1 && !fits())
        keys.remove(keys.size() - 2); // the last one names all others
    m_hint->setText(keys.join(between));
}

void StatusBar::tell(const QString &sentence)
{
    m_hint->setText(sentence);
    m_told.start(toldFor);
}

void StatusBar::setSource(Source source)
{
    m_source = source;
    sayMode();
}

void StatusBar::say()
{
    const auto now = m_clock.now();
    for (const auto &meter : std::as_const(m_meters)) {
        auto known = std::ranges::find(m_entries, meter.server, &Entry::id);
        if (known == m_entries.end())
            known = m_entries.insert(m_entries.end(), makeEntry(meter.server));
        auto &entry = *known;
        const auto health = healthOf(meter, now);
        entry.mark->setMark(health.mark);
        entry.name = meter.name;
        entry.text->setText(health.text);
        entry.box->setToolTip(plainTip(health.tip));
        entry.wasAsked = meter.sent > 0;
        entry.isWell = health.mark == Mark::Succeeded;
    }
    const auto newest = lastGoodOf(m_meters);
    const auto age = newest ? qMax(Milliseconds(0), now - *newest) : Milliseconds(0);
    m_age->setText(!newest             ? tr("no data yet")
            : age < Milliseconds(1000) ? tr("data just in")
                                       : tr("data %1 old").arg(formatAge(age)));
    sayMode();
    fit();
}

int StatusBar::chooseAsked()
{
    const bool anyAsked = std::ranges::any_of(m_entries, &Entry::wasAsked);
    int needed = 0;
    for (auto &entry : m_entries) {
        entry.isShown = !m_hidden.contains(entry.id) && (entry.wasAsked || !anyAsked);
        if (entry.isShown)
            needed += entry.box->sizeHint().width() + m_row->spacing();
    }
    return needed;
}

void StatusBar::fit()
{
    int needed = chooseAsked();
    const int margins = m_row->contentsMargins().left() + m_row->contentsMargins().right();
    const int fixed = margins + m_age->sizeHint().width() + m_mode->sizeHint().width() + 3 * m_row->spacing();
    const int rest = fixed + shortestHint;
    if (needed > width() - rest && isOffline(m_meters)) {
        // «No connection» stands once, at the right.
        for (const auto &entry : std::as_const(m_entries))
            entry.text->setText(entry.name);
        needed = chooseAsked();
    }
    int others = 0;
    // The first server stays: it is the Hydra that everything comes from.
    for (auto i = m_entries.size() - 1; i > 0 && needed > width() - rest; --i) {
        auto &entry = m_entries[i];
        if (!entry.isShown || !entry.isWell)
            continue;
        needed -= entry.box->sizeHint().width() + m_row->spacing();
        if (others++ == 0)
            needed += othersWidth;
        entry.isShown = false;
    }
    m_others.text->setText(others == 1 ? tr("1 more answers") : tr("%1 more answer").arg(others));
    m_others.isShown = others > 0;
    // Only now: each change lays the whole bar out anew.
    for (const auto &entry : std::as_const(m_entries))
        entry.box->setVisible(entry.isShown);
    m_others.box->setVisible(m_others.isShown);
    m_hintRoom = width() - needed - fixed;
    sayKeys();
}

void StatusBar::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fit();
}

void StatusBar::sayMode()
{
    const bool offline = isOffline(m_meters);
    m_mode->setText(m_source == Source::Demo ? tr("DEMO")
            : m_source == Source::Replay     ? tr("RECORDING")
            : offline                        ? tr("OFFLINE")
                                             : QString());
    m_mode->setToolTip(m_source == Source::Demo ? tr("Everything here is made by a simulator on this computer.")
            : m_source == Source::Replay        ? tr("Answers come from a recording; nothing is sent.")
                                                : QString());
    m_mode->setVisible(!m_mode->text().isEmpty());
    update();
}

QString StatusBar::text() const
{
    QStringList words;
    for (const auto &entry : m_entries) {
        if (entry.isShown)
            words << entry.text->text();
    }
    if (m_others.isShown)
        words << m_others.text->text();
    words << m_age->text() << m_hint->text() << m_mode->text();
    words.removeAll(QString());
    return words.join(u" | "_s);
}

void StatusBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const auto &look = lookOf(this);
    painter.fillRect(QRect(0, 0, width(), 1), look.line);
    if (!m_mode->isVisible())
        return;
    painter.setPen(look.controlLine);
    painter.drawRect(m_mode->geometry().adjusted(-7, 1, 6, -2));
}

} // namespace narscope::ui
