// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/options.h"

#include <QCommandLineParser>
#include <QStandardPaths>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr double defaultSpeed = 10;
constexpr double fastest = 10'000;
constexpr int mostJobs = 1'000'000;

void declare(QCommandLineParser &parser)
{
    const auto add = [&parser](const QString &name, const QString &what, const QString &value = {}) {
        parser.addOption(QCommandLineOption(name, what, value));
    };
    parser.setApplicationDescription(u"Watches how NixOS is built, signed and shipped."_s);
    parser.addHelpOption();
    parser.addVersionOption();
    add(u"demo"_s, u"Show a simulated pipeline on this computer; ask nobody."_s);
    add(u"demo-jobs"_s, u"Jobs of the largest simulated evaluation (600)."_s, u"N"_s);
    add(u"demo-speed"_s, u"Virtual seconds a second in the demonstration (10)."_s, u"X"_s);
    add(u"demo-seed"_s, u"Another world for another number (1)."_s, u"N"_s);
    add(u"demo-faults"_s, u"The simulated servers also fail, as real ones do on a bad day."_s);
    add(u"server"_s, u"Watch this Hydra instead; may be given more than once."_s, u"URL"_s);
    add(u"record"_s, u"Write every exchange into the folder."_s, u"DIR"_s);
    add(u"replay"_s, u"Answer from such a folder; send nothing."_s, u"DIR"_s);
    add(u"contact"_s, u"Mail address or URL sent with each request."_s, u"WHO"_s);
    add(u"screenshots"_s, u"Draw the main views into the folder, print the pipeline's state, end."_s, u"DIR"_s);
    add(u"theme"_s, u"light or dark, for this run."_s, u"THEME"_s);
    add(u"size"_s, u"Size of the window, for this run."_s, u"WxH"_s);
    add(u"place"_s, u"Start at this place: overview, jobs, farm, trace, logs, verify, activity."_s, u"ID"_s);
    add(u"open"_s, u"Open this, as if typed into the field on top."_s, u"TEXT"_s);
    add(u"hidden"_s, u"Start without a window, with the icon in the tray."_s);
    add(u"profile"_s, u"Keep settings and data in this folder."_s, u"DIR"_s);
}

/// A number given as an option; the value itself when it was not given.
template <typename Number, typename Read>
Result<void> number(
    const QCommandLineParser &parser, const QString &option, Number &value, double lowest, double highest, Read read)
{
    if (!parser.isSet(option))
        return {};
    bool good = false;
    const auto given = read(parser.value(option), &good);
    if (!good || double(given) < lowest || double(given) > highest)
        return problemSaying(ProblemKind::Usage,
            u"--%1 must be a number from %2 to %3."_s.arg(option).arg(lowest).arg(highest), u"--"_s + option);
    value = Number(given);
    return {};
}

Result<void> readDemo(const QCommandLineParser &parser, SessionConfig &session)
{
    session.speed = defaultSpeed;
    session.simulator.faults = parser.isSet(u"demo-faults"_s);
    const auto whole = [](const QString &text, bool *good) { return text.toLongLong(good); };
    const auto real = [](const QString &text, bool *good) { return text.toDouble(good); };
    return number(parser, u"demo-jobs"_s, session.simulator.jobs, 10, mostJobs, whole)
        .and_then([&] { return number(parser, u"demo-seed"_s, session.simulator.seed, 0, 1e15, whole); })
        .and_then([&] { return number(parser, u"demo-speed"_s, session.speed, 0.1, fastest, real); });
}

Result<void> readServers(const QCommandLineParser &parser, SessionConfig &session)
{
    session.servers = serversInUse(net::shippedServers());
    const auto given = parser.values(u"server"_s);
    if (given.isEmpty())
        return {};
    net::Servers others;
    for (const auto &text : given) {
        const QUrl url(text, QUrl::StrictMode);
        const bool readable = url.isValid() && !url.host().isEmpty() && url.userInfo().isEmpty();
        if (!readable || (url.scheme() != "https"_L1 && !(url.scheme() == "http"_L1 && net::isLoopback(url))))
            return problemSaying(
                ProblemKind::Usage, u"--server must be an https address, or http on this computer."_s, text);
        others << net::serverAt(url, net::ServerKind::Hydra);
    }
    session.servers = others;
    return {};
}

Result<void> readLook(const QCommandLineParser &parser, Options &options)
{
    const auto theme = parser.value(u"theme"_s);
    if (theme == "dark"_L1)
        options.theme = settings::Theme::Dark;
    else if (theme == "light"_L1)
        options.theme = settings::Theme::Light;
    else if (!theme.isEmpty())
        return problemSaying(ProblemKind::Usage, u"--theme must be light or dark."_s, theme);
    const auto size = parser.value(u"size"_s).split(u'x');
    if (!parser.isSet(u"size"_s))
        return {};
    const QSize read(size.value(0).toInt(), size.value(1).toInt());
    if (size.size() != 2 || read.width() < 320 || read.height() < 200 || read.width() > 16000 || read.height() > 16000)
        return problemSaying(ProblemKind::Usage, u"--size must be like 1280x800."_s, parser.value(u"size"_s));
    options.size = read;
    return {};
}

} // namespace

QString usualProfile()
{
    return QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation);
}

bool Options::sharesInstance() const
{
    return session.source == Source::Live && !namesServers && screenshots.isEmpty() && session.recordTo.isEmpty();
}

Result<Options> readOptions(const QStringList &arguments)
{
    QCommandLineParser parser;
    declare(parser);
    if (!parser.parse(arguments))
        return problemSaying(ProblemKind::Usage, parser.errorText());
    Options options;
    if (parser.isSet(u"help"_s) || parser.isSet(u"version"_s)) {
        options.onlyPrints = true;
        options.text = parser.isSet(u"help"_s) ? parser.helpText() : u"narscope " NARSCOPE_VERSION "\n"_s;
        return options;
    }
    if (parser.isSet(u"demo"_s) && (parser.isSet(u"replay"_s) || parser.isSet(u"server"_s)))
        return problemSaying(ProblemKind::Usage, u"--demo goes with neither --replay nor --server."_s);
    auto &session = options.session;
    session.source = parser.isSet(u"demo"_s) ? Source::Demo : parser.isSet(u"replay"_s) ? Source::Replay : Source::Live;
    session.recordTo = parser.value(u"record"_s);
    session.replayFrom = parser.value(u"replay"_s);
    options.namesServers = session.source != Source::Live || parser.isSet(u"server"_s);
    options.contact = parser.value(u"contact"_s);
    options.screenshots = parser.value(u"screenshots"_s);
    options.place = parser.value(u"place"_s);
    options.open = parser.value(u"open"_s);
    options.hidden = parser.isSet(u"hidden"_s);
    options.profile = parser.value(u"profile"_s);
    if (const auto read
        = readDemo(parser, session).and_then([&] { return readServers(parser, session); }).and_then([&] {
              return readLook(parser, options);
          });
        !read)
        return std::unexpected(read.error());
    return options;
}

} // namespace narscope::ui
