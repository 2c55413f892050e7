// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/subject.h"
#include "cli/command.h"
#include "hydra/client.h"

#include <QJsonArray>
#include <QJsonObject>

// What the commands that ask a Hydra share.

namespace narscope::cli {

/// The Hydra that is asked: the first of those chosen. NotFound when there is none.
[[nodiscard]] Result<hydra::Client> hydraClient(Context &context);
/// Those whose addresses are understood.
[[nodiscard]] QList<HydraAddress> hydraAddresses(const net::Servers &servers);
/// A person waits for a command's requests.
[[nodiscard]] hydra::Ask byPerson();

// What a person names. Names take / or : between their parts; addresses of the Hydra's pages are understood too.
[[nodiscard]] Result<QString> projectNamed(const QStringList &arguments);
[[nodiscard]] Result<JobsetName> jobsetNamed(const QStringList &arguments);
[[nodiscard]] Result<JobName> jobNamed(const QStringList &arguments);
/// A number, or the address of a page that ends in one; `what` is the page's word, «eval» or «build».
[[nodiscard]] Result<qint64> numberNamed(const QStringList &arguments, const QString &what);

/// Lines of text in columns. A column whose heading begins with ">" stands at the right.
class TextTable {
public:
    explicit TextTable(QStringList headings);
    void add(QStringList cells);
    void print() const;

private:
    QStringList m_headings;
    QList<QStringList> m_rows;
};

/// «3 h 12 m» ago, or «-».
[[nodiscard]] QString ago(hydra::Epoch time, const Clock &clock);
[[nodiscard]] QString seconds(std::optional<qint64> seconds);

// The documented JSON of each thing (resources/manual/cli.md).
[[nodiscard]] QJsonObject toJson(const hydra::Project &project);
[[nodiscard]] QJsonObject toJson(const hydra::JobsetOverview &jobset);
[[nodiscard]] QJsonObject toJson(const hydra::EvalPage &page);
[[nodiscard]] QJsonObject toJson(const hydra::EvalHeader &eval);
[[nodiscard]] QJsonObject toJson(const hydra::BuildRow &row);
[[nodiscard]] QJsonObject toJson(const hydra::Build &build);
[[nodiscard]] QJsonObject toJson(const hydra::StepRow &step);
[[nodiscard]] QJsonObject toJson(const hydra::JobPage &job);
[[nodiscard]] QJsonObject toJson(const hydra::Machine &machine);
[[nodiscard]] QJsonObject toJson(const hydra::QueueSummary &queue);
[[nodiscard]] QJsonObject toJson(const hydra::QueueRunnerStatus &runner);

/// A list of such things.
template <typename T> QJsonArray toJsonArray(const QList<T> &list)
{
    QJsonArray array;
    for (const auto &one : list)
        array.append(toJson(one));
    return array;
}

[[nodiscard]] Command serversCommand();
[[nodiscard]] Command projectsCommand();
[[nodiscard]] Command jobsetsCommand();
[[nodiscard]] Command evalsCommand();
[[nodiscard]] Command evalCommand();
[[nodiscard]] Command buildCommand();
[[nodiscard]] Command jobCommand();
[[nodiscard]] Command machinesCommand();
[[nodiscard]] Command queueCommand();

} // namespace narscope::cli
