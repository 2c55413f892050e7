// SPDX-License-Identifier: GPL-3.0-or-later
#include "github/branchgraph.h"

#include <QFile>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

/// In a static library nothing else refers to the resource, so the linker would drop it.
static void initResource()
{
    Q_INIT_RESOURCE(branches);
}

namespace narscope::github {

namespace {

constexpr qsizetype largestFile = 1024 * 1024;
constexpr qsizetype mostItems = 1000;
constexpr auto placeholder = "{v}"_L1;

std::unexpected<Problem> malformed(const QString &where, const QString &detail)
{
    return problemSaying(ProblemKind::Malformed, u"The list of branches is not what it should be."_s, where, detail);
}

QStringList texts(const QJsonValue &value)
{
    QStringList list;
    for (const auto item : value.toArray())
        list << item.toString();
    return list;
}

std::optional<JobName> jobName(const QString &text)
{
    const auto parts = text.split(u'/');
    if (parts.size() != 3 || parts.contains(QString()))
        return {};
    return JobName{{parts[0], parts[1]}, parts[2]};
}

QString filled(QString text, const QString &version)
{
    return text.replace(placeholder, version);
}

JobName filled(const JobName &job, const QString &version)
{
    return {{filled(job.jobset.project, version), filled(job.jobset.jobset, version)}, filled(job.job, version)};
}

BranchEdge filled(const BranchEdge &edge, const QString &version)
{
    return {filled(edge.from, version), filled(edge.to, version)};
}

ChannelBranch filled(const ChannelBranch &channel, const QString &version)
{
    return {.name = filled(channel.name, version),
        .source = filled(channel.source, version),
        .job = filled(channel.job, version)};
}

PeriodicMerge filled(PeriodicMerge merge, const QString &version)
{
    merge.chain.replaceInStrings(placeholder, version);
    return merge;
}

QString keyOf(const BranchEdge &edge)
{
    return edge.from + edge.to;
}

QString keyOf(const ChannelBranch &channel)
{
    return channel.name + channel.source;
}

QString keyOf(const PeriodicMerge &merge)
{
    return merge.chain.join(QString());
}

template <typename T> QList<T> expanded(const QList<T> &templates, const QStringList &versions)
{
    QList<T> all;
    for (const auto &one : templates) {
        if (!keyOf(one).contains(placeholder)) {
            all.append(one);
            continue;
        }
        for (const auto &version : versions)
            all.append(filled(one, version));
    }
    return all;
}

Result<QList<BranchEdge>> readEdges(const QJsonArray &json)
{
    QList<BranchEdge> edges;
    for (const auto item : json) {
        const auto pair = texts(item);
        if (pair.size() != 2 || pair.contains(QString()))
            return malformed(u"edges[%1]"_s.arg(edges.size()), u"not a pair of names"_s);
        edges.append({pair[0], pair[1]});
    }
    return edges;
}

Result<QList<ChannelBranch>> readChannels(const QJsonArray &json)
{
    QList<ChannelBranch> channels;
    for (const auto item : json) {
        const auto object = item.toObject();
        const auto job = jobName(object.value("job"_L1).toString());
        ChannelBranch channel{
            .name = object.value("name"_L1).toString(), .source = object.value("source"_L1).toString()};
        if (channel.name.isEmpty() || channel.source.isEmpty() || !job)
            return malformed(u"channels[%1]"_s.arg(channels.size()), u"needs name, source and job"_s);
        channel.job = *job;
        channels.append(std::move(channel));
    }
    return channels;
}

} // namespace

BranchGraph BranchGraph::shipped()
{
    static const BranchGraph graph = [] {
        initResource();
        QFile resource(u":/narscope/branches.json"_s);
        if (!resource.open(QIODevice::ReadOnly))
            qFatal("the list of branches is missing from the program");
        auto read = parse(resource.readAll());
        if (!read)
            qFatal("the list of branches in the program is broken: %s", qPrintable(describe(read.error())));
        return std::move(*read);
    }();
    return graph;
}

Result<BranchGraph> BranchGraph::parse(QByteArrayView json)
{
    if (json.size() > largestFile)
        return problem(ProblemKind::TooLarge, u"branches"_s);
    const auto top = QJsonDocument::fromJson(json.toByteArray()).object();
    const auto edges = top.value("edges"_L1).toArray();
    const auto channels = top.value("channels"_L1).toArray();
    const auto periodic = top.value("periodicMerges"_L1).toArray();
    const auto releases = texts(top.value("releases"_L1));
    if (edges.isEmpty() || channels.isEmpty()
        || qMax(qMax(edges.size(), channels.size()), qMax(periodic.size(), releases.size())) > mostItems)
        return malformed(u"edges, channels"_s, u"1 to %1 of each"_s.arg(mostItems));
    auto readEdge = readEdges(edges);
    auto readChannel = readChannels(channels);
    if (!readEdge)
        return std::unexpected(readEdge.error());
    if (!readChannel)
        return std::unexpected(readChannel.error());
    BranchGraph graph;
    graph.m_templates = std::move(*readEdge);
    graph.m_channelTemplates = std::move(*readChannel);
    for (const auto item : periodic)
        graph.m_periodicTemplates.append({.workflow = item.toObject().value("workflow"_L1).toString(),
            .chain = texts(item.toObject().value("chain"_L1))});
    for (const auto item : top.value("workflows"_L1).toArray()) {
        const auto object = item.toObject();
        graph.m_workflows.append({.file = object.value("file"_L1).toString(),
            .what = object.value("what"_L1).toString(),
            .everySeconds = qMax<qint64>(1, object.value("everySeconds"_L1).toInteger())});
    }
    graph.m_releases = releases;
    graph.expand();
    return graph;
}

BranchGraph BranchGraph::withReleases(QStringList versions) const
{
    auto graph = *this;
    graph.m_releases = std::move(versions);
    graph.expand();
    return graph;
}

void BranchGraph::expand()
{
    m_edges = expanded(m_templates, m_releases);
    m_channels = expanded(m_channelTemplates, m_releases);
    m_periodic = expanded(m_periodicTemplates, m_releases);
    for (const auto &channel : m_channels)
        m_edges.append({channel.source, channel.name});
}

QStringList BranchGraph::next(const QString &branch) const
{
    QStringList to;
    for (const auto &edge : m_edges) {
        if (edge.from == branch)
            to << edge.to;
    }
    return to;
}

/// Kahn's order over what can be reached; a cycle in a person's own graph ends it early instead of never.
QStringList BranchGraph::downstream(const QString &base) const
{
    QStringList reached{base};
    for (qsizetype i = 0; i < reached.size(); ++i) {
        for (const auto &to : next(reached[i])) {
            if (!reached.contains(to))
                reached << to;
        }
    }
    QHash<QString, int> waiting;
    for (const auto &edge : m_edges) {
        if (reached.contains(edge.from) && reached.contains(edge.to))
            ++waiting[edge.to];
    }
    QStringList ordered{base};
    for (qsizetype i = 0; i < ordered.size(); ++i) {
        for (const auto &to : next(ordered[i])) {
            if (--waiting[to] == 0 && to != base)
                ordered << to;
        }
    }
    return ordered.sliced(1);
}

std::optional<ChannelBranch> BranchGraph::channel(const QString &name) const
{
    const auto it = std::ranges::find(m_channels, name, &ChannelBranch::name);
    return it == m_channels.end() ? std::nullopt : std::optional(*it);
}

BranchKind branchKind(const QString &name)
{
    static const QRegularExpression primary(QRegularExpression::anchoredPattern(u"master|release-\\d\\d\\.\\d\\d"_s));
    static const QRegularExpression secondary(QRegularExpression::anchoredPattern(
        u"(staging|staging-next|staging-nixos|haskell-updates)(-\\d\\d\\.\\d\\d)?"_s));
    if (name.startsWith("nixos-"_L1) || name.startsWith("nixpkgs-"_L1))
        return BranchKind::Channel;
    if (primary.match(name).hasMatch())
        return BranchKind::Primary;
    return secondary.match(name).hasMatch() ? BranchKind::Secondary : BranchKind::Other;
}

QStringList releasesIn(const QStringList &branchNames)
{
    static const QRegularExpression form(QRegularExpression::anchoredPattern(u"nixos-(\\d\\d\\.\\d\\d)"_s));
    QStringList versions;
    for (const auto &name : branchNames) {
        if (const auto match = form.match(name); match.hasMatch())
            versions << match.captured(1);
    }
    std::ranges::sort(versions, std::greater());
    versions.removeDuplicates();
    return versions;
}

} // namespace narscope::github
