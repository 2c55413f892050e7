// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/attrs.h"

#include <cstdint>
#include <cstdlib>

using namespace narscope::trace;

/// Titles, messages and job names of other people. No attribute may hold what an attribute cannot.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto text = QString::fromUtf8(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const auto attrs = attributesInTitle(text);
    if (attrs.size() > 20)
        std::abort();
    for (const auto &attr : attrs) {
        if (attr.isEmpty() || attr.contains(u' ') || attr.contains(u'/') || attr.contains(u'%'))
            std::abort();
    }
    const auto parts = jobParts(text, {});
    if (parts && (parts->attr.isEmpty() || parts->attr + u'.' + parts->system != text))
        std::abort();
    (void)pullRequestInMessage(text);
    return 0;
}
