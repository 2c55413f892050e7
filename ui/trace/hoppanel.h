// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/trace/hopwords.h"

#include <QScrollArea>

class QBoxLayout;
class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace narscope::ui {

class GradeLabel;
class MarkLabel;
class TextLabel;

/// The detail of one hop: its sentence, what is covered and what is not, where it comes from, the answer as
/// it came.
class HopPanel : public QScrollArea {
    Q_OBJECT
public:
    explicit HopPanel(QWidget *parent = nullptr);

    void setWords(const HopWords &words);
    [[nodiscard]] const HopWords &words() const { return m_words; }
    [[nodiscard]] QPlainTextEdit *raw() const { return m_raw; }
    [[nodiscard]] QPushButton *rawButton() const { return m_showRaw; }

Q_SIGNALS:
    void openRequested(const narscope::Subject &subject);
    void copied();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *headRow();
    QLabel *sentenceLabel();
    void showColumns();
    void copy(const QString &text);

    struct Column {
        QWidget *widget;
        TextLabel *title;
        DetailRows *rows;
    };

    HopWords m_words;
    GradeLabel *m_grade;
    MarkLabel *m_mark;
    TextLabel *m_kind;
    TextLabel *m_name;
    TextLabel *m_place;
    QPushButton *m_open;
    QPushButton *m_browse;
    QPushButton *m_showRaw;
    QPushButton *m_command;
    QPushButton *m_evidence;
    DetailRows *m_findings;
    QLabel *m_sentence;
    QBoxLayout *m_columnsRow;
    std::vector<Column> m_columns;
    QPlainTextEdit *m_raw;
};

} // namespace narscope::ui
