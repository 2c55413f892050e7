// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/world.h"

#include "sim/worlddata.h"

#include <algorithm>

namespace narscope::sim {

World::World(WorldConfig config)
    : d(std::make_unique<Private>(config))
{
}

World::~World() = default;

void World::advance(qint64 now)
{
    d->advance(now);
}

qint64 World::now() const
{
    return d->now;
}

qint64 World::historyStart() const
{
    return d->historyStart;
}

const Universe &World::universe() const
{
    return d->universe;
}

Recipes &World::recipes()
{
    return d->recipes;
}

Contents &World::contents()
{
    return d->contents;
}

const Source &World::source() const
{
    return d->life.source();
}

const std::vector<ProjectFacts> &World::projects() const
{
    return d->projects;
}

const std::vector<JobsetFacts> &World::jobsets() const
{
    return d->jobsetFacts;
}

const JobsetFacts &World::jobset(JobsetIndex jobset) const
{
    return d->jobsetFacts[size_t(jobset)];
}

std::optional<JobsetIndex> World::findJobset(QByteArrayView project, QByteArrayView name) const
{
    for (size_t i = 0; i < d->jobsetFacts.size(); ++i) {
        if (d->jobsetFacts[i].project == project && d->jobsetFacts[i].name == name)
            return JobsetIndex{quint16(i)};
    }
    return std::nullopt;
}

JobsetTimes World::times(JobsetIndex jobset) const
{
    return d->jobsets[size_t(jobset)].times;
}

quint32 World::jobCount(JobsetIndex jobset) const
{
    return quint32(d->jobsets[size_t(jobset)].jobs.size());
}

// Tarballs and options are the same on every system, so their jobs name none.
QByteArray World::jobName(JobsetIndex jobset, JobIndex job) const
{
    const JobsetState &state = d->jobsets[size_t(jobset)];
    const Job &which = state.jobs[size_t(job)];
    if (which.aggregate)
        return state.plan.aggregate;
    const QByteArray attr = d->universe.attrName(which.attr);
    const QByteArray prefix = attr.startsWith("nixos.") ? QByteArray() : state.plan.facts.jobPrefix;
    const bool isSystemless = d->universe.kind(which.attr) == Kind::Tarball || attr == "nixos.options";
    return prefix + attr + (isSystemless ? QByteArray() : '.' + name(which.system));
}

std::optional<JobIndex> World::findJob(JobsetIndex jobset, QByteArrayView name) const
{
    const JobsetState &state = d->jobsets[size_t(jobset)];
    if (!state.plan.aggregate.isEmpty() && name == state.plan.aggregate)
        return JobIndex{quint32(state.jobs.size() - 1)};
    const qsizetype dot = name.lastIndexOf('.');
    const auto system = dot < 0 ? std::nullopt : systemNamed(name.sliced(dot + 1));
    QByteArrayView attrName = system ? name.first(dot) : name;
    if (!state.plan.facts.jobPrefix.isEmpty() && attrName.startsWith(state.plan.facts.jobPrefix))
        attrName = attrName.sliced(state.plan.facts.jobPrefix.size());
    const auto attr = d->universe.find(attrName);
    if (!attr || state.places.empty())
        return std::nullopt;
    const quint32 place = state.places[index(*attr)].at(size_t(system.value_or(System::X86Linux)));
    if (place == 0 || jobName(jobset, JobIndex{place - 1}) != name)
        return std::nullopt;
    return JobIndex{place - 1};
}

std::optional<Attr> World::jobAttr(JobsetIndex jobset, JobIndex job) const
{
    const Job &which = d->jobsets[size_t(jobset)].jobs[size_t(job)];
    return which.aggregate ? std::nullopt : std::optional(which.attr);
}

System World::jobSystem(JobsetIndex jobset, JobIndex job) const
{
    return d->jobsets[size_t(jobset)].jobs[size_t(job)].system;
}

std::span<const EvalId> World::evaluations(JobsetIndex jobset) const
{
    return d->jobsets[size_t(jobset)].evals;
}

std::span<const EvalId> World::allEvaluations() const
{
    return d->evalOrder;
}

const Evaluation *World::evaluation(EvalId id) const
{
    const EvalRow *row = d->evalRow(id);
    return row == nullptr ? nullptr : &row->eval;
}

const Evaluation *World::previous(const Evaluation &evaluation) const
{
    const auto &list = d->jobsets[size_t(evaluation.jobset)].evals;
    const auto found = std::ranges::lower_bound(list, evaluation.id);
    return found == list.begin() ? nullptr : &d->evals.at(*std::prev(found)).eval;
}

QList<EvaluationInput> World::inputs(const Evaluation &evaluation) const
{
    QList<EvaluationInput> list;
    const JobsetFacts &jobset = this->jobset(evaluation.jobset);
    for (const InputFacts &input : jobset.inputs) {
        if (input.type != "git") {
            list.append({.name = input.name,
                .type = input.type,
                .value = input.value,
                .uri = {},
                .revision = {},
                .storePath = {}});
            continue;
        }
        const QByteArray revision
            = input.name == "nixpkgs" ? source().commit(evaluation.commit).sha : evaluation.revision;
        const QByteArray uri = input.value.first(input.value.indexOf(' '));
        const auto path = nix::StorePath::fromDigest(hashOf(uri + revision, HashAlgorithm::Sha1).digest, "source");
        list.append({.name = input.name,
            .type = input.type,
            .value = {},
            .uri = uri,
            .revision = revision,
            .storePath = path->text()});
    }
    return list;
}

QByteArray World::errors(JobsetIndex jobset) const
{
    const JobsetState &state = d->jobsets[size_t(jobset)];
    if (!state.evalFault.isEmpty() || state.evals.empty())
        return state.evalFault;
    return errors(*evaluation(state.evals.back()));
}

QByteArray World::errors(const Evaluation &evaluation) const
{
    QByteArray text;
    const JobsetState &state = d->jobsets[size_t(evaluation.jobset)];
    for (quint32 i = 0; i < evaluation.builds.size(); ++i) {
        if (evaluation.builds[i] != 0 || state.jobs[i].aggregate)
            continue;
        const QByteArray attr = d->universe.attrName(state.jobs[i].attr);
        text += "in job ‘" + jobName(evaluation.jobset, JobIndex{i})
            + "’:\nerror:\n       … while evaluating the attribute 'drvPath'\n"
              "         at lib/customisation.nix:429:7:\n       … while evaluating the attribute 'src' of "
              "derivation '"
            + attr + "'\n\n       error: attribute 'hash' missing\n       at pkgs/by-name/"
            + attr.first(qMin<qsizetype>(2, attr.size())) + '/' + attr + "/package.nix:14:11:\n\n";
    }
    return text;
}

Counts World::counts(const Evaluation &evaluation) const
{
    Counts counts;
    const quint32 present = d->farm.seconds(d->now);
    for (const quint32 number : evaluation.builds) {
        if (number == 0)
            continue;
        if (d->course(number).stop > present)
            ++counts.scheduled;
        else
            ++(d->status(number) == 0 ? counts.succeeded : counts.failed);
    }
    return counts;
}

const Evaluation *World::latestFinished(JobsetIndex jobset) const
{
    const auto &list = d->jobsets[size_t(jobset)].evals;
    for (auto it = list.rbegin(); it != list.rend(); ++it) {
        const EvalRow &row = d->evals.at(*it);
        if (row.finishedAt <= d->now)
            return &row.eval;
    }
    return nullptr;
}

BuildFacts World::buildAt(quint32 number) const
{
    return d->facts(number);
}

std::optional<BuildFacts> World::build(BuildId id) const
{
    const qint64 number = id.value - firstBuildId;
    if (number < 1 || number >= qint64(d->builds.size()))
        return std::nullopt;
    return d->facts(quint32(number));
}

BuildId World::newestBuild() const
{
    return BuildId{firstBuildId + qint64(d->builds.size()) - 1};
}

std::optional<BuildFacts> World::build(const Evaluation &evaluation, JobIndex job) const
{
    const quint32 number = size_t(job) < evaluation.builds.size() ? evaluation.builds[size_t(job)] : 0;
    return number == 0 ? std::nullopt : std::optional(d->facts(number));
}

std::vector<EvalId> World::evaluationsWith(const BuildFacts &build) const
{
    std::vector<EvalId> list;
    for (const EvalId id : d->jobsets[size_t(build.jobset)].evals) {
        if (d->evals.at(id).eval.builds[size_t(build.job)] == d->numberOf(build))
            list.push_back(id);
    }
    return list;
}

std::vector<BuildFacts> World::history(JobsetIndex jobset, JobIndex job) const
{
    std::vector<quint32> numbers;
    for (const EvalId id : d->jobsets[size_t(jobset)].evals) {
        if (const quint32 number = d->evals.at(id).eval.builds[size_t(job)]; number != 0)
            numbers.push_back(number);
    }
    std::ranges::sort(numbers, std::greater());
    const auto repeated = std::ranges::unique(numbers);
    numbers.erase(repeated.begin(), repeated.end());
    std::vector<BuildFacts> list;
    for (const quint32 number : numbers)
        list.push_back(d->facts(number));
    return list;
}

std::span<const quint32> World::unfinished() const
{
    return d->open;
}

std::vector<BuildFacts> World::latestFinishedBuilds(int offset, int limit) const
{
    std::vector<BuildFacts> list;
    for (size_t i = size_t(qMax(0, offset)); i < d->done.size() && list.size() < size_t(limit); ++i)
        list.push_back(d->facts(d->done[d->done.size() - 1 - i]));
    return list;
}

qint64 World::finishedBuilds() const
{
    return qint64(d->done.size());
}

QByteArray World::nixName(const BuildFacts &build) const
{
    return d->recipes.nixName(build.drv);
}

std::vector<BuildFacts> World::constituents(const BuildFacts &build) const
{
    std::vector<BuildFacts> list;
    const JobsetState &state = d->jobsets[size_t(build.jobset)];
    const std::vector<EvalId> with = evaluationsWith(build);
    if (!state.jobs[size_t(build.job)].aggregate || with.empty())
        return list;
    for (const JobIndex job : state.constituents) {
        if (const auto part = this->build(*evaluation(with.front()), job))
            list.push_back(*part);
    }
    return list;
}

std::optional<Recipes::Found> World::find(QByteArrayView hashPart)
{
    constexpr size_t perQuestion = 1'000; // a moment's work: everybody waits for it
    if (const auto found = d->recipes.find(hashPart))
        return found;
    const size_t end = qMin(d->farm.size(), d->indexedMakings + perQuestion);
    for (; d->indexedMakings < end; ++d->indexedMakings)
        static_cast<void>(d->recipes.drvPath(d->farm.at(MakingIndex{quint32(d->indexedMakings)}).drv()));
    return d->recipes.find(hashPart);
}

std::vector<BuildFacts> World::buildsOf(Drv drv) const
{
    std::vector<BuildFacts> list;
    const MakingIndex making = d->farm.find(drv);
    for (size_t jobset = 0; making != MakingIndex::None && jobset < d->jobsets.size(); ++jobset) {
        const auto found = d->byMaking.find(quint64(jobset) << 32 | quint64(making));
        if (found != d->byMaking.end())
            list.push_back(d->facts(found->second));
    }
    std::ranges::sort(list, {}, &BuildFacts::id);
    return list;
}

bool World::isBuilt(Drv drv) const
{
    const quint32 present = d->farm.seconds(d->now);
    if (!drv.source) {
        const MakingIndex making = d->farm.find(drv);
        return making != MakingIndex::None && d->farm.at(making).stop <= present && d->farm.at(making).succeeded();
    }
    // A tarball is fetched by the first build that needs it, on whatever system.
    return std::ranges::any_of(allSystems, [&](System system) {
        const MakingIndex making = d->farm.find({.instance = drv.instance, .system = system});
        return making != MakingIndex::None && d->farm.at(making).machine != 0 && d->farm.at(making).start <= present;
    });
}

qint64 World::builtAt(Drv drv) const
{
    qint64 time = 0;
    for (const System system : allSystems) {
        const MakingIndex index = d->farm.find({.instance = drv.instance, .system = system});
        if (index == MakingIndex::None || (!drv.source && system != drv.system))
            continue;
        const qint64 ended = d->farm.time(drv.source ? d->farm.at(index).start : d->farm.at(index).stop);
        if (ended <= d->now && (time == 0 || ended < time))
            time = ended;
    }
    return time;
}

const std::vector<ChannelFacts> &World::channels() const
{
    return d->channels;
}

std::optional<ChannelIndex> World::findChannel(QByteArrayView name) const
{
    const auto found = std::ranges::find(d->channels, name, &ChannelFacts::name);
    return found == d->channels.end() ? std::nullopt
                                      : std::optional(ChannelIndex{quint16(found - d->channels.begin())});
}

std::span<const Release> World::releases(ChannelIndex channel) const
{
    return d->releases[size_t(channel)];
}

QByteArray World::unitState(ChannelIndex channel, qint64 time) const
{
    QByteArray state = "inactive";
    for (const auto &spell : d->unitSpells) {
        if (spell.channel != quint32(channel) || time < spell.from || time >= spell.until)
            continue;
        if (!spell.failed)
            return "active";
        state = "failed";
    }
    return state;
}

const std::vector<Story> &World::stories() const
{
    return d->stories;
}

std::vector<Incident> World::incidents()
{
    std::vector<Incident> list;
    const auto jobset = findJobset("nixpkgs", "unstable");
    for (const auto &[attr, kind] : Contents::incidentPackages()) {
        const auto job = findJob(*jobset, attr + ".x86_64-linux");
        // The newest one that has been built.
        for (const BuildFacts &build : job ? history(*jobset, *job) : std::vector<BuildFacts>{}) {
            if (!build.succeeded())
                continue;
            list.push_back({.kind = kind, .attr = attr, .drv = build.drv, .path = d->recipes.mainPath(build.drv)});
            break;
        }
    }
    return list;
}

} // namespace narscope::sim
