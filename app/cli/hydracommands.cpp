// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/hydracommands.h"

#include "base/format.h"
#include "hydra/plaintext.h"

#include <QUrl>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

std::unexpected<Problem> badUsage(const QString &sentence)
{
    auto found = problemSaying(ProblemKind::Usage, sentence);
    found.error().advice = u"narscope-cli --help tells what there is."_s;
    return found;
}

/// The parts of `project/jobset/job` or `project:jobset`, or of a page's address behind `page`.
Result<QStringList> partsNamed(const QStringList &arguments, const QString &page, qsizetype count, const QString &form)
{
    if (arguments.size() != 1)
        return badUsage(u"This command takes one argument, %1."_s.arg(form));
    auto text = arguments.first();
    if (text.contains("://"_L1)) {
        const auto segments = QUrl(text).path(QUrl::FullyDecoded).split(u'/', Qt::SkipEmptyParts);
        const auto at = segments.indexOf(page);
        text = at < 0 ? QString() : segments.mid(at + 1, count).join(u'/');
    }
    auto parts = text.replace(u':', u'/').split(u'/');
    if (parts.size() != count || parts.contains(QString()))
        return badUsage(u"“%1” is not of the form %2."_s.arg(arguments.first(), form));
    return parts;
}

} // namespace

Result<hydra::Client> hydraClient(Context &context)
{
    const auto *server = net::findServer(context.servers, net::ServerKind::Hydra);
    if (!server)
        return problemSaying(ProblemKind::NotFound, u"No Hydra is among the servers."_s);
    return hydra::Client(context.http, *server, context.pools);
}

QList<HydraAddress> hydraAddresses(const net::Servers &servers)
{
    QList<HydraAddress> hydras;
    for (const auto &server : servers) {
        if (server.kind == net::ServerKind::Hydra)
            hydras << HydraAddress{server.id, server.url};
    }
    return hydras;
}

hydra::Ask byPerson()
{
    return {.why = u"narscope-cli"_s, .priority = net::Priority::Interactive};
}

Result<QString> projectNamed(const QStringList &arguments)
{
    return partsNamed(arguments, u"project"_s, 1, u"PROJECT"_s).transform([](const QStringList &parts) {
        return parts[0];
    });
}

Result<JobsetName> jobsetNamed(const QStringList &arguments)
{
    return partsNamed(arguments, u"jobset"_s, 2, u"PROJECT/JOBSET"_s).transform([](const QStringList &parts) {
        return JobsetName{parts[0], parts[1]};
    });
}

Result<JobName> jobNamed(const QStringList &arguments)
{
    return partsNamed(arguments, u"job"_s, 3, u"PROJECT/JOBSET/JOB"_s).transform([](const QStringList &parts) {
        return JobName{{parts[0], parts[1]}, parts[2]};
    });
}

Result<qint64> numberNamed(const QStringList &arguments, const QString &what)
{
    const auto parts = partsNamed(arguments, what, 1, u"N"_s);
    if (!parts)
        return std::unexpected(parts.error());
    bool isNumber = false;
    const auto number = parts->first().toLongLong(&isNumber);
    if (!isNumber || number <= 0)
        return badUsage(u"“%1” is not the number of an %2."_s.arg(arguments.first(), what));
    return number;
}

TextTable::TextTable(QStringList headings)
    : m_headings(std::move(headings))
{
}

void TextTable::add(QStringList cells)
{
    for (auto &cell : cells)
        cell = hydra::plainLine(cell);
    m_rows.append(std::move(cells));
}

void TextTable::print() const
{
    QStringList headings = m_headings;
    QList<qsizetype> widths;
    for (auto &heading : headings)
        widths.append(heading.remove(u'>').size());
    for (const auto &row : m_rows) {
        for (qsizetype i = 0; i < row.size(); ++i)
            widths[i] = qMax(widths[i], row[i].size());
    }
    const auto printRow = [&](const QStringList &cells) {
        QString line;
        for (qsizetype i = 0; i < cells.size(); ++i)
            line += (i ? u"  "_s : QString())
                + (m_headings[i].startsWith(u'>') ? cells[i].rightJustified(widths[i])
                                                  : cells[i].leftJustified(widths[i]));
        while (line.endsWith(u' '))
            line.chop(1);
        cli::print(line);
    };
    printRow(headings);
    for (const auto &row : m_rows)
        printRow(row);
}

QString ago(hydra::Epoch time, const Clock &clock)
{
    return time ? formatAge(Milliseconds((clock.nowSeconds() - *time) * 1000)) : u"-"_s;
}

QString seconds(std::optional<qint64> seconds)
{
    return seconds ? formatDuration(Milliseconds(*seconds * 1000)) : u"-"_s;
}

std::vector<Command> hydraCommands()
{
    return {serversCommand(), projectsCommand(), jobsetsCommand(), evalsCommand(), evalCommand(), buildCommand(),
        jobCommand(), machinesCommand(), queueCommand()};
}

} // namespace narscope::cli
