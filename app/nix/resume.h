// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <QByteArray>
#include <QList>

#include <utility>

namespace narscope::nix {

/// Whether and how a download that broke can go on where it was: RFC 9110, 13.1.5 and 14. Only when the first answer
/// carried a strong validator, took ranges, and was not encoded on its way; and only as long as each connection brings
/// something, so many times. One thread.
class Resume {
public:
    using Headers = QList<std::pair<QByteArray, QByteArray>>; ///< names in lower case

    /// The head of the first answer, or of one to headers(). Network: it is not the rest of the same file.
    [[nodiscard]] Result<void> begin(int status, const Headers &headers);
    void add(qint64 bytes) { m_received += bytes; }
    /// The connection broke. False: there is no going on.
    [[nodiscard]] bool goOn();
    /// To send with the next request; none at first.
    [[nodiscard]] Headers headers() const;
    /// Where the last connection began; 0 for the first one.
    [[nodiscard]] quint64 from() const { return quint64(m_from); }

private:
    QByteArray m_validator; ///< empty: none that would do
    qint64 m_length = -1; ///< of the whole file; -1: not told
    qint64 m_received = 0;
    qint64 m_from = 0;
    int m_times = 0; ///< that the connection was made again
};

} // namespace narscope::nix
