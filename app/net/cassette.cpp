// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/cassette.h"

#include "net/answercheck.h"

#include <QUrlQuery>

#include <zstd.h>

using namespace Qt::StringLiterals;

namespace narscope::net {

namespace {

constexpr qint64 maxIndexBytes = 256 * 1024 * 1024;
constexpr qint64 maxHeaderBytes = 1024 * 1024;
constexpr auto columnNames
    = "slug\tmethod\tpath\taccept\tauth\trequest_body\tstatus\tcontent_type\tbytes\tseconds\tfirst_byte_seconds\tlocation\n"_L1;

/// Of a request only what cannot be a secret is written down.
constexpr std::array recordedRequestHeaders{"accept"_L1, "user-agent"_L1, "if-none-match"_L1, "if-modified-since"_L1};

bool isLeftOut(const QByteArray &name, bool wasEncoded)
{
    return name == "set-cookie" || name == "set-cookie2" || name == "www-authenticate" || name == "transfer-encoding"
        || name == "content-encoding" || (name == "content-length" && wasEncoded);
}

QByteArray cell(QByteArray text)
{
    for (char &c : text) {
        if (c == '\t' || c == '\n' || c == '\r')
            c = ' ';
    }
    return text;
}

std::unexpected<Problem> fileProblem(const QFile &file)
{
    return problem(ProblemKind::Io, file.fileName(), file.errorString());
}

QByteArray pathAndQuery(const QUrl &url)
{
    QByteArray path = url.path(QUrl::FullyEncoded).toLatin1();
    if (path.isEmpty())
        path = "/"_ba;
    return url.hasQuery() ? path + '?' + url.query(QUrl::FullyEncoded).toLatin1() : path;
}

QByteArray wholeUrl(const QUrl &url)
{
    const QByteArray root
        = url.toEncoded(QUrl::RemoveUserInfo | QUrl::RemovePath | QUrl::RemoveQuery | QUrl::RemoveFragment);
    return root + pathAndQuery(url);
}

/// The query without what leaves a page as it is, or leaves only its lists out: a recording of the whole page
/// answers that too. (hydra.md §4.2: an evaluation's header is asked for with a filter that nothing passes.)
QUrl withoutIdleQuery(QUrl url)
{
    QUrlQuery query(url);
    for (const auto &[name, value] : {std::pair(u"page"_s, u"1"_s), std::pair(u"filter"_s, u"zz-no-such-job"_s)}) {
        if (query.queryItemValue(name) == value)
            query.removeQueryItem(name);
    }
    url.setQuery(query);
    return url;
}

QByteArray keyOf(const QByteArray &method, const QByteArray &place, const QByteArray &requestBody)
{
    return method + ' ' + place + ' ' + cell(requestBody);
}

/// How well a recorded Accept answers what is asked now; 0: not at all.
int fitness(Expect expect, const QByteArray &accept)
{
    if (accept == acceptFor(expect))
        return 4;
    switch (expect) {
    case Expect::Json:
        return accept.startsWith("application/json") || accept.endsWith("+json") ? 3 : 0;
    case Expect::Html:
        return accept.startsWith("text/html") ? 3 : (accept == "*/*" ? 2 : 0);
    case Expect::Text:
    case Expect::Anything:
        break;
    }
    return accept == "*/*" ? 3 : (accept.startsWith("text/plain") ? 2 : 1);
}

bool isSlug(const QString &text)
{
    return !text.isEmpty() && !text.startsWith(u'.') && !text.contains(u'/') && !text.contains(QChar(0));
}

Result<QByteArray> readAll(const QString &path, qint64 maxBytes)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fileProblem(file);
    if (file.size() > maxBytes)
        return problem(ProblemKind::TooLarge, path, u"%1 bytes, the limit is %2"_s.arg(file.size()).arg(maxBytes));
    return file.readAll();
}

Result<QByteArray> unpacked(const QByteArray &packed, const QString &path, qint64 maxBytes)
{
    const std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream(ZSTD_createDStream(), &ZSTD_freeDStream);
    ZSTD_inBuffer in{.src = packed.constData(), .size = size_t(packed.size()), .pos = 0};
    QByteArray all;
    QByteArray piece(qsizetype(ZSTD_DStreamOutSize()), Qt::Uninitialized);
    size_t more = 1;
    while (more != 0) {
        ZSTD_outBuffer out{.dst = piece.data(), .size = size_t(piece.size()), .pos = 0};
        more = ZSTD_decompressStream(stream.get(), &out, &in);
        if (ZSTD_isError(more))
            return problem(ProblemKind::Malformed, path, QString::fromLatin1(ZSTD_getErrorName(more)));
        if (all.size() + qsizetype(out.pos) > maxBytes)
            return problem(ProblemKind::TooLarge, path, u"the limit is %1 bytes"_s.arg(maxBytes));
        all.append(piece.constData(), qsizetype(out.pos));
        if (more != 0 && in.pos == in.size && out.pos == 0)
            return problem(ProblemKind::Malformed, path, u"the compressed body ends too early"_s);
    }
    return all;
}

struct HeadersFile {
    QByteArray host; ///< that was asked
    Recorded recorded;
};

/// The status line and headers of the last answer in the file; a tool may have noted interim ones before it.
Result<HeadersFile> parseHeaders(const QByteArray &text, const QString &path)
{
    HeadersFile file;
    for (const auto &raw : text.split('\n')) {
        const QByteArray line = raw.trimmed();
        const auto colon = line.indexOf(':');
        if (line.startsWith("> ")) {
            if (line.first(std::max<qsizetype>(colon, 0)).toLower() == "> host")
                file.host = line.sliced(colon + 1).trimmed();
        } else if (line.startsWith("HTTP/")) {
            file.recorded = {};
            file.recorded.status = line.split(' ').value(1).toInt();
        } else if (colon > 0 && file.recorded.status > 0) {
            file.recorded.headers.emplaceBack(line.first(colon).toLower(), line.sliced(colon + 1).trimmed());
        }
    }
    if (file.recorded.status < 100 || file.recorded.status > 999)
        return problem(ProblemKind::Malformed, path, u"there is no status line"_s);
    return file;
}

/// A redirect to the server that was recorded becomes one to the server that is asked.
void moveLocation(HeadersFile &file, const QUrl &url)
{
    for (auto &[name, value] : file.recorded.headers) {
        QUrl target = QUrl::fromEncoded(value);
        if (name != "location" || target.isRelative() || target.authority().toLatin1() != file.host)
            continue;
        target.setScheme(url.scheme());
        target.setAuthority(url.authority());
        value = target.toEncoded();
    }
}

} // namespace

Result<std::unique_ptr<Recorder>> Recorder::open(const QString &folder)
{
    std::unique_ptr<Recorder> recorder(new Recorder);
    recorder->m_folder.setPath(folder);
    if (!recorder->m_folder.mkpath(u"."_s))
        return problemSaying(ProblemKind::Io, u"The folder for the recording cannot be made."_s, folder);
    auto &index = recorder->m_index;
    index.setFileName(recorder->m_folder.filePath(u"index.tsv"_s));
    if (!index.open(QIODevice::ReadWrite))
        return fileProblem(index);
    while (!index.atEnd()) {
        if (!index.readLine().isEmpty())
            ++recorder->m_next;
    }
    if (index.size() == 0 && index.write(columnNames.data(), columnNames.size()) < 0)
        return fileProblem(index);
    return recorder;
}

Result<std::unique_ptr<QFile>> Recorder::newBody()
{
    const QString slug = QString::number(m_next++).rightJustified(6, u'0');
    auto file = std::make_unique<QFile>(m_folder.filePath(slug + u".body"_s));
    if (!file->open(QIODevice::WriteOnly))
        return fileProblem(*file);
    return file;
}

Result<void> Recorder::write(const Exchange &exchange, QFile &body)
{
    if (!body.flush())
        return fileProblem(body);
    const auto bytes = body.size();
    const QString slug = QFileInfo(body.fileName()).completeBaseName();
    const auto find = [&](const auto &headers, const char *name) {
        const auto it = std::ranges::find(headers, name, [](const auto &h) { return h.first.toLower(); });
        return it == headers.end() ? QByteArray() : it->second;
    };
    QByteArray text = "> " + exchange.method + ' ' + pathAndQuery(exchange.url)
        + " HTTP/1.1\n> Host: " + exchange.url.authority().toLatin1() + '\n';
    for (const auto &[name, value] : exchange.requestHeaders) {
        if (std::ranges::contains(recordedRequestHeaders, QLatin1StringView(name.toLower())))
            text += "> " + name + ": " + value + '\n';
    }
    text += "\nHTTP/1.1 " + QByteArray::number(exchange.status) + '\n';
    const bool wasEncoded = !find(exchange.headers, "content-encoding").isEmpty();
    for (const auto &[name, value] : exchange.headers) {
        if (!isLeftOut(name, wasEncoded))
            text += name + ": " + cell(value) + '\n';
    }
    QFile headers(m_folder.filePath(slug + u".headers"_s));
    if (!headers.open(QIODevice::WriteOnly) || headers.write(text) != text.size())
        return fileProblem(headers);
    const QByteArrayList line{slug.toLatin1(), exchange.method, wholeUrl(exchange.url),
        cell(find(exchange.requestHeaders, "accept")), "-"_ba, cell(exchange.requestBody),
        QByteArray::number(exchange.status), cell(find(exchange.headers, "content-type")), QByteArray::number(bytes),
        QByteArray::number(double(exchange.took.count()) / 1000), {}, cell(find(exchange.headers, "location"))};
    if (m_index.write(line.join('\t') + '\n') < 0 || !m_index.flush())
        return fileProblem(m_index);
    return {};
}

Result<std::unique_ptr<Player>> Player::open(const QString &folder)
{
    std::unique_ptr<Player> player(new Player);
    player->m_folder.setPath(folder);
    if (auto ok = player->readIndex(); !ok)
        return std::unexpected(ok.error());
    return player;
}

Result<void> Player::readIndex()
{
    const QString path = m_folder.filePath(u"index.tsv"_s);
    const auto text = readAll(path, maxIndexBytes);
    if (!text)
        return std::unexpected(text.error());
    const auto lines = text->split('\n');
    const auto names = lines.value(0).trimmed().split('\t');
    const auto slugAt = names.indexOf("slug"), methodAt = names.indexOf("method"), placeAt = names.indexOf("path"),
               acceptAt = names.indexOf("accept"), authAt = names.indexOf("auth"),
               bodyAt = names.indexOf("request_body");
    if (slugAt < 0 || methodAt < 0 || placeAt < 0 || acceptAt < 0 || authAt < 0)
        return problem(ProblemKind::Malformed, path,
            u"the first line does not name the columns slug, method, path, accept and auth"_s);
    for (const auto &line : lines.sliced(1)) {
        const auto cells = line.split('\t');
        const QString slug = QString::fromUtf8(cells.value(slugAt));
        const QUrl place = QUrl::fromEncoded(cells.value(placeAt));
        if (!isSlug(slug) || cells.value(authAt) != "-" || place.isEmpty())
            continue;
        auto &answers
            = m_answers[keyOf(cells.value(methodAt), place.isRelative() ? pathAndQuery(place) : wholeUrl(place),
                bodyAt < 0 ? QByteArray() : cells.value(bodyAt))];
        answers.inOrder = !place.isRelative();
        auto variant = std::ranges::find(answers.variants, cells.value(acceptAt), &Variant::accept);
        if (variant == answers.variants.end())
            variant = answers.variants.insert(variant, {.accept = cells.value(acceptAt), .slugs = {}});
        variant->slugs.append(slug);
    }
    return {};
}

Result<Recorded> Player::next(const QByteArray &method, const QUrl &url, Expect expect, const QByteArray &requestBody)
{
    auto answers = m_answers.find(keyOf(method, wholeUrl(url), requestBody));
    if (answers == m_answers.end())
        answers = m_answers.find(keyOf(method, pathAndQuery(url), requestBody));
    if (answers == m_answers.end())
        answers = m_answers.find(keyOf(method, pathAndQuery(withoutIdleQuery(url)), requestBody));
    if (answers == m_answers.end())
        return problem(ProblemKind::NoRecord, url.toDisplayString());
    const auto fits = [expect](const Variant &variant) { return fitness(expect, variant.accept); };
    const auto best = std::ranges::max_element(answers->variants, {}, fits);
    if (fits(*best) == 0)
        return problem(
            ProblemKind::NoRecord, url.toDisplayString(), u"only as %1"_s.arg(QString::fromUtf8(best->accept)));
    if (!answers->inOrder)
        return read(best->slugs.constLast(), url, true);
    const auto &slug = best->slugs.at(best->next);
    best->next = std::min(best->next + 1, best->slugs.size() - 1);
    return read(slug, url, false);
}

Result<Recorded> Player::read(const QString &slug, const QUrl &url, bool isOfAnyServer) const
{
    const QString path = m_folder.filePath(slug + u".headers"_s);
    const auto text = readAll(path, maxHeaderBytes);
    if (!text)
        return std::unexpected(text.error());
    auto file = parseHeaders(*text, path);
    if (!file)
        return std::unexpected(file.error());
    if (isOfAnyServer)
        moveLocation(*file, url);
    file->recorded.bodyFile = m_folder.filePath(slug + u".body"_s);
    return std::move(file->recorded);
}

Result<QByteArray> readRecordedBody(const QString &file, qint64 maxBytes)
{
    if (QFile::exists(file))
        return readAll(file, maxBytes);
    const QString packedFile = file + u".zst"_s;
    const auto packed = readAll(packedFile, maxBytes);
    if (!packed)
        return packed;
    return unpacked(*packed, packedFile, maxBytes);
}

} // namespace narscope::net
