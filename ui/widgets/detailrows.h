// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/subject.h"
#include "ui/widgets/look.h"

#include <QWidget>

#include <optional>
#include <vector>

class QGridLayout;

namespace narscope::ui {

class LinkLabel;
class MarkLabel;
class TextLabel;

struct DetailRow {
    QString label; ///< empty: belongs to the row above
    QString text;
    QString whole; ///< on hover and when copied, when `text` is a shortened form
    Mark mark = Mark::None;
    bool mono = false;
    bool quiet = false;
    std::optional<Subject> subject; ///< what the text opens

    bool operator==(const DetailRow &) const = default;
};

/// Lines of label (80 px), mark and words. New rows change what is there in place, so a refresh moves nothing.
class DetailRows : public QWidget {
    Q_OBJECT
public:
    explicit DetailRows(QWidget *parent = nullptr);

    void setRows(const QList<DetailRow> &rows);
    [[nodiscard]] const QList<DetailRow> &rows() const { return m_rows; }
    void setLabelWidth(int pixels);

Q_SIGNALS:
    void openRequested(const narscope::Subject &subject);

private:
    struct Line {
        TextLabel *label;
        MarkLabel *mark;
        TextLabel *text;
        LinkLabel *link;
    };
    void addLine();
    void fill(const Line &line, const DetailRow &row);

    QList<DetailRow> m_rows;
    std::vector<Line> m_lines;
    QGridLayout *m_grid;
};

} // namespace narscope::ui
