// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/profile.h"

#include <QCommandLineParser>
#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

using namespace Qt::StringLiterals;

namespace narscope::cli {

void declareProfile(QCommandLineParser &parser)
{
    parser.addOption(
        {u"profile"_s, u"Uses this folder for what is kept, as the window's --profile does."_s, u"folder"_s});
}

QString profileFolder(const QCommandLineParser &parser)
{
    if (parser.isSet(u"profile"_s))
        return parser.value(u"profile"_s);
    // Where the window's AppConfigLocation is; this program has a name of its own.
    return QDir(QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation)).filePath(u"narscope"_s);
}

Result<std::unique_ptr<history::History>> openHistory(Context &context, const QCommandLineParser &parser)
{
    const auto folder = profileFolder(parser);
    const auto file = QDir(folder).filePath(u"history.sqlite"_s);
    if (!QFileInfo::exists(file)) {
        auto found = problemSaying(ProblemKind::NotFound, u"Nothing was remembered in this profile yet."_s, file);
        found.error().advice = u"The window remembers what it sees; --profile names another folder."_s;
        return found;
    }
    auto history = std::make_unique<history::History>(folder, context.clock, context.pools);
    QObject::connect(
        history.get(), &history::History::troubled, history.get(), [](const Problem &problem) { fail(problem); });
    return history;
}

Result<std::optional<qint64>> momentOf(const QString &text, const Clock &clock)
{
    if (text.isEmpty())
        return std::nullopt;
    static const QHash<QChar, qint64> units{{u'm', 60}, {u'h', 3600}, {u'd', 86400}, {u'w', 604800}};
    bool isNumber = false;
    const auto number = text.chopped(1).toLongLong(&isNumber);
    constexpr qint64 most = 100'000;
    if (const auto unit = units.value(text.back()); unit > 0 && isNumber && number >= 0 && number <= most)
        return clock.nowSeconds() - number * unit;
    const auto date = QDateTime::fromString(text, Qt::ISODate);
    if (!date.isValid())
        return problemSaying(ProblemKind::Usage,
            u"“%1” is neither a span of time (90m, 12h, 3d, 2w) nor a date (2026-11-20)."_s.arg(text));
    auto utc = date;
    if (!text.contains(u'T') || date.timeSpec() == Qt::LocalTime)
        utc = QDateTime(date.date(), date.time(), QTimeZone::UTC);
    return utc.toSecsSinceEpoch();
}

} // namespace narscope::cli
