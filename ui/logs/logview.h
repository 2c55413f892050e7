// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/logs/gridtext.h"
#include "ui/logs/highlighter.h"
#include "ui/logs/linecache.h"
#include "ui/logs/logcolours.h"
#include "ui/logs/openlog.h"
#include "ui/logs/textlinks.h"
#include "ui/logs/viewrows.h"

#include <QAbstractScrollArea>
#include <QSet>
#include <QUrl>

namespace narscope::ui {

/// A place between two characters of a log.
struct TextPlace {
    log::Line line;
    qint32 unit = 0; ///< UTF-16, in the line as shown

    auto operator<=>(const TextPlace &) const = default;
};

/// How a selection is copied.
enum class CopyForm {
    Text,
    Coloured, ///< as text, and as HTML with the colours seen
    Markdown, ///< a quote, with where it is from when that is known
};

/// What is copied: whole pieces of lines from one place to another, or the same columns of each line.
struct CopyRange {
    TextPlace from;
    TextPlace to;
    std::optional<std::pair<qint32, qint32>> columns; ///< cells, of a block
    /// Only these, first and last of each piece; nothing: all lines.
    std::optional<std::vector<std::pair<log::Line, log::Line>>> pieces = {};

    bool operator==(const CopyRange &) const = default;
};

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
    /// The lines in view without those that are not shown between them: first and last of each piece.
    [[nodiscard]] std::vector<std::pair<log::Line, log::Line>> piecesInView() const;
    [[nodiscard]] bool hasSelection() const
    {
        return m_anchor != m_cursor || (m_columns && m_columns->first != m_columns->second);
    }
    void select(TextPlace from, TextPlace to);
    /// Columns (cells) of the lines.
    void selectBlock(log::Line from, log::Line to, qint32 fromCell, qint32 toCell);
    void selectAll();

    /// Keeps the end in view as the log grows. Ends when a person scrolls up.
    void setFollowing(bool following);
    [[nodiscard]] bool isFollowing() const { return m_following; }
    /// Shows only the lines that the document's search found.
    void setOnlyMatches(bool only);
    [[nodiscard]] bool showsOnlyMatches() const { return m_onlyMatches; }
    /// How many lines around each match are shown with it then.
    void setAround(qint64 lines);
    /// Other rows than the log's lines, as long as the document is shown; null ends that.
    void setRows(std::shared_ptr<const ViewRows> rows);
    [[nodiscard]] ViewRow rowAt(qint64 row) const;
    [[nodiscard]] qint64 topRow() const;
    [[nodiscard]] qint64 rowCount() const;
    [[nodiscard]] qint64 rowOf(log::Line line) const;
    [[nodiscard]] int rowHeight() const { return m_rowHeight; }
    void scrollToRow(qint64 row);
    /// The line in the row, when it is there already.
    [[nodiscard]] const ShownLine *shownAt(qint64 row) const;
    /// Which words of a Changed row stand out.
    void setEmphasis(std::function<std::vector<TextRange>(qint64)> emphasis) { m_emphasis = std::move(emphasis); }

    /// Long lines go on in the next row instead of to the right.
    void setWrapped(bool wrapped);
    [[nodiscard]] bool isWrapped() const { return m_wraps; }
    void setNumbered(bool numbered);
    [[nodiscard]] bool isNumbered() const { return m_numbers; }
    /// Shown beside the numbers while isTimed(), which they are at first.
    void setArrivals(const std::vector<Arrival> &arrivals);
    void setTimed(bool timed);
    [[nodiscard]] bool isTimed() const { return m_timed; }
    /// Bookmarks by line, with their notes.
    void setNotes(const QMap<qint64, QString> &notes);
    /// Another definition of KDE Syntax Highlighting than that for Nix build logs; empty: that one.
    void setDefinition(const QString &name);
    [[nodiscard]] const QString &definition() const { return m_definition; }
    [[nodiscard]] QStringList definitions() { return m_highlighter.definitions(); }
    /// What a quote says about where it is from.
    void setOrigin(const QString &title, const QUrl &page);

    /// What Space folds besides phases.
    void setRepeats(const std::vector<log::RepeatedLines> &repeats);
    /// Folds the repeated lines around the keyboard's line, else its phase; unfolds what is folded there.
    void toggleFold();
    void foldPhases(); ///< all, but the one that the keyboard is in
    void foldRepeats();
    void unfoldAll();
    [[nodiscard]] bool hasFolds() const { return !m_folds.empty(); }

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
    /// An https address in the text, or a whole store path.
    void linkOpened(const QString &target);
    void foldToggled(qint64 row); ///< a person wants the row's Fold opened
    void bookmarkToggled(narscope::log::Line line);
    void noteRequested(narscope::log::Line line);
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
    // Rows are lines, the matching ones among them, those that are not folded, or what was given.
    [[nodiscard]] log::Line lineOf(qint64 row) const { return rowAt(row).line; }
    [[nodiscard]] int rowsInView() const;
    [[nodiscard]] int columnsInView() const;
    void revealMatch();
    [[nodiscard]] int gridRowsOf(qint64 row) const;
    [[nodiscard]] qint64 rowAbove(qint64 row, int gridRows) const;
    [[nodiscard]] qint64 lastTopRow() const;
    [[nodiscard]] int textLeft() const;
    [[nodiscard]] int timeWidth() const;
    void takeLook();
    void takeChange();
    void takeLines();
    void makeFolds();
    void unfoldFor(log::Line line);
    void orderMatchRows();
    Task<void> makeMatchRows();
    void takeMatchRows();
    [[nodiscard]] std::optional<std::pair<qint64, qint64>> foldableAt(log::Line line) const;
    void fitBars();
    void setTopRow(qint64 row);
    void holdRow(qint64 row, int gridRows);
    void letGoWhenAbove();
    void noteTop();

    void paintRow(QPainter &painter, qint64 row, int top, int gridRows);
    void paintGround(QPainter &painter, const ViewRow &row, const QRect &box);
    void paintGutter(QPainter &painter, const ViewRow &row, int top);
    void paintFold(QPainter &painter, const ViewRow &row, const QRect &box);
    void paintText(QPainter &painter, ShownLine &shown, qint64 row, const ViewRow &what, int top);
    void paintTail(QPainter &painter, const ShownLine &shown, const ViewRow &row, int top);
    void paintSpan(QPainter &painter, const ShownLine &shown, const log::StyleSpan &span, qint32 end, int top);
    void paintPiece(
        QPainter &painter, const ShownLine &shown, const log::TextStyle &style, qint32 begin, qint32 end, int top);
    void fillUnits(QPainter &painter, const ShownLine &shown, TextRange range, int top, const QColor &colour) const;
    void underline(QPainter &painter, const ShownLine &shown, TextRange range, int top, const QColor &colour) const;
    [[nodiscard]] const std::vector<log::StyleSpan> &stylesOf(ShownLine &shown);
    [[nodiscard]] TextRange selectedIn(log::Line line, const ShownLine &shown) const;
    [[nodiscard]] qreal xOf(qint32 cell) const;

    bool moveBlock(int key);
    bool moveByKey(int key, bool isSelecting, bool withControl);
    void moveRows(qint64 by, bool isSelecting);
    void moveUnit(int by);
    void setCursor(TextPlace place, bool keepsAnchor);
    [[nodiscard]] TextPlace placeAt(const QPoint &at) const;
    /// The row at a height, and the grid row within it.
    [[nodiscard]] std::pair<qint64, int> rowAtHeight(int y) const;
    [[nodiscard]] qint32 cellAt(const QPoint &at) const;
    void dragTo(const QPoint &at);
    void selectWord(TextPlace at);
    [[nodiscard]] std::optional<TextLink> linkAt(const QPoint &at) const;
    void openLink(const TextLink &link);
    void openFirstLink();
    [[nodiscard]] CopyRange copyRange() const;
    Task<void> copyLines(CopyRange range, CopyForm form);

    QThreadPool &m_pool;
    LineCache m_cache;
    LogHighlighter m_highlighter;
    log::Document *m_document = nullptr;
    QSet<qint64> m_errors; ///< lines
    LogColours m_colours;
    InkTable m_inks;
    GridText m_text;
    qreal m_cell = 7; ///< px
    int m_rowHeight = 17;
    int m_ascent = 13;
    qint64 m_rowsAStep = 1; ///< of the vertical bar
    qint32 m_widest = 0; ///< cells, of what was painted
    std::optional<log::Line> m_revealing; ///< gone to; its first match is still to be brought into view
    TextPlace m_anchor;
    TextPlace m_cursor;
    bool m_following = false;
    bool m_onlyMatches = false;
    qint64 m_around = 0; ///< lines shown on either side of a match
    std::shared_ptr<const MatchRows> m_matchRows; ///< null: not there yet; without lines around none are needed
    bool m_isMatching = false; ///< they are being made
    bool m_isMatchOld = false;
    Scope m_matchScope;
    log::Line m_top; ///< where a person or the program scrolled to
    /// The line that the program scrolled to and how many grid rows are above it; ends when something else scrolls.
    std::optional<std::pair<log::Line, int>> m_held;
    std::shared_ptr<const ViewRows> m_given;
    std::shared_ptr<const FoldedRows> m_folded; ///< null: no folds
    std::map<qint64, qint64> m_folds; ///< as FoldedRows takes them
    std::vector<log::RepeatedLines> m_repeats;
    std::function<std::vector<TextRange>(qint64)> m_emphasis;
    bool m_wraps = false;
    bool m_numbers = true;
    bool m_timed = true;
    QString m_definition;
    std::vector<Arrival> m_arrivals;
    QMap<qint64, QString> m_notes;
    QString m_title;
    QUrl m_page;
    std::optional<std::pair<qint32, qint32>> m_columns; ///< of a block selection, as the mouse went
    qreal m_shift = 0; ///< px that the row being painted is moved to the left
    bool m_moving = false; ///< the program scrolls, not a person
    bool m_selectsLines = false; ///< the mouse was pressed beside the numbers
    QPoint m_mouse;
    int m_dragTimer = 0;
    Scope m_scope;
};

/// What of the lines is in the range, as seen, each line with its end but the last; TooLarge over 64 MiB.
[[nodiscard]] Result<QString> textIn(const log::Bytes &bytes, const log::LineIndex &index, const CopyRange &range);
/// The same as HTML in the colours given.
[[nodiscard]] Result<QString> htmlIn(
    const log::Bytes &bytes, const log::LineIndex &index, const CopyRange &range, const LogColours &colours);

} // namespace narscope::ui
