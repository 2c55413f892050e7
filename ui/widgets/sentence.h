// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/look.h"

#include <QTextLayout>
#include <QWidget>

namespace narscope::ui {

struct Sentence {
    Mark mark = Mark::None;
    QString what; ///< the first clause, bold
    QString why; ///< the rest of the sentence
    QString quiet; ///< one grey line under it: how much, since when

    bool operator==(const Sentence &) const = default;
};

/// The sentence that a page begins with. Plain text, broken into lines as needed.
class SentenceRow : public QWidget {
    Q_OBJECT
public:
    explicit SentenceRow(QWidget *parent = nullptr);

    [[nodiscard]] const Sentence &sentence() const { return m_sentence; }
    void setSentence(const Sentence &sentence);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    [[nodiscard]] int textLeft() const;
    /// Breaks into lines of 24 and 20 px; returns the height of both.
    int lay(QTextLayout &sentence, QTextLayout &quiet, int width) const;

    Sentence m_sentence;
};

} // namespace narscope::ui
