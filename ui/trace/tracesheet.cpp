// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/tracesheet.h"

#include <QBuffer>
#include <QImage>
#include <QPainter>
#include <QSaveFile>
#include <QSvgGenerator>

#include <cmath>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr qreal sheetWidth = 1280;
constexpr qreal headHeight = 64;
constexpr qreal footHeight = 32;
constexpr qreal margin = 16;
constexpr qreal largestSide = 16'000; ///< px
constexpr qreal fineness = 2;

struct Laid {
    PictureFonts fonts;
    PictureLayout layout;
    QSizeF size;

    explicit Laid(const Picture &picture)
        : layout(layoutOf(
              picture, {.width = sheetWidth, .zoom = 1, .rowPitch = metric::compactRow, .measure = fonts.measure()}))
        , size(std::ceil(layout.size.width()), std::ceil(headHeight + layout.size.height() + footHeight))
    {
    }
};

void paintSheet(QPainter &painter, const TraceSheet &sheet, const Laid &laid)
{
    painter.fillRect(QRectF(QPointF(), laid.size), sheet.look.view);
    painter.setPen(sheet.look.text2);
    painter.setFont(laid.fonts.data);
    painter.drawText(QPointF(margin, 22), sheet.title);
    painter.setPen(sheet.look.text);
    auto bold = sentenceFont();
    bold.setBold(true);
    painter.setFont(bold);
    painter.drawText(QPointF(margin, 48), sheet.sentence);
    painter.save();
    painter.translate(0, headHeight);
    painter.setClipRect(QRectF(QPointF(), laid.layout.size));
    paintPicture(painter, sheet.picture, laid.layout, laid.fonts, sheet.look, {}, QRectF(QPointF(), laid.layout.size));
    paintRuler(painter, laid.layout, laid.fonts, sheet.look, 0, laid.layout.size.width());
    painter.restore();
    painter.setPen(sheet.look.text2);
    painter.setFont(laid.fonts.data);
    painter.drawText(QPointF(margin, laid.size.height() - 11), sheet.foot);
}

} // namespace

QByteArray svgOf(const TraceSheet &sheet)
{
    const Laid laid(sheet.picture);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(laid.size.toSize());
    generator.setViewBox(QRectF(QPointF(), laid.size));
    generator.setTitle(sheet.title);
    generator.setDescription(sheet.sentence);
    QPainter painter(&generator);
    paintSheet(painter, sheet, laid);
    painter.end();
    return bytes;
}

QByteArray pngOf(const TraceSheet &sheet)
{
    const Laid laid(sheet.picture);
    const qreal scale = std::min(fineness, largestSide / std::max(laid.size.width(), laid.size.height()));
    QImage image((laid.size * scale).toSize(), QImage::Format_RGB32);
    image.setDevicePixelRatio(scale);
    QPainter painter(&image);
    paintSheet(painter, sheet, laid);
    painter.end();
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return bytes;
}

Result<void> writeSheet(const TraceSheet &sheet, const QString &file)
{
    const auto bytes = file.endsWith(".svg"_L1, Qt::CaseInsensitive) ? svgOf(sheet) : pngOf(sheet);
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly) || out.write(bytes) != bytes.size() || !out.commit())
        return problem(ProblemKind::Io, file, out.errorString());
    return {};
}

} // namespace narscope::ui
