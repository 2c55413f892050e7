// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/clock.h"
#include "sim/simulator.h"
#include "sim/world.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cstdio>

// narscope-sim: the simulated pipeline alone, for nix, curl or a browser. Where it listens is printed as
// JSON.

using namespace Qt::StringLiterals;
using namespace narscope;

namespace {

struct Options {
    sim::Config config;
    double speed = 1;
    QList<std::pair<sim::Service, sim::Fault>> faults;
};

Result<qint64> number(const QCommandLineParser &parser, const QString &option, qint64 least, qint64 most)
{
    bool ok = false;
    const qint64 value = parser.value(option).toLongLong(&ok);
    if (!ok || value < least || value > most)
        return problemSaying(ProblemKind::Usage, u"--%1 is a number from %2 to %3."_s.arg(option).arg(least).arg(most),
            parser.value(option));
    return value;
}

Result<Options> readOptions(const QCommandLineParser &parser)
{
    Options options;
    const auto seed = number(parser, u"seed"_s, 0, std::numeric_limits<qint64>::max());
    const auto jobs = number(parser, u"jobs"_s, 400, 300'000);
    const auto port = number(parser, u"port"_s, 0, 65'500);
    for (const auto *value : {&seed, &jobs, &port}) {
        if (!*value)
            return std::unexpected(value->error());
    }
    bool ok = false;
    options.speed = parser.value(u"speed"_s).toDouble(&ok);
    if (!ok || options.speed < 0.01 || options.speed > 100'000)
        return problemSaying(
            ProblemKind::Usage, u"--speed is a number from 0.01 to 100000."_s, parser.value(u"speed"_s));
    for (const QString &text : parser.values(u"fault"_s)) {
        const auto fault = sim::parseServiceFault(text.toUtf8());
        if (!fault)
            return std::unexpected(fault.error());
        options.faults.append(*fault);
    }
    options.config
        = {.seed = quint64(*seed), .jobs = int(*jobs), .faults = parser.isSet(u"faults"_s), .port = quint16(*port)};
    return options;
}

QJsonObject described(const sim::Addresses &addresses, sim::World &world)
{
    QJsonArray incidents;
    for (const sim::Incident &incident : world.incidents())
        incidents.append(QJsonObject{{u"kind"_s, QString::fromLatin1(word(incident.kind))},
            {u"path"_s, QString::fromLatin1(incident.path.text())},
            {u"sentence"_s, QString::fromUtf8(sentence(incident.kind))}});
    QJsonArray stories;
    for (const sim::Story &story : world.stories())
        stories.append(QJsonObject{{u"story"_s, QString::fromLatin1(story.name)},
            {u"pullRequest"_s, story.pullRequest.value}, {u"attribute"_s, QString::fromLatin1(story.attr)}});
    const auto url = [](const QUrl &of) { return of.toString(); };
    return {{u"hydra"_s, url(addresses.hydra)}, {u"queueRunner"_s, url(addresses.queueRunner)},
        {u"cache"_s, url(addresses.cache)}, {u"secondCache"_s, url(addresses.secondCache)},
        {u"github"_s, url(addresses.github)}, {u"ofborg"_s, url(addresses.ofborg)},
        {u"ofborg-bus"_s, url(addresses.ofborgBus)}, {u"hydra-socket"_s, url(addresses.hydraSocket)},
        {u"channels"_s, url(addresses.channels)}, {u"releases"_s, url(addresses.releases)},
        {u"channels-bucket"_s, url(addresses.channelsBucket)}, {u"releases-bucket"_s, url(addresses.releasesBucket)},
        {u"prometheus"_s, url(addresses.prometheus)}, {u"cacheKey"_s, QString::fromLatin1(addresses.cacheKey)},
        {u"secondCacheKey"_s, QString::fromLatin1(addresses.secondCacheKey)}, {u"now"_s, world.now()},
        {u"incidents"_s, incidents}, {u"stories"_s, stories}};
}

void declare(QCommandLineParser &parser)
{
    parser.setApplicationDescription(
        u"A simulated NixOS build pipeline on this machine: Hydra, caches, GitHub, channels."_s);
    parser.addHelpOption();
    parser.addOption({u"seed"_s, u"Another seed is another world."_s, u"N"_s, u"1"_s});
    parser.addOption({u"jobs"_s, u"Jobs of nixpkgs:unstable, 400 to 300000."_s, u"N"_s, u"600"_s});
    parser.addOption({u"speed"_s, u"How many times as fast time goes."_s, u"FACTOR"_s, u"1"_s});
    parser.addOption({u"port"_s, u"First of thirteen ports; 0: any free ones."_s, u"PORT"_s, u"0"_s});
    parser.addOption({u"faults"_s, u"Servers fail now and then, as on a bad day."_s});
    parser.addOption({u"fault"_s,
        u"This server always answers so: hydra:429, cache:cut, ... May be given several times."_s, u"SERVER:FAULT"_s});
}

int fail(const Problem &problem)
{
    std::fprintf(stderr, "%s\n", qUtf8Printable(describe(problem)));
    return 2;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    QCoreApplication::setApplicationName(u"narscope-sim"_s);
    QCommandLineParser parser;
    declare(parser);
    parser.process(app);
    const auto options = readOptions(parser);
    if (!options)
        return fail(options.error());
    ScaledClock clock(SystemClock().now(), options->speed);
    sim::Simulator simulator(options->config, clock);
    const auto addresses = simulator.start();
    if (!addresses)
        return fail(addresses.error());
    for (const auto &[service, fault] : options->faults)
        simulator.arm(service, fault, -1);
    std::puts(QJsonDocument(described(*addresses, simulator.world())).toJson().constData());
    std::fflush(stdout);
    return QCoreApplication::exec();
}
