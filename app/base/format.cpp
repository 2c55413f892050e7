// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/format.h"

#include <QLocale>

#include <array>

using namespace Qt::StringLiterals;

namespace narscope {

QString formatSize(qint64 bytes)
{
    static constexpr std::array units{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (bytes < 1024)
        return QString::number(bytes) + u" B"_s;
    double value = double(bytes);
    size_t unit = 0;
    for (value /= 1024; value >= 1023.95 && unit + 1 < units.size(); ++unit)
        value /= 1024;
    return QString::number(value, 'f', 1) + u' ' + QLatin1StringView(units[unit]);
}

QString formatDuration(Milliseconds duration)
{
    const qint64 s = qMax<qint64>(0, duration.count() / 1000);
    const auto two = [](qint64 n) { return QString::number(n).rightJustified(2, u'0'); };
    if (s < 60)
        return QString::number(s) + u" s"_s;
    if (s < 3600)
        return QString::number(s / 60) + u" m "_s + two(s % 60) + u" s"_s;
    if (s < 86400)
        return QString::number(s / 3600) + u" h "_s + two(s / 60 % 60) + u" m"_s;
    return QString::number(s / 86400) + u" d "_s + QString::number(s / 3600 % 24) + u" h"_s;
}

QString formatAge(Milliseconds age)
{
    const qint64 s = age.count() / 1000;
    if (s < 1)
        return u"now"_s;
    if (s < 60)
        return QString::number(s) + u" s"_s;
    if (s < 3600)
        return QString::number(s / 60) + u" m"_s;
    if (s < 2 * 86400)
        return QString::number(s / 3600) + u" h"_s;
    return QString::number(s / 86400) + u" d"_s;
}

QString formatCount(qint64 count)
{
    return QLocale(QLocale::English, QLocale::UnitedStates).toString(count);
}

QString formatTime(qint64 epochSeconds, qint64 nowEpochSeconds)
{
    const auto time = QDateTime::fromSecsSinceEpoch(epochSeconds, QTimeZone::UTC);
    const auto now = QDateTime::fromSecsSinceEpoch(nowEpochSeconds, QTimeZone::UTC);
    const bool sameYear = time.date().year() == now.date().year();
    return QLocale::c().toString(time, sameYear ? u"d MMM HH:mm"_s : u"d MMM yyyy HH:mm"_s);
}

QString formatExactTime(qint64 epochSeconds)
{
    return QLocale::c().toString(QDateTime::fromSecsSinceEpoch(epochSeconds, QTimeZone::UTC), u"yyyy-MM-dd HH:mm:ss"_s)
        + u" UTC"_s;
}

QString elideMiddle(const QString &text, qsizetype keep)
{
    if (text.size() <= keep || keep < 3)
        return text;
    const auto head = (keep - 1) / 2;
    return text.first(head) + u'…' + text.last(keep - 1 - head);
}

} // namespace narscope
