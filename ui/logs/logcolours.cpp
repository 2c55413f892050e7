// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/logs/logcolours.h"

#include <algorithm>
#include <cmath>

namespace narscope::ui {

namespace {

constexpr double readable = 4.5; ///< WCAG's contrast of small text

QColor rgb(uint value)
{
    return QColor::fromRgb(0xff000000u | value);
}

double luminance(const QColor &colour)
{
    const auto linear
        = [](double part) { return part <= 0.03928 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

double contrast(const QColor &a, const QColor &b)
{
    const auto [dark, light] = std::minmax({luminance(a), luminance(b)});
    return (light + 0.05) / (dark + 0.05);
}

/// xterm's table: 16 of the theme, a cube of 6, a ramp of 24 greys.
QColor indexed(quint8 index, const LogColours &colours)
{
    if (index < 8)
        return colours.ansi[index];
    if (index < 16) // Bright ones are meant for dark grounds: white is ink 2 here, black is quiet.
        return index == 8 ? colours.ansi[7] : index == 15 ? colours.ansi[0] : colours.ansi[index - 8u];
    if (index >= 232) {
        const int grey = 8 + 10 * (index - 232);
        return {grey, grey, grey};
    }
    const int cube = index - 16;
    const auto step = [](int part) { return part == 0 ? 0 : 55 + 40 * part; };
    return {step(cube / 36), step(cube / 6 % 6), step(cube % 6)};
}

QColor colourOf(const log::Colour &colour, const LogColours &colours, const QColor &otherwise)
{
    switch (colour.kind) {
    case log::Colour::Kind::Default:
        return otherwise;
    case log::Colour::Kind::Indexed:
        return indexed(colour.index, colours);
    case log::Colour::Kind::Rgb:
        return {colour.index, colour.green, colour.blue};
    }
    return otherwise;
}

} // namespace

LogColours logColours(const Look &look)
{
    LogColours colours{.ground = look.view,
        .ink = look.text,
        .number = look.text2,
        .errorTint = rgb(look.dark ? 0x3a1519 : 0xffebe9),
        .difference = rgb(look.dark ? 0x252b33 : 0xe9edf1),
        .link = rgb(look.dark ? 0x79c0ff : 0x0a5bc4),
        .selection = rgb(look.dark ? 0x173a5e : 0xd7e8f9),
        .match = rgb(look.dark ? 0x4d3d0a : 0xfff0b3),
        .matchHere = rgb(look.dark ? 0x7a5c00 : 0xffd33d),
        .ansi = {}};
    if (look.dark)
        colours.ansi = {look.text, rgb(0xff7b72), rgb(0x56d364), rgb(0xe3b341), rgb(0x79c0ff), rgb(0xd2a8ff),
            rgb(0x56d4dd), rgb(0xa0a9b2)};
    else
        colours.ansi = {look.text, rgb(0xb91d28), rgb(0x17702f), rgb(0x855700), rgb(0x0a5bc4), rgb(0x8626a8),
            rgb(0x0b6b78), rgb(0x57606a)};
    return colours;
}

Inks inksOf(const log::TextStyle &style, const LogColours &colours)
{
    auto text = colourOf(style.foreground, colours, style.faint ? colours.ansi[7] : colours.ink);
    auto ground = colourOf(style.background, colours, QColor());
    if (style.inverse) {
        const auto behind = ground.isValid() ? ground : colours.ground;
        ground = text;
        text = behind;
    }
    if (contrast(text, ground.isValid() ? ground : colours.ground) < readable) {
        const auto on = ground.isValid() ? ground : colours.ground;
        text = contrast(colours.ink, on) >= contrast(colours.ground, on) ? colours.ink : colours.ground;
    }
    return {text, ground};
}

void InkTable::setColours(const LogColours &colours)
{
    m_colours = colours;
    m_known.clear();
}

const Inks &InkTable::of(const log::TextStyle &style)
{
    constexpr size_t most = 64; // a log with more styles than that is a picture
    const auto known = std::ranges::find(m_known, style, [](const auto &entry) { return entry.first; });
    if (known != m_known.end())
        return known->second;
    if (m_known.size() == most)
        m_known.clear();
    return m_known.emplace_back(style, inksOf(style, m_colours)).second;
}

} // namespace narscope::ui
