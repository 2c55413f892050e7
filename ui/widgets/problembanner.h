// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <QWidget>

class QPushButton;

namespace narscope::ui {

class TextLabel;

/// Says above good but old data why it is not newer, and lets a person try again. Hidden without a problem.
class ProblemBanner : public QWidget {
    Q_OBJECT
public:
    explicit ProblemBanner(QWidget *parent = nullptr);

    /// dataAge: how old what is shown below is; nothing when nothing is shown. Call again as it ages.
    void setProblem(const Problem &problem, std::optional<Milliseconds> dataAge);
    void clear();
    /// For what cannot be tried again: a button that only takes the banner away.
    void showClosable(const Problem &problem);
    [[nodiscard]] QString text() const;

Q_SIGNALS:
    void retryRequested();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    std::optional<Problem> m_problem;
    TextLabel *m_sentence;
    TextLabel *m_rest;
    QPushButton *m_retry;
};

} // namespace narscope::ui
