// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/endpointwords.h"

#include "base/format.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

QString say(const char *words)
{
    return QCoreApplication::translate("Endpoints", words);
}

QString because(const Problem &problem)
{
    return problem.detail.isEmpty() ? problem.sentence : u"%1 (%2)"_s.arg(problem.sentence, problem.detail);
}

QString address(const QUrl &url)
{
    return url.toString(QUrl::FullyEncoded);
}

/// A look that could not be had on purpose (an address has no name, plain HTTP no certificate) is no trouble.
bool isTrouble(const Problem &problem)
{
    return problem.kind != ProblemKind::Unsupported;
}

bool hasTrouble(const channels::Endpoint &endpoint)
{
    const bool noDns = std::ranges::any_of(
        endpoint.dns, [](const auto &entry) { return !entry.second && isTrouble(entry.second.error()); });
    const bool noTls = endpoint.tls && !*endpoint.tls && isTrouble(endpoint.tls->error());
    return noDns || noTls || (endpoint.head && endpoint.head->problem);
}

Mark markOf(const channels::Endpoint &endpoint)
{
    if (endpoint.tls && *endpoint.tls && (*endpoint.tls)->problem)
        return Mark::Failed;
    if (!endpoint.drift.isEmpty())
        return Mark::Warning;
    return hasTrouble(endpoint) ? Mark::Unknown : Mark::Succeeded;
}

QString addressOf(const channels::Endpoint &endpoint)
{
    if (endpoint.tls && *endpoint.tls)
        return (*endpoint.tls)->address;
    for (const auto type : {net::DnsType::A, net::DnsType::Aaaa}) {
        const auto found = endpoint.dns.find(type);
        if (found != endpoint.dns.end() && found->second && !found->second->values.isEmpty())
            return found->second->values.front();
    }
    return {};
}

FactCell certificateCell(const channels::Endpoint &endpoint, qint64 now)
{
    if (endpoint.isPlain)
        return {.text = say("none: plain HTTP"), .quiet = true};
    if (!endpoint.tls || !*endpoint.tls || (*endpoint.tls)->chain.isEmpty())
        return {};
    const auto until = (*endpoint.tls)->chain.front().validUntil;
    return {.text = until > now ? say("%1 left").arg(formatAge(std::chrono::seconds(until - now))) : say("over"),
        .tip = formatExactTime(until),
        .mark = (*endpoint.tls)->problem ? Mark::Fails : Mark::None};
}

QString protocolOf(const channels::Endpoint &endpoint)
{
    if (endpoint.isPlain)
        return u"HTTP/1.1"_s;
    if (!endpoint.tls || !*endpoint.tls)
        return {};
    const auto &protocol = (*endpoint.tls)->protocol;
    return protocol == "h2"_L1 ? u"HTTP/2"_s : protocol == "h3"_L1 ? u"HTTP/3"_s : u"HTTP/1.1"_s;
}

QString behindOf(const channels::Endpoint &endpoint)
{
    if (!endpoint.origin)
        return {};
    return endpoint.origin->isPlain() ? say("%1, in plain HTTP").arg(endpoint.origin->bucket) : endpoint.origin->bucket;
}

FactRow seenRow(const QString &key, const channels::Endpoint &endpoint, qint64 now)
{
    const auto &head = endpoint.head;
    return {.key = key,
        .cells = {{.text = key, .mark = markOf(endpoint)}, {.text = endpoint.role, .quiet = true},
            {.text = addressOf(endpoint), .mono = true}, certificateCell(endpoint, now), {.text = protocolOf(endpoint)},
            {.text = head ? channels::edgeOf(*head) : QString(), .tip = head ? head->node : QString()},
            {.text = head ? head->cache.toLower().left(40) : QString()}, {.text = behindOf(endpoint)},
            {.text = endpoint.drift.isEmpty() ? QString() : QString::number(endpoint.drift.size()), .right = true}}};
}

DetailRow line(const QString &label, const QString &text, Mark mark = Mark::None, bool mono = false)
{
    return {.label = label, .text = text.left(1000).simplified(), .whole = text, .mark = mark, .mono = mono};
}

void addDns(QList<DetailRow> &rows, const channels::Endpoint &endpoint)
{
    if (endpoint.dns.empty())
        return;
    const auto &first = endpoint.dns.begin()->second;
    const bool isSame = !first && std::ranges::all_of(endpoint.dns, [&](const auto &entry) {
        return !entry.second && entry.second.error().sentence == first.error().sentence;
    });
    if (isSame) { // one reason for all is said once
        rows << line(say("Names"), because(first.error()), isTrouble(first.error()) ? Mark::Unknown : Mark::NotChecked);
        return;
    }
    for (const auto &[type, records] : endpoint.dns) {
        const auto name = type == net::DnsType::Ns ? say("NS of %1").arg(endpoint.zone) : word(type);
        if (!records) {
            rows << line(name, because(records.error()), Mark::Unknown);
            continue;
        }
        const auto left = records->timeToLive
            ? say(" (for %1)").arg(formatAge(std::chrono::seconds(*records->timeToLive)))
            : QString();
        rows << line(name, records->values.isEmpty() ? say("none") : records->values.join(u", "_s) + left, Mark::None,
            !records->values.isEmpty());
    }
}

void addTls(QList<DetailRow> &rows, const channels::Endpoint &endpoint, qint64 now)
{
    if (!endpoint.tls)
        return;
    const auto &tls = *endpoint.tls;
    if (!tls) {
        rows << line(say("TLS"), because(tls.error()), isTrouble(tls.error()) ? Mark::Unknown : Mark::NotChecked);
        return;
    }
    rows << line(say("TLS"),
        u"%1, %2, %3, %4"_s.arg(tls->version, tls->cipher,
            tls->protocol.isEmpty() ? say("no protocol chosen: HTTP/1.1") : tls->protocol,
            say("connected to %1").arg(tls->address)),
        tls->problem ? Mark::Fails : Mark::Holds);
    if (tls->problem)
        rows << line({}, because(*tls->problem), Mark::Fails);
    for (qsizetype i = 0; i < tls->chain.size(); ++i) {
        const auto &certificate = tls->chain[i];
        const auto left = certificate.validUntil > now
            ? say("%1 left").arg(formatAge(std::chrono::seconds(certificate.validUntil - now)))
            : say("over");
        auto row = line(i == 0 ? say("Certificates") : QString(),
            say("%1, by %2, until %3 (%4)")
                .arg(certificate.subject, certificate.issuer, formatExactTime(certificate.validUntil), left),
            certificate.validUntil > now ? Mark::Holds : Mark::Fails);
        row.whole = row.text + u'\n' + certificate.names.join(u' ').left(2000) + u"\nsha256 "_s
            + QString::fromLatin1(certificate.sha256);
        rows << row;
    }
}

void addHop(QList<DetailRow> &rows, const QString &label, const channels::HttpHop &hop)
{
    if (hop.problem) {
        rows << line(label, u"%1: %2"_s.arg(address(hop.url), because(*hop.problem)), Mark::Unknown);
        return;
    }
    auto words = u"%1 %2"_s.arg(hop.status).arg(address(hop.url));
    if (hop.url.scheme() == "http"_L1)
        words += say(", plain HTTP");
    if (hop.length >= 0)
        words += u", "_s + formatSize(hop.length);
    rows << line(label, words, hop.status < 400 ? Mark::Holds : Mark::Fails, true);
    if (!hop.location.isEmpty())
        rows << line({}, say("redirects to %1").arg(address(hop.location)), Mark::None, true);
    if (!hop.immutableLink.isEmpty())
        rows << line({}, say("names %1 as what never changes").arg(address(hop.immutableLink)), Mark::None, true);
    rows << line({},
        hop.node.isEmpty() ? say("no node of a CDN named itself")
                           : say("node %1: %2").arg(hop.node, hop.cache.toLower()));
    QStringList more{
        hop.server, hop.via, hop.lastModified.isEmpty() ? QString() : say("last modified %1").arg(hop.lastModified)};
    more.removeAll(QString());
    if (!more.isEmpty())
        rows << line({}, more.join(u"; "_s));
}

QList<DetailRow> wayRows(const EndpointLook &look)
{
    QList<DetailRow> rows;
    for (qsizetype i = 0; i < look.way.size(); ++i)
        addHop(rows, say("Step %1").arg(i + 1), look.way[i]);
    return rows;
}

FactRow wayRow(const EndpointLook &look)
{
    const bool isBroken
        = std::ranges::any_of(look.way, [](const channels::HttpHop &hop) { return hop.problem || hop.status >= 400; });
    const auto steps = look.way.isEmpty() ? QString() : say("%1 steps").arg(look.way.size());
    const auto mark = isBroken ? Mark::Failed
        : !look.way.isEmpty()  ? Mark::Succeeded
        : look.isRunning       ? Mark::Queued
                               : Mark::NotChecked;
    return {.key = wayKey,
        .cells = {{.text = look.wayName, .mark = mark}, {.text = say("redirects, step by step"), .quiet = true},
            {.text = look.way.isEmpty() ? QString() : look.way.last().url.host(), .mono = true}, {}, {},
            {.text = look.way.isEmpty() ? QString() : channels::edgeOf(look.way.last())},
            {.text = look.way.isEmpty() ? QString() : look.way.last().cache.toLower().left(40)}, {.text = steps}, {}}};
}

} // namespace

int EndpointLook::driftCount() const
{
    int count = 0;
    for (const auto &endpoint : seen)
        count += int(endpoint.drift.size());
    return count;
}

QStringList endpointHeaders()
{
    return {say("Host"), say("Is"), say("Address"), say("Certificate"), say("Protocol"), say("CDN node"),
        say("It had it"), say("Behind it"), say("Drift")};
}

FactRows endpointRows(const EndpointLook &look, qint64 now)
{
    FactRows rows;
    bool isNext = look.isRunning;
    for (const auto &host : look.hosts) {
        if (const auto found = look.seen.constFind(host); found != look.seen.cend()) {
            rows << seenRow(host, *found, now);
            continue;
        }
        rows << FactRow{.key = host,
            .cells = {{.text = host,
                .mark = std::exchange(isNext, false) ? Mark::Running
                    : look.isRunning                 ? Mark::Queued
                                                     : Mark::NotChecked}}};
    }
    if (!look.wayName.isEmpty() && !look.hosts.isEmpty())
        rows << wayRow(look);
    return rows;
}

QList<DetailRow> endpointDetail(const EndpointLook &look, const QString &key, qint64 now)
{
    if (key == wayKey)
        return wayRows(look);
    const auto found = look.seen.constFind(key);
    if (found == look.seen.cend())
        return {};
    QList<DetailRow> rows;
    for (const auto &drift : found->drift) {
        rows << line(say("Drift"), drift.sentence, Mark::Warning);
        if (!drift.published.isEmpty() || !drift.found.isEmpty())
            rows << line({}, say("published %1, found %2").arg(drift.published, drift.found));
    }
    addDns(rows, *found);
    addTls(rows, *found, now);
    if (found->head)
        addHop(rows, say("Answer"), *found->head);
    if (const auto &origin = found->origin) {
        rows << line(say("Behind it"),
            say("%1 asks bucket %2 (%3) at %4:%5%6")
                .arg(found->cdn, origin->bucket, origin->region, origin->host)
                .arg(origin->port)
                .arg(origin->isPlain() ? say(", in plain HTTP") : say(", by TLS")),
            origin->isPlain() ? Mark::Warning : Mark::None);
        rows << line({}, say("published in %1; it cannot be seen from here").arg(origin->from));
    }
    return rows;
}

Sentence sentenceOf(const EndpointLook &look, int hosts, qint64 now)
{
    const auto &table = channels::shippedInfrastructure();
    const auto published = say("Held against what %1 published on %2.").arg(table.source, table.date);
    if (look.hosts.isEmpty())
        return {.what = say("What the pipeline's hosts are, seen from here:"),
            .why = say("names, certificates, the CDN's nodes, redirects."),
            .quiet
            = say("%1 hosts are looked at when you want it: a few look-ups, one connection and one small request each.")
                .arg(hosts)};
    const auto done = look.seen.size();
    if (look.isRunning)
        return {.mark = Mark::Running,
            .what = say("Looking at the hosts: %1 of %2 …").arg(done).arg(look.hosts.size()),
            .quiet = published};
    const int drift = look.driftCount();
    bool isWhole = done == look.hosts.size();
    for (const auto &endpoint : look.seen)
        isWhole = isWhole && !hasTrouble(endpoint);
    Sentence sentence{.mark = drift > 0 ? Mark::Warning
            : isWhole                   ? Mark::Succeeded
                                        : Mark::Unknown,
        .quiet = published};
    sentence.what = look.isStopped ? say("Stopped: %1 of %2 hosts were looked at.").arg(done).arg(look.hosts.size())
        : drift == 1               ? say("One thing differs from what is published.")
        : drift > 1                ? say("%1 things differ from what is published.").arg(drift)
        : isWhole                  ? say("Everything is as it is published.")
                                   : say("Nothing differs, but not everything could be looked at.");
    const auto age = std::max<qint64>(0, now - look.at);
    sentence.quiet += u' '
        + (age < 1 ? say("Looked at just now.") : say("Looked at %1 ago.").arg(formatAge(std::chrono::seconds(age))));
    return sentence;
}

QString textOf(const EndpointLook &look, qint64 now)
{
    QStringList lines;
    auto keys = look.hosts;
    if (!look.way.isEmpty())
        keys << wayKey;
    for (const auto &key : std::as_const(keys)) {
        lines << (key == wayKey ? look.wayName : key);
        for (const auto &row : endpointDetail(look, key, now))
            lines << u"  %1  %2"_s.arg(row.label.leftJustified(14), row.text);
    }
    return lines.join(u'\n') + u'\n';
}

} // namespace narscope::ui
