// SPDX-License-Identifier: GPL-3.0-or-later
#include "settings/settings.h"

#include <QDir>
#include <QSettings>

#include <array>

using namespace Qt::StringLiterals;

namespace narscope::settings {

namespace {

constexpr std::array themes{"system"_L1, "light"_L1, "dark"_L1};
constexpr std::array colourSets{"standard"_L1, "okabe-ito"_L1, "high-contrast"_L1};
constexpr std::array rowHeights{"automatic"_L1, "compact"_L1, "comfortable"_L1};

/// Enumerators are kept as words, so that the file can be read and written by hand.
template <typename Enum, size_t N>
Enum fromWord(const QSettings &file, const QString &key, const std::array<QLatin1StringView, N> &words)
{
    const auto word = file.value(key).toString();
    for (size_t i = 0; i < N; ++i) {
        if (word == words[i])
            return Enum(i);
    }
    return Enum(0);
}

constexpr int mostPerHour = 1'000'000;
constexpr int mostDays = 36'500;
constexpr int mostGigabytes = 100'000;

/// A number of the file; the usual one where it makes no sense.
int numberOf(const QSettings &file, const QString &key, int usual, int most)
{
    bool isNumber = false;
    const int number = file.value(key).toInt(&isNumber);
    return isNumber && number >= 0 && number <= most ? number : usual;
}

} // namespace

Settings::Settings(const QString &folder)
    : m_folder(folder)
    , m_file(std::make_unique<QSettings>(QDir(folder).filePath(u"narscope.ini"_s), QSettings::IniFormat))
{
}

Settings::~Settings() = default;

Theme Settings::theme() const
{
    return fromWord<Theme>(*m_file, u"look/theme"_s, themes);
}

void Settings::setTheme(Theme theme)
{
    m_file->setValue(u"look/theme"_s, QString(themes[size_t(theme)]));
}

Colours Settings::colours() const
{
    return fromWord<Colours>(*m_file, u"look/colours"_s, colourSets);
}

void Settings::setColours(Colours colours)
{
    m_file->setValue(u"look/colours"_s, QString(colourSets[size_t(colours)]));
}

Rows Settings::rows() const
{
    return fromWord<Rows>(*m_file, u"look/rows"_s, rowHeights);
}

void Settings::setRows(Rows rows)
{
    m_file->setValue(u"look/rows"_s, QString(rowHeights[size_t(rows)]));
}

QString Settings::contact() const
{
    return m_file->value(u"servers/contact"_s).toString();
}

void Settings::setContact(const QString &contact)
{
    m_file->setValue(u"servers/contact"_s, contact);
}

bool Settings::isSetUp() const
{
    return m_file->value(u"servers/set-up"_s).toBool();
}

void Settings::setSetUp(bool done)
{
    m_file->setValue(u"servers/set-up"_s, done);
}

QStringList Settings::hiddenServers() const
{
    return m_file->value(u"servers/hidden"_s).toStringList();
}

void Settings::setHiddenServers(const QStringList &ids)
{
    m_file->setValue(u"servers/hidden"_s, ids);
}

QMap<QString, int> Settings::budgets() const
{
    QMap<QString, int> budgets;
    for (const auto &key : m_file->allKeys()) {
        const auto server = key.startsWith("budgets/"_L1) ? key.sliced(8) : QString();
        if (const int number = numberOf(*m_file, key, -1, mostPerHour); !server.isEmpty() && number >= 0)
            budgets.insert(server, number);
    }
    return budgets;
}

void Settings::setBudget(const QString &server, std::optional<int> perHour)
{
    if (perHour)
        m_file->setValue(u"budgets/"_s + server, *perHour);
    else
        m_file->remove(u"budgets/"_s + server);
}

bool Settings::asksLessOften() const
{
    return m_file->value(u"servers/asks-less-often"_s, true).toBool();
}

void Settings::setAsksLessOften(bool on)
{
    m_file->setValue(u"servers/asks-less-often"_s, on);
}

bool Settings::hasGitHubToken() const
{
    return m_file->value(u"servers/github-token"_s, false).toBool();
}

void Settings::setHasGitHubToken(bool has)
{
    m_file->setValue(u"servers/github-token"_s, has);
}

QString Settings::nixpkgsClone() const
{
    return m_file->value(u"servers/nixpkgs-clone"_s).toString();
}

void Settings::setNixpkgsClone(const QString &folder)
{
    m_file->setValue(u"servers/nixpkgs-clone"_s, folder);
}

bool Settings::showsTray() const
{
    return m_file->value(u"desktop/tray"_s, true).toBool();
}

void Settings::setShowsTray(bool on)
{
    m_file->setValue(u"desktop/tray"_s, on);
}

bool Settings::closesToTray() const
{
    return m_file->value(u"desktop/close-to-tray"_s, false).toBool();
}

void Settings::setClosesToTray(bool on)
{
    m_file->setValue(u"desktop/close-to-tray"_s, on);
}

bool Settings::showsNotices() const
{
    return m_file->value(u"desktop/notices"_s, true).toBool();
}

void Settings::setShowsNotices(bool on)
{
    m_file->setValue(u"desktop/notices"_s, on);
}

Keeping Settings::keeping() const
{
    const Keeping usual;
    return {.buildDays = numberOf(*m_file, u"history/build-days"_s, usual.buildDays, mostDays),
        .sampleDays = numberOf(*m_file, u"history/sample-days"_s, usual.sampleDays, mostDays),
        .logDays = numberOf(*m_file, u"history/log-days"_s, usual.logDays, mostDays),
        .gigabytes = numberOf(*m_file, u"history/gigabytes"_s, usual.gigabytes, mostGigabytes)};
}

void Settings::setKeeping(const Keeping &keeping)
{
    m_file->setValue(u"history/build-days"_s, keeping.buildDays);
    m_file->setValue(u"history/sample-days"_s, keeping.sampleDays);
    m_file->setValue(u"history/log-days"_s, keeping.logDays);
    m_file->setValue(u"history/gigabytes"_s, keeping.gigabytes);
}

QByteArray Settings::windowState(const QString &part) const
{
    return m_file->value(u"window/"_s + part).toByteArray();
}

void Settings::setWindowState(const QString &part, const QByteArray &state)
{
    m_file->setValue(u"window/"_s + part, state);
}

QString Settings::lastPlace() const
{
    return m_file->value(u"window/place"_s).toString();
}

void Settings::setLastPlace(const QString &id)
{
    m_file->setValue(u"window/place"_s, id);
}

} // namespace narscope::settings
