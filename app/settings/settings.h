// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QMap>
#include <QString>
#include <QStringList>

#include <memory>
#include <optional>

class QSettings;

namespace narscope::settings {

enum class Theme { System, Light, Dark };
enum class Colours { Standard, OkabeIto, HighContrast };
enum class Rows { Automatic, Compact, Comfortable }; ///< automatic: comfortable in a wide window

/// How long the history keeps what it can forget. 0: for ever; of the size: no limit.
struct Keeping {
    int buildDays = 730;
    int sampleDays = 90; ///< queue, load and channel samples
    int logDays = 365;
    int gigabytes = 4; ///< of all of it; then the oldest builds go first

    bool operator==(const Keeping &) const = default;
};

/// What a person chose and how the window was left, in one file of the folder given. The only user of
/// QSettings. A value that is missing or makes no sense reads as its default. GUI thread.
class Settings {
public:
    explicit Settings(const QString &folder);
    ~Settings();
    /// Where it is kept, and what else belongs to this person's profile.
    [[nodiscard]] const QString &folder() const { return m_folder; }

    [[nodiscard]] Theme theme() const;
    void setTheme(Theme theme);
    [[nodiscard]] Colours colours() const;
    void setColours(Colours colours);
    [[nodiscard]] Rows rows() const;
    void setRows(Rows rows);

    /// Sent to each server with every request, so that its people can reach the person who asks.
    [[nodiscard]] QString contact() const;
    void setContact(const QString &contact);

    /// Whether a person has answered the first window's questions; until then no server is asked.
    [[nodiscard]] bool isSetUp() const;
    void setSetUp(bool done);
    /// Ids of servers that the status bar leaves out.
    [[nodiscard]] QStringList hiddenServers() const;
    void setHiddenServers(const QStringList &ids);

    /// Background requests an hour at most, of servers that a person gave a budget; by id.
    [[nodiscard]] QMap<QString, int> budgets() const;
    void setBudget(const QString &server, std::optional<int> perHour);
    /// On battery, over a metered network, and while nobody uses the window.
    [[nodiscard]] bool asksLessOften() const;
    void setAsksLessOften(bool on);
    /// Whether the keyring has a token of GitHub's: it is not asked at each start for nothing.
    [[nodiscard]] bool hasGitHubToken() const;
    void setHasGitHubToken(bool has);
    /// A local clone that answers which commit is in which branch; empty: none.
    [[nodiscard]] QString nixpkgsClone() const;
    void setNixpkgsClone(const QString &folder);

    [[nodiscard]] bool showsTray() const; ///< an icon in the desktop's tray
    void setShowsTray(bool on);
    [[nodiscard]] bool closesToTray() const; ///< closing the window leaves the program in the tray
    void setClosesToTray(bool on);
    [[nodiscard]] bool showsNotices() const; ///< on the desktop
    void setShowsNotices(bool on);

    [[nodiscard]] Keeping keeping() const;
    void setKeeping(const Keeping &keeping);

    /// Opaque state of one part of the window (geometry, splitters, columns), under a stable name.
    [[nodiscard]] QByteArray windowState(const QString &part) const;
    void setWindowState(const QString &part, const QByteArray &state);
    [[nodiscard]] QString lastPlace() const;
    void setLastPlace(const QString &id);

private:
    QString m_folder;
    std::unique_ptr<QSettings> m_file;
};

} // namespace narscope::settings
