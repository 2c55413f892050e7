// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/look.h"

#include "ui/widgets/style.h"

#include <QApplication>
#include <QWidget>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

QColor rgb(uint value)
{
    return QColor::fromRgb(0xff000000u | value);
}

Look lightLook()
{
    return {.dark = false,
        .window = rgb(0xf3f4f5),
        .view = rgb(0xffffff),
        .selection = rgb(0xd8e2ec),
        .selectionBehind = rgb(0xe4e8ec),
        .text = rgb(0x1c2024),
        .text2 = rgb(0x565e67),
        .mono = rgb(0x2b3137),
        .line = rgb(0xe1e4e7),
        .linkLine = rgb(0xbcc2c8),
        .controlLine = rgb(0x8d959d),
        .ink = rgb(0x78818b),
        .band = rgb(0xfff3cf),
        .bandLine = rgb(0xe6cf8b),
        .succeeded = rgb(0x1a7f37),
        .failed = rgb(0xcf222e),
        .dependencyFailed = rgb(0xbc4c00),
        .limit = rgb(0x9a6700),
        .idle = rgb(0x6e7781),
        .running = rgb(0x0969da),
        .unknown = rgb(0x8250df)};
}

Look darkLook()
{
    return {.dark = true,
        .window = rgb(0x1f2225),
        .view = rgb(0x17191c),
        .selection = rgb(0x2c3a48),
        .selectionBehind = rgb(0x272c32),
        .text = rgb(0xe4e7ea),
        .text2 = rgb(0x9fa8b1),
        .mono = rgb(0xcfd4d9),
        .line = rgb(0x2b2f34),
        .linkLine = rgb(0x4a5159),
        .controlLine = rgb(0x687078),
        .ink = rgb(0x8c96a0),
        .band = rgb(0x33290f),
        .bandLine = rgb(0x5c4a1a),
        .succeeded = rgb(0x3fb950),
        .failed = rgb(0xf85149),
        .dependencyFailed = rgb(0xdb6d28),
        .limit = rgb(0xd29922),
        .idle = rgb(0x8b949e),
        .running = rgb(0x58a6ff),
        .unknown = rgb(0xbc8cff)};
}

/// Okabe and Ito's hues, darkened on light grounds and lightened on dark ones until each mark keeps 3.4 : 1 on the
/// selection.
void useOkabeIto(Look &look)
{
    look.succeeded = rgb(look.dark ? 0x00a97c : 0x007d5b);
    look.failed = rgb(look.dark ? 0xea7317 : 0xb84f00);
    look.dependencyFailed = rgb(look.dark ? 0xe69f00 : 0x8f6300);
    look.limit = rgb(look.dark ? 0xf0e442 : 0x6e6800);
    look.running = rgb(look.dark ? 0x56b4e9 : 0x0072b2);
    look.unknown = rgb(look.dark ? 0xcc79a7 : 0xa3487a);
}

void useHighContrast(Look &look)
{
    const bool dark = look.dark;
    look.text = rgb(dark ? 0xffffff : 0x000000);
    look.view = rgb(dark ? 0x000000 : 0xffffff);
    look.window = rgb(dark ? 0x0c0d0e : 0xf8f9fa);
    look.text2 = look.mono = rgb(dark ? 0xe4e7ea : 0x1c2024);
    look.line = look.linkLine = look.controlLine = look.ink = rgb(dark ? 0xb4bcc4 : 0x4a5159);
    look.succeeded = rgb(dark ? 0x7ee787 : 0x0b4f1f);
    look.failed = rgb(dark ? 0xffa198 : 0x8c0d17);
    look.dependencyFailed = rgb(dark ? 0xffb77c : 0x6e2c00);
    look.limit = rgb(dark ? 0xf2cc60 : 0x5c3d00);
    look.idle = rgb(dark ? 0xc9d1d9 : 0x3d444d);
    look.running = rgb(dark ? 0xa5d6ff : 0x033d8b);
    look.unknown = rgb(dark ? 0xe2c5ff : 0x512a97);
}

QFont fontOf(const QStringList &families, int pixels, QFont::StyleHint hint)
{
    QFont font = QApplication::font();
    font.setFamilies(families);
    font.setStyleHint(hint);
    font.setPixelSize(pixels);
    font.setFeature(QFont::Tag("tnum"), 1);
    return font;
}

} // namespace

QColor Look::of(Mark mark) const
{
    switch (mark) {
    case Mark::None:
        return {};
    case Mark::Succeeded:
    case Mark::Holds:
        return succeeded;
    case Mark::Failed:
    case Mark::FailedWithOutput:
    case Mark::Fails:
        return failed;
    case Mark::DependencyFailed:
        return dependencyFailed;
    case Mark::TimedOut:
    case Mark::Limit:
    case Mark::Warning:
        return limit;
    case Mark::Aborted:
    case Mark::Queued:
    case Mark::NotChecked:
    case Mark::NotAvailable:
        return idle;
    case Mark::Running:
        return running;
    case Mark::Unknown:
        return unknown;
    }
    return unknown;
}

Look makeLook(bool dark, ColourSet colours)
{
    Look look = dark ? darkLook() : lightLook();
    if (colours == ColourSet::OkabeIto)
        useOkabeIto(look);
    if (colours == ColourSet::HighContrast)
        useHighContrast(look);
    return look;
}

QPalette paletteOf(const Look &look)
{
    QPalette palette;
    const auto set = [&palette](QPalette::ColorRole role, const QColor &colour) { palette.setColor(role, colour); };
    set(QPalette::Window, look.window);
    set(QPalette::WindowText, look.text);
    set(QPalette::Base, look.view);
    set(QPalette::AlternateBase, look.window);
    set(QPalette::Text, look.text);
    set(QPalette::PlaceholderText, look.text2);
    set(QPalette::Button, look.view);
    set(QPalette::ButtonText, look.text);
    set(QPalette::BrightText, look.failed);
    set(QPalette::Highlight, look.selection);
    set(QPalette::HighlightedText, look.text);
    set(QPalette::Accent, look.controlLine);
    set(QPalette::Link, look.text);
    set(QPalette::LinkVisited, look.text);
    set(QPalette::Light, look.view);
    set(QPalette::Midlight, look.line);
    set(QPalette::Mid, look.controlLine);
    set(QPalette::Dark, look.ink);
    set(QPalette::Shadow, look.linkLine);
    set(QPalette::ToolTipBase, look.window);
    set(QPalette::ToolTipText, look.text);
    palette.setColor(QPalette::Inactive, QPalette::Highlight, look.selectionBehind);
    for (const auto role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText, QPalette::HighlightedText})
        palette.setColor(QPalette::Disabled, role, look.controlLine);
    return palette;
}

const Look &lookOf(const QWidget *widget)
{
    static const Look fallback = lightLook();
    const auto *style = qobject_cast<const Style *>(widget ? widget->style() : QApplication::style());
    return style ? style->look() : fallback;
}

QFont dataFont()
{
    return fontOf({u"Noto Sans"_s, u"sans-serif"_s}, 13, QFont::SansSerif);
}

QFont boldFont()
{
    auto font = dataFont();
    font.setBold(true);
    return font;
}

QFont monoFont()
{
    return fontOf({u"Noto Sans Mono"_s, u"DejaVu Sans Mono"_s, u"monospace"_s}, 12, QFont::Monospace);
}

QFont sentenceFont()
{
    return fontOf({u"Noto Sans"_s, u"sans-serif"_s}, 17, QFont::SansSerif);
}

} // namespace narscope::ui
