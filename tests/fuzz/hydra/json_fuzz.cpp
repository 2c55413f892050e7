// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/jsonlayout.h"
#include "hydra/jsonparsers.h"
#include "hydra/metricstext.h"

#include <cstdlib>

using namespace narscope;
using namespace narscope::hydra;

/// Every reader of Hydra's JSON and metrics; what a table holds can be read back, and a layout says the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView body(data, qsizetype(size));
    (void)parseProjects(body);
    (void)parseJobset(body);
    (void)parseJobsetOverviews(body);
    (void)parseBuild(body);
    (void)parseStep(body);
    (void)parseLatestBuilds(body);
    (void)parseSearch(body);
    (void)parseMachines(body);
    (void)parseQueueRunnerStatus(body);
    (void)parseMetrics(body);
    (void)errorText(body);
    const auto laid = laidOut(body);
    if (const auto build = parseBuild(body); build && !laid.isCut && parseBuild(laid.text) != build)
        std::abort();
    const auto list = parseBuilds(body);
    const auto table = parseEvalBuilds(body.toByteArray());
    for (qsizetype row = 0; table && row < table->size(); ++row) {
        if (table->id(table->byId(table->id(row))) != table->row(row).id)
            std::abort();
    }
    if (list && table && list->size() != table->size())
        std::abort();
    return 0;
}
