// SPDX-License-Identifier: GPL-3.0-or-later
#include "settings/settings.h"

#include <QDir>
#include <QSettings>

#include <array>

using namespace Qt::StringLiterals;

namespace narscope::settings {

namespace {

constexpr std::array themes {"system"_L1, "light"_L1, "dark"_L1};
constexpr std::array colourSets {"standard"_L1, "okabe-ito"_L1, "high-contrast"_L1};
constexpr std::array rowHeights {"automatic"_L1, "compact"_L1, "comfortable"_L1};

/// Enumerators are kept as words, so that the file can be read and written by hand.
template<typename Enum, size_t N>
Enum fromWord(const QSettings &file, const QString &key, const std::array<QLatin1StringView, N> &words)
{
    const auto word = file.value(key).toString();
    for (size_t i = 0; i < N; ++i) {
        if (word == words[i])
            return Enum(i);
    }
    return Enum(0);
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
