// SPDX-License-Identifier: GPL-3.0-or-later
#include "ofborg/stomp.h"

#include <cstdlib>

using namespace narscope;
using namespace narscope::ofborg;

namespace {

QList<StompFrame> framesOf(QByteArrayView bytes, qsizetype piece)
{
    StompReader reader;
    QList<StompFrame> frames;
    for (qsizetype at = 0; at < bytes.size(); at += piece) {
        reader.add(bytes.sliced(at, qMin(piece, bytes.size() - at)));
        for (auto next = reader.next(); next && *next; next = reader.next())
            frames.append(**next);
    }
    return frames;
}

} // namespace

/// Frames are the same whatever the stream is cut into.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView bytes(data, qsizetype(qMin<std::size_t>(size, 4096)));
    const auto whole = framesOf(bytes, qMax<qsizetype>(1, bytes.size()));
    if (framesOf(bytes, 1) != whole || framesOf(bytes, 7) != whole)
        std::abort();
    return 0;
}
