// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "github/client.h"

#include <QHash>

namespace narscope::github {

enum class Contained { Yes, No, Unknown };

/// One answer to «does this branch contain this commit?». Yes is for good: these branches never lose a
/// commit. No holds as long as the branch's head does not move.
struct Containing {
    Contained contained = Contained::Unknown; ///< Unknown: branch or commit is not there
    QString head; ///< sha of the branch when asked; empty where the source does not tell
    QString how; ///< who said it: a URL, or a command that says it again

    bool operator==(const Containing &) const = default;
};

/// Answers whether branches contain commits. Belongs to its thread; must outlive its tasks.
class Containment {
public:
    Containment() = default;
    Containment(const Containment &) = delete;
    Containment &operator=(const Containment &) = delete;
    virtual ~Containment() = default;
    /// `sha` is 40 hex digits (Usage otherwise).
    virtual Task<Result<Containing>> contains(QString branch, QString sha, Ask ask) = 0;
};

/// By GitHub's comparison: one request each time.
class CompareContainment final : public Containment {
public:
    explicit CompareContainment(Client &client)
        : m_client(client)
    {
    }
    Task<Result<Containing>> contains(QString branch, QString sha, Ask ask) override;

private:
    Client &m_client;
};

/// By git over a clone that a person named: no request, no quota. Reads only; never fetches, runs no hooks,
/// reads no configuration but the clone's own. As fresh as the clone's last fetch.
class CloneContainment final : public Containment {
public:
    explicit CloneContainment(QString folder);

    /// Instead of a branch also a commit. Unknown as well when a shallow clone ends before it has found the commit.
    Task<Result<Containing>> contains(QString branch, QString sha, Ask ask) override;
    /// The commit of the branch's first-parent line that brought `sha` into it; nothing when it is not in
    /// there.
    Task<Result<std::optional<QString>>> carrier(QString branch, QString sha);
    [[nodiscard]] const QString &folder() const { return m_folder; }

private:
    Task<Result<QString>> refOf(QString branch);
    Task<bool> isShallow();

    QString m_folder;
    std::optional<bool> m_shallow;
    QHash<QString, QString> m_refs; ///< branch to full ref name, once found
};

} // namespace narscope::github
