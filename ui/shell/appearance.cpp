// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/appearance.h"

#include "ui/widgets/style.h"

#include <QApplication>
#include <QStyleHints>

namespace narscope::ui {

namespace {

ColourSet setOf(settings::Colours colours)
{
    switch (colours) {
    case settings::Colours::Standard:
        return ColourSet::Standard;
    case settings::Colours::OkabeIto:
        return ColourSet::OkabeIto;
    case settings::Colours::HighContrast:
        return ColourSet::HighContrast;
    }
    return ColourSet::Standard;
}

} // namespace

Appearance::Appearance(const settings::Settings &settings, std::optional<settings::Theme> forced, QObject *parent)
    : QObject(parent)
    , m_settings(settings)
    , m_forced(forced)
{
    connect(QGuiApplication::styleHints(), &QStyleHints::colorSchemeChanged, this, &Appearance::apply);
}

void Appearance::forceTheme(settings::Theme theme)
{
    m_forced = theme;
    apply();
}

void Appearance::setWindowWidth(int width)
{
    const bool crossed = (width >= metric::wide) != (m_width >= metric::wide);
    m_width = width;
    if (crossed) // not now: a new style lays the window out again
        QMetaObject::invokeMethod(this, &Appearance::apply, Qt::QueuedConnection);
}

void Appearance::apply()
{
    const auto theme = m_forced.value_or(m_settings.theme());
    const bool dark = theme == settings::Theme::Dark
        || (theme == settings::Theme::System && QGuiApplication::styleHints()->colorScheme() == Qt::ColorScheme::Dark);
    const auto rows = m_settings.rows();
    const bool comfortable
        = rows == settings::Rows::Comfortable || (rows == settings::Rows::Automatic && m_width >= metric::wide);
    const int height = comfortable ? metric::comfortableRow : metric::compactRow;
    const auto look = makeLook(dark, setOf(m_settings.colours()));
    if (qobject_cast<const Style *>(QApplication::style()) && look == lookOf(nullptr) && height == rowHeightOf(nullptr))
        return;
    useLook(look, height);
}

} // namespace narscope::ui
