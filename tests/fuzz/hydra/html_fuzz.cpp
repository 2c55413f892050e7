// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/buildlist.h"
#include "hydra/htmlparsers.h"
#include "hydra/jsonparsers.h"

#include <array>

using namespace narscope;
using namespace narscope::hydra;

namespace {

using Read = void (*)(QByteArrayView body);

template <auto parse> void read(QByteArrayView body)
{
    (void)parse(body);
}

constexpr std::array<Read, 11> readers{read<parseEvalPage>, read<parseEvalJobs>, read<parseEvalErrors>,
    read<parseBuildDetails>, read<parseJobPage>, read<parseJobBuilds>, read<parseQueueSummary>,
    read<parseMachineActivity>, read<parseLatestSteps>, read<parseEvalHeader>, read<errorText>};

} // namespace

/// The first byte chooses the page, the rest is the page.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size > 0)
        readers[*data % readers.size()](QByteArrayView(data + 1, qsizetype(size - 1)));
    return 0;
}
