// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "net/http.h"

#include <QDir>
#include <QFile>
#include <QHash>

#include <memory>

namespace narscope::net {

// A cassette is a folder: index.tsv with a line of column names and one line an exchange (slug, method, path,
// accept, auth, request_body, status, content_type, bytes, seconds, first_byte_seconds, location); per exchange
// SLUG.headers (request lines after "> ", an empty line, status line and headers) and SLUG.body, decoded, or
// SLUG.body.zst. `path` is a whole URL, or a path, which then answers for every server. Only lines with auth "-"
// are replayed. Bytes outside what a cell can hold cannot occur: URLs are percent-encoded.

/// One exchange as it was.
struct Recorded {
    int status = 0;
    QList<std::pair<QByteArray, QByteArray>> headers; ///< names in lower case
    QString bodyFile; ///< to be read by readRecordedBody()
    QByteArray location; ///< of a redirect, with the recorded server's address replaced by the one asked
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
        int status = 0;
        QList<std::pair<QByteArray, QByteArray>> headers;
        Milliseconds took {};
    };
    /// A file for the body of the next exchange, to be filled and given to write().
    [[nodiscard]] Result<std::unique_ptr<QFile>> newBody();
    [[nodiscard]] Result<void> write(const Exchange &exchange, QFile &body);

private:
    QDir m_folder;
    QFile m_index;
    int m_next = 1;
};

/// Answers from a cassette. Exchanges of the same request come in the order recorded, then the last one again.
class Player {
public:
    [[nodiscard]] static Result<std::unique_ptr<Player>> open(const QString &folder);

    /// NoRecord when the cassette has no such exchange.
    [[nodiscard]] Result<Recorded> next(const QByteArray &method, const QUrl &url, Expect expect);

private:
    struct Line {
        QString slug;
        QByteArray accept;
        int status = 0;
    };
    struct Answers {
        QList<Line> lines;
        qsizetype next = 0;
        bool inOrder = false; ///< of our own recording; other folders hold variants, of which the last is taken
    };
    [[nodiscard]] Result<Recorded> read(const Line &line, const QUrl &url) const;

    QDir m_folder;
    QHash<QByteArray, Answers> m_answers; ///< by method, URL or path, and what was accepted
};

/// Unpacks when it must. TooLarge past the limit, Io, Malformed.
[[nodiscard]] Result<QByteArray> readRecordedBody(const QString &file, qint64 maxBytes);

} // namespace narscope::net
