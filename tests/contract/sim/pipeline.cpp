// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline.h"

#include <QTest>

#include <set>

using namespace Qt::StringLiterals;

namespace narscope::test {

namespace {

const QByteArray host = "hydra.test:80";

sim::HttpRequest asked(const QByteArray &target, const sim::HttpHeaders &headers)
{
    sim::HttpRequest request = sim::httpRequest(target);
    request.headers = headers;
    request.headers.emplace_back("host", host);
    request.headers.emplace_back("user-agent", "test/1");
    return request;
}

QByteArray goodBody(const sim::HttpAnswer &answer, const QByteArray &target, const QByteArray &type)
{
    if (answer.status != 200 || !answer.type.startsWith(type))
        QTest::qFail((target + " answered " + QByteArray::number(answer.status) + ' ' + answer.type).constData(),
            __FILE__, __LINE__);
    return answer.drained();
}

} // namespace

Pipeline::Pipeline(int jobs, quint64 seed)
    : world({.seed = seed, .jobs = jobs, .start = clock.nowSeconds()})
{
    addresses.hydra = QUrl(u"http://"_s + QString::fromLatin1(host));
    addresses.ofborg = QUrl(u"http://ofborg.test"_s);
    world.advance(clock.nowSeconds());
}

sim::HttpAnswer Pipeline::hydra(const QByteArray &target, const QByteArray &accept)
{
    return hydraService.answer(asked(target, {{"accept", accept}}));
}

QByteArray Pipeline::json(const QByteArray &target)
{
    return goodBody(hydra(target), target, "application/json");
}

QByteArray Pipeline::html(const QByteArray &target)
{
    return goodBody(hydra(target, "text/html"), target, "text/html");
}

sim::HttpAnswer Pipeline::gitHub(const QByteArray &target, const sim::HttpHeaders &headers)
{
    return gitHubService.answer(asked(target, headers));
}

sim::HttpAnswer Pipeline::ofBorg(const QByteArray &target, const sim::HttpHeaders &headers)
{
    return ofBorgService.answer(asked(target, headers));
}

std::vector<sim::BuildFacts> Pipeline::variety() const
{
    std::set<std::tuple<int, int, bool, bool>> seen;
    std::vector<sim::BuildFacts> builds;
    for (size_t i = 0; i < world.jobsets().size(); ++i) {
        for (const EvalId eval : world.evaluations(static_cast<sim::JobsetIndex>(i))) {
            for (const quint32 number : world.evaluation(eval)->builds) {
                const sim::BuildFacts build = number == 0 ? sim::BuildFacts() : world.buildAt(number);
                const bool isAggregate = number != 0 && !world.jobAttr(build.jobset, build.job);
                if (number != 0
                    && seen
                        .emplace(static_cast<int>(build.phase), build.status, isAggregate, build.cachedFrom.value != 0)
                        .second)
                    builds.push_back(build);
            }
        }
    }
    return builds;
}

const sim::Evaluation &Pipeline::lastEvaluation(const char *project, const char *jobset) const
{
    return *world.evaluation(world.evaluations(*world.findJobset(project, jobset)).back());
}

} // namespace narscope::test
