// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/distribution.h"

#include "base/hash.h"
#include "sim/cdn.h"
#include "sim/packing.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTimeZone>

#include <algorithm>
#include <set>

using namespace Qt::StringLiterals;

namespace narscope::sim {

namespace {

/// Store paths of a larger evaluation would take the simulator seconds to compute.
constexpr int listedBuilds = 20'000;

QByteArray place(const World &world, const Release &release)
{
    return world.channels()[size_t(release.channel)].releasePrefix + '/' + release.name;
}

QByteArray utcText(qint64 time, const QString &form)
{
    return QDateTime::fromSecsSinceEpoch(time, QTimeZone::UTC).toString(form).toLatin1();
}

std::optional<BuildFacts> buildOf(World &world, const Release &release, const QByteArray &job)
{
    const Evaluation &eval = *world.evaluation(release.eval);
    const auto index = world.findJob(eval.jobset, job);
    const auto build = index ? world.build(eval, *index) : std::nullopt;
    return build && build->succeeded() ? build : std::nullopt;
}

// Every output that succeeded, sorted, each once.
QByteArray storePaths(World &world, const Release &release)
{
    std::set<QByteArray> paths;
    int left = listedBuilds;
    for (const quint32 number : world.evaluation(release.eval)->builds) {
        if (number == 0 || --left < 0)
            continue;
        const BuildFacts build = world.buildAt(number);
        if (!build.succeeded())
            continue;
        for (const OutputOf &output : world.recipes().outputs(build.drv))
            paths.insert(output.path.text());
    }
    QByteArray text;
    for (const QByteArray &path : paths)
        text += path + '\n';
    return text;
}

// As nix-env --json writes a package, as far as anybody reads it.
QByteArray packageJson(const World &world, Attr attr)
{
    const Universe &universe = world.universe();
    QJsonArray maintainers;
    for (const QByteArray &person : universe.maintainers(attr)) {
        const QString name = QString::fromLatin1(person);
        maintainers.append(
            QJsonObject{{u"email"_s, name + u"@users.noreply.github.com"_s}, {u"github"_s, name}, {u"name"_s, name}});
    }
    const QString version = QString::fromLatin1(universe.version(attr, 0));
    const QString name = QString::fromLatin1(universe.packageName(attr));
    const QJsonObject meta{{u"available"_s, true}, {u"broken"_s, false},
        {u"description"_s, QString::fromUtf8(universe.description(attr))}, {u"maintainers"_s, maintainers},
        {u"position"_s, QString::fromLatin1(world.sourceFile(attr)) + u":24"_s}};
    return QJsonDocument(QJsonObject{{u"meta"_s, meta}, {u"name"_s, name + u'-' + version}, {u"outputName"_s, u"out"_s},
                             {u"pname"_s, name}, {u"system"_s, u"x86_64-linux"_s}, {u"version"_s, version}})
        .toJson(QJsonDocument::Compact);
}

QByteArray packagesJson(const World &world)
{
    QByteArray json = "{\"version\":2,\"packages\":{";
    for (quint32 i = 0; i < world.universe().size(); ++i) {
        const Attr attr{i};
        const Kind kind = world.universe().kind(attr);
        if (kind != Kind::Package && kind != Kind::Bootstrap)
            continue;
        json
            += (json.endsWith('{') ? "\"" : ",\"") + world.universe().attrName(attr) + "\":" + packageJson(world, attr);
    }
    return json + "}}";
}

QByteArray isoName(const QByteArray &job, const Release &release)
{
    const QByteArray kind = job.contains("graphical") ? "graphical" : "minimal";
    const QByteArray arch = job.mid(job.lastIndexOf('.') + 1);
    return "nixos-" + kind + '-' + release.name.mid(release.name.indexOf('-') + 1) + '-' + arch + ".iso";
}

// A file that Hydra built, and beside it its hash as sha256sum writes it.
void addProducts(
    QList<ReleaseFile> &files, World &world, const Release &release, const QByteArray &job, const QByteArray &subtype)
{
    const auto build = buildOf(world, release, job);
    if (!build)
        return;
    for (const ProductFile &product : world.contents().productFiles(build->drv)) {
        if (product.subtype != subtype)
            continue;
        const QByteArray own = product.place.mid(product.place.lastIndexOf('/') + 1);
        const QByteArray ending = own.endsWith(".zst") ? ".tar.zst" : ".tar.xz";
        const QByteArray name = subtype == "iso" ? isoName(job, release) : "nixexprs" + ending;
        files.append({.name = name, .bytes = product.bytes});
        // NixOS channels pack their tarballs again after Hydra, so that no hash is published beside them.
        if (subtype == "iso" || !release.name.startsWith("nixos-"))
            files.append({.name = name + ".sha256",
                .bytes = hashOf(product.bytes).base16() + "  " + name,
                .type = "text/plain"});
    }
}

QByteArray escaped(const QByteArray &text)
{
    return QString::fromUtf8(text).toHtmlEscaped().toUtf8();
}

} // namespace

HttpAnswer ChannelsService::answer(const HttpRequest &request)
{
    World &world = m_stage.now();
    const auto channel = world.findChannel(request.segments.value(0));
    if (!channel || world.releases(*channel).empty() || request.segments.size() > 2)
        return cdnNotFound();
    const Release &release = world.releases(*channel).back();
    const QByteArray file = request.segments.value(1);
    const bool isTarball = file == "nixexprs.tar.xz" || file == "nixexprs.tar.zst";
    static const QList<QByteArray> redirected{"git-revision", "packages.json.br", "store-paths.xz"};
    QByteArray target = m_stage.addresses.releases.toEncoded() + '/' + place(world, release);
    HttpAnswer answer{.status = 302,
        .type = {},
        .body = {},
        .headers = {{"Server", "AmazonS3"}, {"Via", "1.1 varnish, 1.1 varnish"},
            {"X-Served-By", "cache-iad-kiad7000165-IAD, cache-fra-eddf8230179-FRA"}, {"X-Cache", "MISS, MISS"},
            {"X-Cache-Hits", "0, 0"}}};
    static const QByteArray latest = "latest-nixos-";
    if (file.startsWith(latest) && (file.endsWith(".iso") || file.endsWith(".iso.sha256"))) {
        // latest-nixos-minimal-x86_64-linux.iso
        const QByteArray rest = file.mid(latest.size());
        target += "/nixos-" + rest.first(rest.indexOf('-')) + '-' + release.name.mid(release.name.indexOf('-') + 1)
            + rest.mid(rest.indexOf('-'));
    } else if (!file.isEmpty()) {
        if (!isTarball && !redirected.contains(file))
            return cdnNotFound();
        target += '/' + file;
    }
    answer.headers.append({"Location", target});
    if (isTarball) {
        const Commit &commit = world.source().commit(release.commit);
        answer.headers.append({"Link",
            '<' + target + "?rev=" + commit.sha + "&lastModified=" + QByteArray::number(commit.time)
                + ">; rel=\"immutable\""});
    }
    return answer;
}

HttpAnswer ChannelsBucketService::answer(const HttpRequest &request)
{
    const HttpAnswer redirect = m_channels.answer(request);
    if (redirect.status != 302)
        return {.status = 404,
            .type = "application/xml",
            .body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code><Message>The specified "
                    "key does not "
                    "exist.</Message></Error>",
            .headers = {{"Server", "AmazonS3"}}};
    QByteArray target;
    for (const auto &[name, value] : redirect.headers)
        target = name == "Location" ? value : target;
    return {.type = "binary/octet-stream",
        .headers = {{"Server", "AmazonS3"}, {"x-amz-website-redirect-location", target}}};
}

HttpAnswer ReleasesService::answer(const HttpRequest &request)
{
    World &world = m_stage.now();
    if (request.segments.isEmpty())
        return bucket(world, request);
    const QByteArray path = request.segments.join('/');
    for (quint16 i = 0; i < world.channels().size(); ++i) {
        for (const Release &release : world.releases(ChannelIndex{i})) {
            const QByteArray at = place(world, release);
            if (path == at)
                return ifChanged(cdnObject("text/html", index(world, release), release.time), request);
            if (!path.startsWith(at + '/'))
                continue;
            const auto &list = files(world, release);
            const auto file = std::ranges::find(list, path.mid(at.size() + 1), &ReleaseFile::name);
            // Everything is there some minutes before the channel points to it.
            return file == list.end()
                ? cdnNotFound()
                : ifChanged(cdnObject(file->type, file->bytes, release.time - 240, file->encoding), request);
        }
    }
    return cdnNotFound();
}

const QList<ReleaseFile> &ReleasesService::files(World &world, const Release &release)
{
    QList<ReleaseFile> &list = m_files[place(world, release)];
    if (!list.isEmpty())
        return list;
    const QByteArray evalUrl = m_stage.addresses.hydra.toEncoded() + "/eval/" + QByteArray::number(release.eval.value);
    list.append({.name = "binary-cache-url", .bytes = m_stage.addresses.cache.toEncoded(), .type = "text/plain"});
    list.append({.name = "git-revision", .bytes = world.source().commit(release.commit).sha, .type = "text/plain"});
    const bool isNixos = release.name.startsWith("nixos-");
    addProducts(list, world, release, isNixos ? "nixos.channel" : "tarball", "source-dist");
    if (isNixos && world.channels()[size_t(release.channel)].variant != "small") {
        for (const char *kind : {"minimal", "graphical"}) {
            for (const System system : {System::X86Linux, System::ArmLinux})
                addProducts(list, world, release, QByteArray("nixos.iso_") + kind + '.' + name(system), "iso");
        }
    }
    list.append({.name = "packages.json.br",
        .bytes = brotliCompressed(packagesJson(world)),
        .type = "application/json",
        .encoding = "br"});
    list.append({.name = "src-url", .bytes = evalUrl, .type = "text/plain"});
    list.append({.name = "store-paths.xz", .bytes = xzCompressed(storePaths(world, release))});
    std::ranges::sort(list, {}, &ReleaseFile::name);
    return list;
}

QByteArray ReleasesService::index(World &world, const Release &release)
{
    const Commit &commit = world.source().commit(release.commit);
    const QByteArray title = world.channels()[size_t(release.channel)].name + " release " + release.name;
    const QString form = QStringLiteral("yyyy-MM-dd HH:mm:ss 'UTC'");
    QByteArray html = "<html><head><title>" + title + "</title></head><body><h1>" + title + "</h1><p>Released on "
        + utcText(release.time, form) + " from <a href='https://github.com/NixOS/nixpkgs/commits/" + commit.sha
        + "'>Git commit <tt>" + commit.sha + "</tt></a> from " + utcText(commit.time, form) + " via <a href='"
        + m_stage.addresses.hydra.toEncoded() + "/eval/" + QByteArray::number(release.eval.value)
        + "'>Hydra evaluation " + QByteArray::number(release.eval.value)
        + "</a>.</p><table><thead><tr><th>File name</th><th>Size</th><th>SHA-256 "
          "hash</th></tr></thead><tbody>";
    for (const ReleaseFile &file : files(world, release)) {
        if (file.name.endsWith(".sha256"))
            continue;
        html += "<tr><td><a href='/" + place(world, release) + '/' + file.name + "'>" + escaped(file.name)
            + "</a></td><td align='right'>" + QByteArray::number(file.bytes.size()) + "</td><td><tt>"
            + hashOf(file.bytes).base16() + "</tt></td></tr>";
    }
    return html + "</tbody></table></body></html>";
}

// ListObjects version 1 as far as a history of releases needs it.
HttpAnswer ReleasesService::bucket(World &world, const HttpRequest &request)
{
    const QByteArray prefix = request.parameter("prefix").value_or(QByteArray());
    const QByteArray marker = request.parameter("marker").value_or(QByteArray());
    const int most = qBound(1, request.parameter("max-keys").value_or("1000").toInt(), 1000);
    std::map<QByteArray, qint64> keys; // of the markers; a folder has -1
    for (quint16 i = 0; i < world.channels().size(); ++i) {
        for (const Release &release : world.releases(ChannelIndex{i})) {
            const QByteArray at = place(world, release);
            if (!at.startsWith(prefix))
                continue;
            const qsizetype slash = at.indexOf('/', prefix.size());
            if (slash >= 0) {
                keys[at.first(slash + 1)] = -1;
                continue;
            }
            keys[at] = release.time;
            keys[at + '/'] = -1;
        }
    }
    QByteArray contents;
    QByteArray folders;
    QByteArray next;
    int count = 0;
    auto it = keys.upper_bound(marker);
    for (; it != keys.end() && count < most; ++it, ++count) {
        next = it->first;
        if (it->second < 0)
            folders += "<CommonPrefixes><Prefix>" + it->first + "</Prefix></CommonPrefixes>";
        else
            contents += "<Contents><Key>" + it->first + "</Key><LastModified>"
                + utcText(it->second, QStringLiteral("yyyy-MM-dd'T'HH:mm:ss'.000Z'")) + "</LastModified><ETag>\""
                + hashOf(it->first, HashAlgorithm::Md5).base16()
                + "\"</ETag><Size>2104</Size><StorageClass>STANDARD</StorageClass></Contents>";
    }
    const bool cut = it != keys.end();
    return {.type = "application/xml",
        .body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult "
                "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>nix-releases</Name><Prefix>"
            + escaped(prefix) + "</Prefix><Marker>" + escaped(marker) + "</Marker>"
            + (cut ? "<NextMarker>" + next + "</NextMarker>" : QByteArray()) + "<MaxKeys>" + QByteArray::number(most)
            + "</MaxKeys><Delimiter>/</Delimiter><IsTruncated>" + (cut ? "true" : "false") + "</IsTruncated>" + contents
            + folders + "</ListBucketResult>",
        .headers = {{"Access-Control-Allow-Origin", "*"}, {"Server", "AmazonS3"}}};
}

void addChannels(QHttpServer &server, const Stage &stage)
{
    serve(server, std::make_shared<ChannelsService>(stage));
}

void addChannelsBucket(QHttpServer &server, const Stage &stage)
{
    serve(server, std::make_shared<ChannelsBucketService>(stage));
}

void addReleasesBucket(QHttpServer &server, const Stage &stage)
{
    serve(server, std::make_shared<ReleasesService>(stage));
}

void addReleases(QHttpServer &server, const Stage &stage)
{
    serve(server, std::make_shared<ReleasesService>(stage));
}

} // namespace narscope::sim
