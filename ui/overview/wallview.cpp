// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/wallview.h"

#include "base/format.h"
#include "ui/models/channelrows.h"
#include "ui/models/farmwords.h"
#include "ui/widgets/health.h"
#include "ui/widgets/paint.h"
#include "ui/widgets/style.h"

#include <QKeyEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int referenceHeight = 1080; ///< all sizes below are px at this height
constexpr qsizetype mostChannels = 6;
constexpr qsizetype mostSystems = 3;
constexpr qsizetype mostBuilders = 3;
constexpr int tickMs = 30'000;
constexpr int margin = 56;
constexpr int trendAt = 300; ///< right of rightAt
constexpr int rightAt = 1080;
constexpr int narrowest = 1900; ///< below this the columns would run into one another

/// «Blocked, 11 h late» as it stands behind a name.
QString lowered(QString text)
{
    return text.isEmpty() ? text : text.replace(0, 1, text.first(1).toLower());
}

} // namespace

struct WallView::Sheet {
    QPainter &painter;
    const Look &look;
    double scale;
    int width; ///< in reference px

    [[nodiscard]] QRect box(int x, int y, int w, int h) const
    {
        return {qRound(x * scale), qRound(y * scale), qRound(w * scale), qRound(h * scale)};
    }
    void text(int x, int y, int w, int h, const QString &words, int size, bool bold, const QColor &colour,
        Qt::Alignment alignment = Qt::AlignLeft) const
    {
        auto font = bold ? boldFont() : dataFont();
        font.setPixelSize(std::max(1, qRound(size * scale)));
        painter.setFont(font);
        painter.setPen(colour);
        paintText(painter, box(x, y, w, h), words, alignment, Qt::ElideRight);
    }
    [[nodiscard]] int textWidth(const QString &words, int size, bool bold) const
    {
        auto font = bold ? boldFont() : dataFont();
        font.setPixelSize(std::max(1, qRound(size * scale)));
        return int(QFontMetrics(font).horizontalAdvance(words) / scale) + 4;
    }
    void mark(int x, int y, int size, int height, Mark mark) const
    {
        paintMark(painter, box(x, y, size, height), size * scale, mark, look, look.view);
    }
};

WallView::WallView(Clock &clock, QWidget *parent)
    : QWidget(parent, Qt::Window)
    , m_clock(clock)
{
    setWindowTitle(tr("Narscope: channels"));
    setCursor(Qt::BlankCursor);
    connect(&m_tick, &QTimer::timeout, this, qOverload<>(&QWidget::update));
    m_tick.start(tickMs);
}

void WallView::take(const watch::ChannelBoard &board, const watch::FarmSummary &farm)
{
    m_board = board;
    m_farm = farm;
    update();
}

void WallView::takeMeters(const QList<net::ServerMeter> &meters)
{
    m_meters = meters;
    update();
}

void WallView::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape || event->key() == Qt::Key_F11)
        close();
    else
        QWidget::keyPressEvent(event);
}

void WallView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto &look = lookOf(this);
    painter.fillRect(rect(), look.view);
    // Two px an hour, so that nothing burns into the screen.
    const auto hours = int(m_clock.nowSeconds() / 3600 % 8);
    painter.translate(2 * hours - 8, 0);
    const double scale = std::min(double(height()) / referenceHeight, double(width()) / narrowest);
    Sheet sheet{painter, look, scale, int(width() / scale)};
    paintHead(sheet);
    paintChannels(sheet);
    paintQueue(sheet);
    paintBuilders(sheet);
    paintFoot(sheet);
}

void WallView::paintHead(Sheet &sheet) const
{
    const auto headline = watch::headlineOf(m_board);
    const auto wide = sheet.width - 190 - margin;
    sheet.mark(margin, 60, 96, 130, m_board.seenAt == 0 && !m_board.problem ? Mark::Queued : markOf(headline.severity));
    const auto *worst = m_board.channels.isEmpty() ? nullptr : &m_board.channels.first();
    const bool isTrouble = headline.severity == watch::Severity::Trouble && worst;
    sheet.text(190, 48, wide, 100,
        isTrouble ? worst->channel.name + u' ' + lowered(worst->verdict.brief) : headline.what, 80, true,
        sheet.look.text);
    sheet.text(190, 148, wide, 56, isTrouble ? worst->verdict.sentence : headline.why + headline.rest, 44, false,
        sheet.look.text);
    sheet.painter.fillRect(sheet.box(margin, 240, sheet.width - 2 * margin, 2), sheet.look.line);
}

void WallView::paintChannels(Sheet &sheet) const
{
    constexpr int row = 100;
    sheet.text(margin, 268, 500, 44, tr("Channels"), 32, false, sheet.look.text2);
    int y = 322;
    for (const auto &line : m_board.channels.first(std::min(mostChannels, m_board.channels.size()))) {
        const bool isTrouble = line.verdict.severity == watch::Severity::Trouble;
        sheet.mark(margin, y, 36, row, markOf(line.verdict));
        // The name is whole; the state has what it leaves.
        const int name = sheet.textWidth(line.channel.name, 44, isTrouble);
        sheet.text(margin + 60, y, name, row, line.channel.name, 44, isTrouble, sheet.look.text);
        const auto state = lowered(line.verdict.brief);
        const int room = 856 - name;
        const int size = sheet.textWidth(state, 44, isTrouble) > room ? 36 : 44;
        sheet.text(margin + 84 + name, y, room, row, state, size, isTrouble, sheet.look.text, Qt::AlignRight);
        y += row;
    }
    if (const auto more = m_board.channels.size() - mostChannels; more > 0)
        sheet.text(margin + 60, y, 600, 44, tr("and %1 more").arg(more), 32, false, sheet.look.text2);
}

void WallView::paintQueue(Sheet &sheet) const
{
    if (m_farm.systems.isEmpty())
        return;
    const int right = sheet.width - margin;
    sheet.text(rightAt, 268, 340, 44, tr("Waiting steps"), 32, false, sheet.look.text2);
    sheet.text(rightAt + trendAt, 268, 200, 44, tr("24 h"), 32, false, sheet.look.text2);
    sheet.text(right - 260, 268, 260, 44, tr("clear in"), 32, false, sheet.look.text2, Qt::AlignRight);
    int y = 326;
    for (const auto &line : m_farm.systems.first(std::min(mostSystems, m_farm.systems.size()))) {
        sheet.text(rightAt, y, 340, 44, line.system, 34, false, sheet.look.text2);
        sheet.text(rightAt, y + 40, 340, 64, formatCount(line.waiting), 52, true, sheet.look.text);
        sheet.text(right - 300, y + 40, 300, 64, line.clear ? wordsOf(*line.clear) : QString(), 44, false,
            sheet.look.text, Qt::AlignRight);
        double most = 1;
        for (const double value : line.trend)
            most = std::isnan(value) ? most : std::max(most, value);
        int x = rightAt + trendAt;
        for (const double value : line.trend) {
            const int high = std::isnan(value) ? 0 : std::max(2, qRound(56 * value / most));
            sheet.painter.fillRect(sheet.box(x, y + 96 - high, 7, high), sheet.look.ink);
            x += 9;
        }
        y += 116;
    }
}

void WallView::paintBuilders(Sheet &sheet) const
{
    if (m_farm.seenAt == 0)
        return;
    const int right = sheet.width - margin;
    QString head = m_farm.builders
        ? tr("Builders: %1 of %2 busy").arg(m_farm.buildersInUse.value_or(0)).arg(*m_farm.builders)
        : tr("Builders");
    if (m_farm.troubles.isEmpty())
        head += tr(", nothing stands out");
    sheet.text(rightAt, 690, right - rightAt, 44, head, 32, false, sheet.look.text2);
    int y = 740;
    for (const auto &trouble : m_farm.troubles.first(std::min(mostBuilders, m_farm.troubles.size()))) {
        sheet.mark(rightAt, y, 36, 66, markOf(trouble.kind));
        sheet.text(rightAt + 60, y, right - rightAt - 60, 66, clauseOf(trouble), 44, false, sheet.look.text);
        y += 66;
    }
}

void WallView::paintFoot(Sheet &sheet) const
{
    const auto now = m_clock.nowUtc();
    sheet.text(margin, 986, 170, 64, now.toString(u"hh:mm"_s), 52, true, sheet.look.text);
    sheet.text(margin + 174, 994, 300, 52, QLocale::c().toString(now, u"ddd d MMM"_s) + u" UTC"_s, 32, false,
        sheet.look.text2);
    if (m_board.seenAt != 0)
        sheet.text(margin + 440, 994, 300, 52,
            tr("data %1 old").arg(formatAge(Milliseconds((m_clock.nowSeconds() - m_board.seenAt) * 1000))), 32, false,
            sheet.look.text2);
    int x = sheet.width - margin;
    for (const auto &meter : m_meters) {
        if (meter.sent == 0)
            continue;
        const int wide = sheet.textWidth(meter.name, 32, false) + 4;
        x -= wide;
        if (x < rightAt - 200)
            return;
        sheet.text(x, 994, wide, 52, meter.name, 32, false, sheet.look.text2);
        x -= 44;
        sheet.mark(x, 994, 28, 52, healthOf(meter, m_clock.now()).mark);
        x -= 30;
    }
}

} // namespace narscope::ui
