// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/place.h"

#include "nix/narinfo.h"

#include <QFileInfo>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace narscope::log {

namespace {

std::optional<LogPlace> numbered(const QString &text)
{
    static const QRegularExpression form(u"^([1-9][0-9]{0,17})(?:/([1-9][0-9]{0,8}))?$"_s);
    const auto match = form.match(text);
    if (!match.hasMatch())
        return {};
    const LogPlace build{.kind = LogPlace::Kind::Build, .build = BuildId(match.captured(1).toLongLong())};
    if (match.captured(2).isEmpty())
        return build;
    return LogPlace{.kind = LogPlace::Kind::Step, .build = build.build, .step = StepNr(match.captured(2).toLongLong())};
}

/// The base name of a derivation, from it or from its path; empty for anything else.
QString derivationNamed(const QString &text)
{
    static const QRegularExpression form(
        u"^(?:/nix/store/)?([0-9abcdfghijklmnpqrsvwxyz]{32}-[0-9A-Za-z+._?=-]{1,207}\\.drv)$"_s);
    return form.match(text).captured(1);
}

std::optional<LogPlace> hydraPage(const QUrl &url, const QUrl &hydra)
{
    static const QRegularExpression form(u"^/build/([1-9][0-9]{0,17})(?:/(?:step|nixlog)/([1-9][0-9]{0,8}))?(?:/|$)"_s);
    if (url.host() != hydra.host() || url.port() != hydra.port() || !url.path().startsWith(hydra.path()))
        return {};
    const auto path = url.path().sliced(hydra.path().size());
    if (const auto drv = derivationNamed(path.sliced(path.startsWith("/log/"_L1) ? 5 : 0)); !drv.isEmpty())
        return LogPlace{.kind = LogPlace::Kind::Derivation, .text = drv};
    const auto match = form.match(path);
    if (!match.hasMatch())
        return {};
    return numbered(match.captured(2).isEmpty() ? match.captured(1) : match.captured(1) + u'/' + match.captured(2));
}

} // namespace

LogPlace readLogPlace(const QString &text, const QUrl &hydra)
{
    if (text == "-"_L1)
        return {.kind = LogPlace::Kind::StandardInput, .text = text};
    if (const auto place = numbered(text))
        return *place;
    if (text.startsWith("archive:"_L1))
        return {.kind = LogPlace::Kind::Archived, .text = text.sliced(8)};
    if (text.startsWith("http://"_L1) || text.startsWith("https://"_L1))
        return hydraPage(QUrl(text), hydra).value_or(LogPlace{.kind = LogPlace::Kind::Address, .text = text});
    if (text.startsWith("file:///"_L1))
        return {.kind = LogPlace::Kind::File, .text = QUrl(text).toLocalFile()};
    if (const auto drv = derivationNamed(text); !drv.isEmpty())
        return {.kind = LogPlace::Kind::Derivation, .text = drv};
    // A .drv file at hand is text, but nobody wants to read it as a log.
    if (const auto drv = derivationNamed(text.section(u'/', -1)); !drv.isEmpty())
        return {.kind = LogPlace::Kind::Derivation, .text = drv};
    return {.kind = LogPlace::Kind::File, .text = text};
}

QList<LogSource> logSources(const QString &drvPath, const hydra::Client &hydra, const net::Servers &servers)
{
    const auto baseName = drvPath.section(u'/', -1);
    QList<LogSource> sources{{.name = hydra.server().name, .url = hydra.logUrl(drvPath)}};
    for (const auto &server : servers) {
        if (server.kind == net::ServerKind::Cache && !server.url.isLocalFile())
            sources.append({.name = server.name,
                .url
                = QUrl(server.url.toString() + u"/log/"_s + QString::fromLatin1(QUrl::toPercentEncoding(baseName)))});
    }
    return sources;
}

namespace {

QStringList cacheFolders(const net::Servers &servers)
{
    QStringList folders;
    for (const auto &server : servers) {
        if (server.kind == net::ServerKind::Cache && server.url.isLocalFile())
            folders << server.url.toLocalFile();
    }
    return folders;
}

/// Of a store path that is no derivation: the base name of the one that made it, as a cache in a folder tells.
QString deriverOf(const QString &text, const QStringList &caches)
{
    static const QRegularExpression form(u"^/nix/store/([0-9abcdfghijklmnpqrsvwxyz]{32})-[0-9A-Za-z+._?=-]+$"_s);
    const auto match = form.match(text);
    for (const auto &folder : match.hasMatch() ? caches : QStringList()) {
        QFile file(folder + u'/' + match.captured(1) + u".narinfo"_s);
        if (!QFileInfo(file).isFile() || !file.open(QIODevice::ReadOnly))
            continue;
        const auto read = nix::readNarInfo(file.read(nix::maxNarInfoSize));
        if (read && read->info.deriver)
            return QString::fromLatin1(read->info.deriver->baseName());
    }
    return {};
}

} // namespace

std::optional<QString> logFileAtHand(const LogPlace &place, const net::Servers &servers, const QString &logFolder)
{
    if (place.kind != LogPlace::Kind::Derivation && place.kind != LogPlace::Kind::File)
        return {};
    const auto caches = cacheFolders(servers);
    const auto drv = place.kind == LogPlace::Kind::Derivation ? place.text : deriverOf(place.text, caches);
    QStringList names;
    for (const auto &folder : caches)
        names << folder + u"/log/"_s + drv;
    names << logFolder + u'/' + drv.left(2) + u'/' + drv.mid(2);
    for (const auto &name : drv.isEmpty() ? QStringList() : names) {
        for (const auto *ending : {"", ".bz2", ".zst", ".xz"}) {
            if (QFileInfo(name + QLatin1StringView(ending)).isFile())
                return name + QLatin1StringView(ending);
        }
    }
    return place.kind == LogPlace::Kind::File ? std::optional(place.text) : std::nullopt;
}

Task<Result<QList<LogSource>>> findLog(
    LogPlace place, hydra::Client &hydra, const net::Servers &servers, hydra::Ask ask)
{
    switch (place.kind) {
    case LogPlace::Kind::Build: {
        const auto info = co_await hydra.buildInfo(place.build, ask);
        if (!info)
            co_return std::unexpected(info.error());
        co_return logSources(info->drvPath, hydra, servers);
    }
    case LogPlace::Kind::Step: {
        const auto url = co_await hydra.stepLog(place.build, place.step, ask);
        if (!url)
            co_return std::unexpected(url.error());
        co_return QList<LogSource>{{.name = hydra.server().name, .url = *url}};
    }
    case LogPlace::Kind::Derivation:
        co_return logSources(place.text, hydra, servers);
    case LogPlace::Kind::Archived:
        co_return problemSaying(ProblemKind::Usage, u"Archived logs are opened in the window."_s, place.text);
    default:
        co_return QList<LogSource>{{.name = QUrl(place.text).host(), .url = QUrl(place.text)}};
    }
}

} // namespace narscope::log
