// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/isocheck.h"

#include "base/format.h"
#include "nix/canceller.h"
#include "nix/decoder.h"
#include "nix/nar.h"

#include <QFile>
#include <QFileInfo>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

constexpr qint64 maxSmall = 64 * 1024;
constexpr qint64 maxStorePaths = 64LL * 1024 * 1024;
constexpr std::array allSteps{IsoStepName::Image, IsoStepName::Release, IsoStepName::Published, IsoStepName::StorePath,
    IsoStepName::Ladder, IsoStepName::Contents};

/// The hashes of the images that an archive holds.
class ImageHasher final : public NarEvents {
public:
    void beginFile(QByteArrayView name, const NarFile &) override
    {
        m_isImage = name.endsWith(".iso");
        m_name = m_isImage ? name.toByteArray() : QByteArray();
        if (m_isImage)
            m_hasher = Hasher();
    }
    void fileData(QByteArrayView bytes) override
    {
        if (m_isImage)
            m_hasher.add(bytes);
    }
    void endFile() override
    {
        if (std::exchange(m_isImage, false) && m_found.size() < 64)
            m_found.push_back({m_name, m_hasher.finish()});
    }
    [[nodiscard]] const std::vector<std::pair<QByteArray, Hash>> &found() const { return m_found; }

private:
    bool m_isImage = false;
    QByteArray m_name;
    Hasher m_hasher;
    std::vector<std::pair<QByteArray, Hash>> m_found;
};

struct ImageFile {
    bool isImage = false;
    QString label;
    Hash hash;
    qint64 size = 0;
};

/// The primary volume descriptor is sector 16; its label, 32 characters, stands at 40 (ECMA-119, 8.4). What is no
/// printable ASCII ends it: it is shown to people.
void readDescriptor(ImageFile &image, const QByteArray &start)
{
    constexpr qsizetype descriptor = 16 * 2048;
    image.isImage = start.size() >= descriptor + 72 && start.sliced(descriptor + 1, 5) == "CD001";
    if (!image.isImage)
        return;
    const auto field = QByteArrayView(start).sliced(descriptor + 40, 32);
    const auto end = std::ranges::find_if(field, [](char c) { return c < ' ' || c > '~'; });
    image.label = QString::fromLatin1(field.first(end - field.begin())).trimmed();
}

Result<ImageFile> readImage(const QString &name, std::atomic<quint64> &bytes, const std::atomic<bool> &cancelled)
{
    QFile file(name);
    if (!QFileInfo(name).isFile() || !file.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return problem(ProblemKind::Io, name, file.errorString());
    ImageFile image;
    Hasher hasher;
    constexpr qint64 pieceSize = 1024 * 1024;
    while (true) {
        const auto piece = file.read(pieceSize);
        if (cancelled)
            return problem(ProblemKind::Cancelled, name);
        if (piece.isEmpty())
            break;
        if (image.size == 0)
            readDescriptor(image, piece);
        image.size += piece.size();
        bytes.fetch_add(quint64(piece.size()), std::memory_order_relaxed);
        hasher.add(piece);
    }
    if (file.error() != QFile::NoError)
        return problem(ProblemKind::Io, name, file.errorString());
    image.hash = hasher.finish();
    return image;
}

void set(IsoReport *report, IsoStepName name, Verdict verdict, QString detail)
{
    auto &step = report->step(name);
    step.verdict = verdict;
    step.detail = std::move(detail);
}

QString hex(const Hash &hash)
{
    return QString::fromLatin1(hash.base16());
}

/// «<64 hex digits>  <name>», as sha256sum writes it.
std::optional<Hash> publishedHash(const QByteArray &text)
{
    auto digest = fromBase16(text.trimmed().left(64));
    if (!digest || digest->size() != 32)
        return {};
    return Hash{.algorithm = HashAlgorithm::Sha256, .digest = std::move(*digest)};
}

void settle(IsoReport &report)
{
    report.verdict = Verdict::Holds;
    for (const auto &step : report.steps) {
        if (step.verdict == Verdict::Fails) {
            report.verdict = Verdict::Fails;
            return;
        }
        // Unavailable: an address was given, so there is no file at hand.
        if (step.verdict == Verdict::Unchecked)
            report.verdict = Verdict::Unchecked;
    }
}

} // namespace

QString word(IsoStepName name)
{
    switch (name) {
    case IsoStepName::Image:
        return u"image"_s;
    case IsoStepName::Release:
        return u"release"_s;
    case IsoStepName::Published:
        return u"published"_s;
    case IsoStepName::StorePath:
        return u"store-path"_s;
    case IsoStepName::Ladder:
        return u"ladder"_s;
    case IsoStepName::Contents:
        return u"contents"_s;
    }
    return {};
}

QString summary(const IsoReport &report)
{
    QStringList open;
    QString why;
    for (const auto &step : report.steps) {
        if (step.verdict == Verdict::Fails)
            return u"Fails at %1: %2"_s.arg(word(step.name), step.detail);
        if (step.verdict == Verdict::Unchecked) {
            why = why.isEmpty() ? step.detail : why;
            open << word(step.name);
        }
    }
    if (!open.isEmpty())
        return u"%1 Not checked: %2."_s.arg(why, open.join(u", "_s));
    if (report.step(IsoStepName::Image).verdict == Verdict::Unavailable)
        return u"The image that the release publishes is the one inside a NAR that a trusted key signed. No file was "
               u"given, so none was compared with it."_s;
    return u"The image is the one inside a NAR that a trusted key signed, and the one that the release publishes."_s;
}

IsoCheck::IsoCheck(Verifier &verifier, CacheDoors doors, IsoPlaces places, std::shared_ptr<std::atomic<quint64>> bytes)
    : m_verifier(verifier)
    , m_doors(doors)
    , m_places(std::move(places))
    , m_bytes(bytes ? std::move(bytes) : std::make_shared<std::atomic<quint64>>(0))
{
}

Task<IsoReport> IsoCheck::check(QString fileOrUrl, std::function<void(const IsoReport &)> changed)
{
    IsoReport report;
    report.asked = fileOrUrl;
    for (const auto name : allSteps)
        report.steps.push_back({.name = name, .verdict = Verdict::Unchecked, .detail = u"Not reached."_s});
    m_image.reset();
    m_published.reset();
    const auto say = [&report, &changed] {
        if (changed)
            changed(report);
    };
    const bool isUrl = fileOrUrl.startsWith("http://"_L1) || fileOrUrl.startsWith("https://"_L1);
    Result<IsoRelease> release = problem(ProblemKind::Usage, fileOrUrl);
    if (isUrl) {
        const QUrl url(fileOrUrl);
        set(&report, IsoStepName::Image, Verdict::Unavailable,
            u"An address was given, no file: what is published is checked."_s);
        release = co_await releaseOfUrl(url);
    } else {
        co_await climbImage(fileOrUrl, &report);
        say();
        release = releaseOfImage(QFileInfo(fileOrUrl).fileName());
    }
    if (!release) {
        set(&report, IsoStepName::Release, Verdict::Unchecked, release.error().sentence);
        settle(report);
        co_return report;
    }
    set(&report, IsoStepName::Release, Verdict::Holds, u"By its name it belongs to %1."_s.arg(release->folder));
    const auto found = *release;
    co_await climbPublished(found, &report);
    say();
    const auto candidates = co_await climbStorePath(found, &report);
    say();
    if (!candidates.empty())
        co_await climbContents(candidates, &report);
    settle(report);
    co_return report;
}

Task<Result<QByteArray>> IsoCheck::get(QUrl url, qint64 limit, IsoReport *report)
{
    net::Request request;
    request.url = url;
    request.priority = net::Priority::Interactive;
    request.why = u"check of an image"_s;
    request.maxBody = limit;
    const auto at = m_doors.clock.now();
    auto response = co_await m_doors.http.fetch(std::move(request));
    if (!response)
        co_return std::unexpected(response.error());
    report->evidence.push_back({.what = url.fileName(),
        .url = response->url,
        .at = at,
        .sha256 = hashOf(response->body),
        .size = quint64(response->body.size()),
        .note = {}});
    co_return std::move(response->body);
}

Task<Result<IsoRelease>> IsoCheck::releaseOfUrl(QUrl url)
{
    const auto below = [&url](const QUrl &base) {
        return url.scheme() == base.scheme() && url.authority() == base.authority()
            && url.path().startsWith(base.path() + u'/');
    };
    const auto rest = [&url](const QUrl &base) { return url.path().sliced(base.path().size() + 1); };
    if (below(m_places.releases) && rest(m_places.releases).count(u'/') >= 2) {
        const auto place = rest(m_places.releases);
        co_return releaseAt(place.section(u'/', 0, 2), place.section(u'/', 3));
    }
    if (!below(m_places.channels))
        co_return problemSaying(
            ProblemKind::Usage, u"Only addresses of channels and releases of NixOS are understood."_s, url.toString());
    // Redirects are written one by one: the channel's own says which release all of its files are of.
    const auto place = rest(m_places.channels);
    net::Request request;
    request.url = m_places.channels;
    request.url.setPath(m_places.channels.path() + u'/' + place.section(u'/', 0, 0));
    request.method = "HEAD";
    request.priority = net::Priority::Interactive;
    request.why = u"check of an image"_s;
    request.followRedirects = false;
    const auto response = co_await m_doors.http.fetch(std::move(request));
    if (!response)
        co_return std::unexpected(response.error());
    url = response->location();
    if (!below(m_places.releases))
        co_return problemSaying(ProblemKind::Redirect, u"The channel does not lead to a release."_s, url.toString());
    co_return releaseAt(rest(m_places.releases), place.section(u'/', 1));
}

Task<void> IsoCheck::climbImage(QString file, IsoReport *report)
{
    const Canceller cancel;
    auto read = [file, bytes = m_bytes, flag = cancel.flag] { return readImage(file, *bytes, *flag); };
    const auto at = m_doors.clock.now();
    const auto image = co_await runOn(m_doors.pools.hash, std::move(read));
    if (!image) {
        set(report, IsoStepName::Image, Verdict::Unchecked, image.error().sentence);
        co_return;
    }
    m_image = image->hash;
    report->evidence.push_back({.what = u"image"_s,
        .url = QUrl::fromLocalFile(file),
        .at = at,
        .sha256 = image->hash,
        .size = quint64(image->size),
        .note = {}});
    if (!image->isImage) {
        set(report, IsoStepName::Image, Verdict::Fails, u"The file is no ISO 9660 image."_s);
        co_return;
    }
    set(report, IsoStepName::Image, Verdict::Holds,
        u"An ISO 9660 image of %1 labelled «%2»; its SHA-256 is %3."_s.arg(
            formatSize(image->size), image->label, hex(image->hash)));
}

Task<void> IsoCheck::climbPublished(IsoRelease release, IsoReport *report)
{
    auto url = m_places.releases;
    url.setPath(url.path() + u'/' + release.folder + u'/' + release.image + u".sha256"_s);
    const auto text = co_await get(url, maxSmall, report);
    if (!text) {
        set(report, IsoStepName::Published, Verdict::Unchecked,
            u"The published hash could not be had: "_s + text.error().sentence);
        co_return;
    }
    m_published = publishedHash(*text);
    const auto how
        = url.scheme() == "https"_L1 ? u"told over TLS, not signed"_s : u"told over plain HTTP, not signed"_s;
    if (!m_published)
        set(report, IsoStepName::Published, Verdict::Unchecked, u"The published file holds no SHA-256."_s);
    else if (!m_image)
        set(report, IsoStepName::Published, Verdict::Holds,
            u"The release publishes %1 for %2 (%3)."_s.arg(hex(*m_published), release.image, how));
    else if (*m_published == *m_image)
        set(report, IsoStepName::Published, Verdict::Holds, u"The release publishes this hash (%1)."_s.arg(how));
    else
        set(report, IsoStepName::Published, Verdict::Fails,
            u"The release publishes another hash: %1."_s.arg(hex(*m_published)));
}

Task<std::vector<StorePath>> IsoCheck::climbStorePath(IsoRelease release, IsoReport *report)
{
    std::vector<StorePath> candidates;
    auto url = m_places.releases;
    url.setPath(url.path() + u'/' + release.folder + u"/store-paths.xz"_s);
    auto packed = co_await get(url, maxStorePaths, report);
    if (!packed) {
        set(report, IsoStepName::StorePath, Verdict::Unchecked,
            u"The release's list of store paths could not be had: "_s + packed.error().sentence);
        co_return candidates;
    }
    auto search = [packed = std::move(*packed), image = release.image]() -> Result<std::vector<StorePath>> {
        return decompress(packed, Compression::Xz, {.output = 4 * quint64(maxStorePaths)})
            .transform([&](const QByteArray &text) { return imagePaths(text, image); });
    };
    const auto found = co_await runOn(m_doors.pools.hash, std::move(search));
    if (!found || found->empty()) {
        set(report, IsoStepName::StorePath, Verdict::Unchecked,
            found ? u"The release lists no store path that may hold the image."_s : found.error().sentence);
        co_return candidates;
    }
    candidates = *found;
    set(report, IsoStepName::StorePath, Verdict::Holds,
        u"The release lists %1."_s.arg(QString::fromUtf8(candidates.front().text())));
    co_return candidates;
}

Task<void> IsoCheck::climbContents(std::vector<StorePath> candidates, IsoReport *report)
{
    const auto wanted = m_image ? m_image : m_published;
    set(report, IsoStepName::Contents, Verdict::Unchecked, u"There is no hash to compare with."_s);
    for (const auto &path : candidates) {
        VerifyTarget target;
        target.text = QString::fromUtf8(path.text());
        target.question = {.hashPart = path.hashPart().toByteArray(), .path = path};
        const auto images = std::make_shared<ImageHasher>();
        const std::shared_ptr<NarEvents> events = images;
        report->ladder = co_await m_verifier.check(target, events, m_bytes);
        const auto &ladder = *report->ladder;
        set(report, IsoStepName::Ladder, ladder.verdict, ladder.pathText() + u": "_s + summary(ladder));
        if (!wanted)
            co_return;
        for (const auto &[name, hash] : images->found()) {
            if (hash == *wanted) {
                set(report, IsoStepName::StorePath, Verdict::Holds, u"The release lists %1."_s.arg(ladder.pathText()));
                set(report, IsoStepName::Contents, Verdict::Holds,
                    (m_image ? u"The file %1 inside it is this image, byte for byte."_s
                             : u"The file %1 inside it has the hash that the release publishes."_s)
                        .arg(QString::fromUtf8(name)));
                co_return;
            }
            if (hash == m_published) { // the image that has this name: its ladder is the one to show
                set(report, IsoStepName::StorePath, Verdict::Holds, u"The release lists %1."_s.arg(ladder.pathText()));
                set(report, IsoStepName::Contents, Verdict::Fails,
                    u"The file %1 inside it is the one that the release publishes; this image is another one."_s.arg(
                        QString::fromUtf8(name)));
                co_return;
            }
        }
        if (images->found().empty())
            set(report, IsoStepName::Contents, Verdict::Unchecked,
                u"No image was seen inside %1."_s.arg(ladder.pathText()));
        else
            set(report, IsoStepName::Contents, Verdict::Fails,
                u"The image inside %1 is another one: %2."_s.arg(
                    ladder.pathText(), hex(images->found().front().second)));
    }
}

} // namespace narscope::nix
