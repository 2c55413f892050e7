// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/extract.h"
#include "ui/logs/highlighter.h"
#include "ui/logs/linecache.h"
#include "ui/logs/logcolours.h"

#include <QAbstractScrollArea>
#include <QSet>

namespace narscope::ui {

/// A place between two characters of a log.
struct TextPlace {
    log::Line line;
    qint32 unit = 0; ///< UTF-16, in the line as shown

    auto operator<=>(const TextPlace &) const = default;
};

/// How a selection is copied.
enum class CopyForm { Text, Markdown };

/// A log of any length, painted line by line into a grid of cells. Reads nothing itself: lines come from pools.
class LogView : public QAbstractScrollArea {
    Q_OBJECT
public:
    /// Short work runs on the pool: what a frame needs, and copying.
    explicit LogView(QThreadPool &pool, QWidget *parent = nullptr);

    /// Null for none; it must outlive its use here.
    void setDocument(log::Document *document);
    void setErrors(const std::vector<log::ErrorFinding> &errors);

    /// The keyboard's line; scrolls there when it is out of view, so that it stands at `where` of the height.
    void goTo(log::Line line, double where = 0.5);
    [[nodiscard]] log::Line cursorLine() const { return m_cursor.line; }
    /// First and last line in view.
    [[nodiscard]] std::pair<log::Line, log::Line> linesInView() const;
    [[nodiscard]] bool hasSelection() const { return m_anchor != m_cursor; }
    void select(TextPlace from, TextPlace to);
    void selectAll();

    /// Keeps the end in view as the log grows. Ends when a person scrolls up.
    void setFollowing(bool following);
    [[nodiscard]] bool isFollowing() const { return m_following; }
    /// Shows only the lines that the document's search found.
    void setOnlyMatches(bool only);
    [[nodiscard]] bool showsOnlyMatches() const { return m_onlyMatches; }

    /// The selection as seen, else the keyboard's line, into the clipboard; at most 64 MiB.
    void copy(CopyForm form = CopyForm::Text);
    /// Whether every line in view is there.
    [[nodiscard]] bool isFilled() const;
    /// Puts `line` at the top as if a person had scrolled there.
    void scrollToLine(log::Line line);

Q_SIGNALS:
    void cursorMoved(narscope::log::Line line);
    void followingChanged(bool following);
    void viewMoved();
    void filled(); ///< lines in view came
    void copied();
    void failed(const narscope::Problem &problem);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void timerEvent(QTimerEvent *event) override;
    bool event(QEvent *event) override;

private:
    // Rows are lines, or the matching ones among them.
    [[nodiscard]] qint64 rowCount() const;
    [[nodiscard]] log::Line lineOf(qint64 row) const;
    [[nodiscard]] qint64 rowOf(log::Line line) const;
    [[nodiscard]] qint64 topRow() const;
    [[nodiscard]] int rowsInView() const;
    [[nodiscard]] int textLeft() const;
    void takeLook();
    void takeChange();
    void fitBars();
    void setTopRow(qint64 row);
    void letGoWhenAbove();

    void paintRow(QPainter &painter, log::Line line, int top);
    void paintGutter(QPainter &painter, log::Line line, int top);
    void paintText(QPainter &painter, const ShownLine &shown, log::Line line, int top);
    void paintSpan(QPainter &painter, const ShownLine &shown, const log::StyleSpan &span, qint32 end, int top);
    void paintPiece(QPainter &painter, const ShownLine &shown, qint32 begin, qint32 end, int top);
    void fillUnits(QPainter &painter, const ShownLine &shown, TextRange range, int top, const QColor &colour) const;
    [[nodiscard]] TextRange selectedIn(log::Line line, const ShownLine &shown) const;
    [[nodiscard]] qreal xOf(qint32 cell) const;

    bool moveByKey(int key, bool isSelecting, bool withControl);
    void moveRows(qint64 by, bool isSelecting);
    void moveUnit(int by);
    void setCursor(TextPlace place, bool keepsAnchor);
    [[nodiscard]] TextPlace placeAt(const QPoint &at) const;
    void selectWord(TextPlace at);
    Task<void> copyLines(TextPlace from, TextPlace to, CopyForm form);

    QThreadPool &m_pool;
    LineCache m_cache;
    LogHighlighter m_highlighter;
    log::Document *m_document = nullptr;
    QSet<qint64> m_errors; ///< lines
    LogColours m_colours;
    QFont m_font;
    QFont m_bold;
    qreal m_cell = 7; ///< px
    int m_rowHeight = 17;
    int m_ascent = 13;
    qint32 m_widest = 0; ///< cells, of what was painted
    TextPlace m_anchor;
    TextPlace m_cursor;
    bool m_following = false;
    bool m_onlyMatches = false;
    bool m_moving = false; ///< the program scrolls, not a person
    bool m_selectsLines = false; ///< the mouse was pressed beside the numbers
    QPoint m_mouse;
    int m_dragTimer = 0;
    Scope m_scope;
};

/// What of the lines is between the two places, as seen, each line with its end but the last; TooLarge over 64 MiB.
[[nodiscard]] Result<QString> textBetween(const log::Bytes &bytes, const log::LineIndex &index, TextPlace from, TextPlace to);

} // namespace narscope::ui
