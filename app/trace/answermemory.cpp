// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/answermemory.h"

#include "base/hash.h"

#include <QCborArray>
#include <QCborMap>

using namespace Qt::StringLiterals;

namespace narscope::trace {

namespace {

QString typeWord(net::Expect expect)
{
    switch (expect) {
    case net::Expect::Json:
        return u"json "_s;
    case net::Expect::Html:
        return u"html "_s;
    case net::Expect::Text:
        return u"text "_s;
    case net::Expect::Anything:
        break;
    }
    return u"any "_s;
}

} // namespace

QString questionOf(const net::Request &request)
{
    if (request.method != "GET" || request.sink || !request.followRedirects)
        return {};
    return typeWord(request.expect) + request.url.toString(QUrl::FullyEncoded);
}

net::Response responseOf(const Answer &answer)
{
    return {.status = answer.status,
        .url = answer.finalUrl,
        .headers = {{"content-type", answer.contentType}, {"x-served-by", answer.node}},
        .body = answer.body};
}

QByteArray writeKept(const KeptAnswer &kept)
{
    const auto &answer = kept.answer;
    return QCborMap{{u"url"_s, answer.url.toString(QUrl::FullyEncoded)},
        {u"finalUrl"_s, answer.finalUrl.toString(QUrl::FullyEncoded)}, {u"sha256"_s, answer.sha256},
        {u"at"_s, answer.at}, {u"status"_s, answer.status}, {u"type"_s, answer.contentType}, {u"node"_s, answer.node},
        {u"body"_s, answer.body}, {u"until"_s, kept.until}}
        .toCborValue()
        .toCbor();
}

std::optional<KeptAnswer> readKept(const QByteArray &bytes)
{
    const auto map = QCborValue::fromCbor(bytes).toMap();
    const auto body = map.value("body"_L1).toByteArray();
    const auto digest = map.value("sha256"_L1).toByteArray();
    if (digest != hashOf(body).base16())
        return {};
    return KeptAnswer{.answer = {.sha256 = digest,
                          .url = QUrl::fromEncoded(map.value("url"_L1).toString().toLatin1()),
                          .finalUrl = QUrl::fromEncoded(map.value("finalUrl"_L1).toString().toLatin1()),
                          .at = map.value("at"_L1).toInteger(),
                          .status = int(map.value("status"_L1).toInteger()),
                          .contentType = map.value("type"_L1).toByteArray(),
                          .location = {},
                          .node = map.value("node"_L1).toByteArray(),
                          .size = body.size(),
                          .body = body},
        .until = map.value("until"_L1).toInteger()};
}

QByteArray writeFound(const FoundEval &found)
{
    QCborArray answers;
    for (const auto &digest : found.answers)
        answers.append(digest);
    return QCborMap{{u"eval"_s, found.eval.id.value}, {u"time"_s, found.eval.time},
        {u"revision"_s, found.eval.revision}, {u"scheduled"_s, found.eval.scheduled},
        {u"errors"_s, found.eval.hasErrors}, {u"answers"_s, answers}, {u"how"_s, found.how},
        {u"byHashes"_s, found.byHashes}, {u"at"_s, found.at}}
        .toCborValue()
        .toCbor();
}

std::optional<FoundEval> readFound(const QByteArray &bytes)
{
    const auto map = QCborValue::fromCbor(bytes).toMap();
    FoundEval found{.eval = {.id = EvalId(map.value("eval"_L1).toInteger()),
                        .time = map.value("time"_L1).toInteger(),
                        .revision = map.value("revision"_L1).toString(),
                        .scheduled = int(map.value("scheduled"_L1).toInteger()),
                        .hasErrors = map.value("errors"_L1).toBool()},
        .answers = {},
        .source = {},
        .how = map.value("how"_L1).toString(),
        .byHashes = map.value("byHashes"_L1).toBool(),
        .at = map.value("at"_L1).toInteger()};
    for (const auto &digest : map.value("answers"_L1).toArray())
        found.answers << digest.toByteArray();
    if (found.eval.id.value <= 0 || found.eval.revision.size() != 40)
        return {};
    return found;
}

} // namespace narscope::trace
