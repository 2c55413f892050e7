// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "net/http.h"

#include <QDir>
#include <QFile>
#include <QHash>
#include <QStringList>

#include <memory>

namespace narscope::net {

// A cassette is a folder: index.tsv with a line of column names and one line an exchange (slug, method, path,
// accept, auth, request_body, status, content_type, bytes, seconds, first_byte_seconds, location); per
// exchange SLUG.headers (request lines after "> ", an empty line, status line and headers) and SLUG.body,
// decoded, or SLUG.body.zst. `path` is a whole URL, or a path, which then answers for every server (and a
// redirect to the recorded server becomes one to the server asked). Only lines with auth "-" are replayed.

/// One exchange as it was.
struct Recorded {
    int status = 0;
    QList<std::pair<QByteArray, QByteArray>> headers; ///< names in lower case
    QString bodyFile; ///< to be read by readRecordedBody()
};

/// Writes exchanges. Cookies and everything that signs in are left out.
class Recorder {
public:
    /// Makes the folder; adds to what is in it.
    [[nodiscard]] static Result<std::unique_ptr<Recorder>> open(const QString &folder);

    struct Exchange {
        QByteArray method;
        QUrl url;
        QList<std::pair<QByteArray, QByteArray>> requestHeaders;
        QByteArray requestBody; ///< of a GraphQL query
        int status = 0;
        QList<std::pair<QByteArray, QByteArray>> headers;
        Milliseconds took{};
    };
    /// A file for the body of the next exchange, to be filled and given to write().
    [[nodiscard]] Result<std::unique_ptr<QFile>> newBody();
    [[nodiscard]] Result<void> write(const Exchange &exchange, QFile &body);

private:
    Recorder() = default;

    QDir m_folder;
    QFile m_index;
    qint64 m_next = 1;
};

/// Answers from a cassette. Exchanges of the same request come in the order recorded, then the last one
/// again.
class Player {
public:
    [[nodiscard]] static Result<std::unique_ptr<Player>> open(const QString &folder);

    /// An error status is an exchange like others; NoRecord when the cassette has no such exchange.
    [[nodiscard]] Result<Recorded> next(
        const QByteArray &method, const QUrl &url, Expect expect, const QByteArray &requestBody = {});

private:
    /// The exchanges of one request with one Accept.
    struct Variant {
        QByteArray accept;
        QStringList slugs;
        qsizetype next = 0;
    };
    struct Answers {
        QList<Variant> variants;
        /// Of our own recording. A folder by paths holds several states of a server, of which the last is
        /// taken.
        bool inOrder = false;
    };
    [[nodiscard]] Result<void> readIndex();
    [[nodiscard]] Result<Recorded> read(const QString &slug, const QUrl &url, bool isOfAnyServer) const;

    QDir m_folder;
    QHash<QByteArray, Answers> m_answers; ///< by method and URL or path
};

/// Unpacks when it must. TooLarge past the limit, Io, Malformed.
[[nodiscard]] Result<QByteArray> readRecordedBody(const QString &file, qint64 maxBytes);

} // namespace narscope::net
