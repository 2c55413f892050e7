// SPDX-License-Identifier: GPL-3.0-or-later
#include "ofborg/logmerger.h"
#include "ofborg/parsers.h"

#include <cstdlib>

using namespace narscope;
using namespace narscope::ofborg;

/// OfBorg's JSON; and lines in any order are given once each, in order.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView body(data, qsizetype(size));
    (void)parseAttempts(body);
    (void)parseMessage(body);
    LogMerger log;
    qint64 next = 1;
    for (const char c : body) {
        const auto number = qint64(static_cast<unsigned char>(c)) % 50;
        if (number == 0)
            log.addFile(body.first(qMin<qsizetype>(body.size(), 200)).toByteArray(), c == 50);
        else
            log.addLine(number, QByteArray(1, c));
        const auto run = log.take();
        if (run.first != next)
            std::abort();
        next += run.lines.size();
        (void)log.takeRepairs();
    }
    return 0;
}
