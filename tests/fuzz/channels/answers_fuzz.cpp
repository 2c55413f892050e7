// SPDX-License-Identifier: GPL-3.0-or-later
#include "channels/channelmap.h"
#include "channels/parsers.h"
#include "channels/prometheus.h"

#include <cstdint>

using namespace narscope::channels;

/// The first byte chooses the reader.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    const QByteArrayView body(data + 1, static_cast<qsizetype>(size - 1));
    switch (data[0] % 9) {
    case 0:
        (void)parseReleaseIndex(body);
        break;
    case 1:
        (void)parseBucketPage(body);
        break;
    case 2:
        (void)parseSamples(body);
        break;
    case 3:
        (void)parseSeries(body);
        break;
    case 4:
        (void)readPackages(body);
        break;
    case 5:
        (void)readStorePaths(body);
        break;
    case 6:
        (void)parseSourceUrl(body);
        break;
    case 7:
        (void)parseChannelMap(body);
        break;
    case 8: {
        Pointer pointer;
        readImmutableLink(body, pointer);
        (void)releaseFolder(QUrl::fromEncoded(body.toByteArray()));
        break;
    }
    }
    return 0;
}
