// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/cacheinfo.h"

using namespace Qt::StringLiterals;

namespace narscope::nix {

Result<CacheInfo> readCacheInfo(QByteArrayView bytes)
{
    if (bytes.size() > 1024 * 1024)
        return problemSaying(ProblemKind::TooLarge, u"This nix-cache-info is larger than 1 MiB."_s);
    CacheInfo info;
    for (qsizetype at = 0; at < bytes.size();) {
        const auto found = bytes.indexOf('\n', at);
        const auto end = found < 0 ? bytes.size() : found;
        const auto line = bytes.sliced(at, end - at);
        at = end + 1;
        const auto colon = line.indexOf(':');
        if (colon < 0)
            continue;
        const auto key = line.first(colon);
        const auto value = line.sliced(colon + 1).trimmed();
        if (key == "StoreDir")
            info.storeDir = value.toByteArray();
        else if (key == "WantMassQuery")
            info.wantMassQuery = value == "1";
        else if (key == "Priority") {
            bool isNumber = false;
            const int priority = value.toInt(&isNumber);
            if (isNumber)
                info.priority = priority;
        }
    }
    return info;
}

} // namespace narscope::nix
