// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/extract.h"
#include "ui/logs/logview.h"

#include <QPixmap>
#include <QWidget>

namespace narscope::ui {

/// The whole log beside its view, which it scrolls: how long the lines are, phases, errors, matches, what is in view.
class Minimap : public QWidget {
    Q_OBJECT
public:
    /// The view must outlive it. Lengths of lines are read on the pool.
    Minimap(LogView &view, QThreadPool &pool, QWidget *parent = nullptr);

    /// Null for none; it must outlive its use here.
    void setDocument(log::Document *document);
    void setErrors(const std::vector<log::ErrorFinding> &errors);
    void setWarnings(const log::Findings &warnings);
    /// Lines where the log differs from the one beside it.
    void setDifferences(const std::vector<log::Line> &lines);

    [[nodiscard]] QSize sizeHint() const override { return {width(), 0}; }
    /// The line that the height stands for, and the other way round.
    [[nodiscard]] log::Line lineAt(int y) const;
    [[nodiscard]] int heightOf(log::Line line) const;

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;

private:
    [[nodiscard]] qint64 lineCount() const;
    void measure();
    Task<void> measureLines();
    /// What the log says changed, not only what of it is in view.
    void redraw();
    void paintLog(QPainter &painter) const;
    void paintStrokes(QPainter &painter) const;
    /// A bar in the right part of the width for each of the lines.
    void paintFindings(QPainter &painter, const log::Findings &findings, int barWidth, const QColor &colour) const;
    void paintView(QPainter &painter) const;
    void jumpTo(int y);

    LogView &m_view;
    QThreadPool &m_pool;
    log::Document *m_document = nullptr;
    std::vector<log::ErrorFinding> m_errors;
    log::Findings m_warnings;
    std::vector<log::Line> m_differences;
    std::vector<qreal> m_strokes; ///< mean bytes of a line, for each step of the height
    QPixmap m_picture; ///< of the whole log; null: to be painted anew. Scrolling only moves the frame over it.
    bool m_isMeasuring = false;
    bool m_isOld = false;
    Scope m_scope;
};

} // namespace narscope::ui
