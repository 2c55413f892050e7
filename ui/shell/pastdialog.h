// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "history/values.h"

#include <QDialog>
#include <QTimer>

class QDateTimeEdit;
class QTableWidget;

namespace narscope::ui {

class TextLabel;

/// A line of what was known at some moment; `then` is empty for the title of a section.
struct PastRow {
    QString what;
    QString then{};
    QString seen{}; ///< when

    bool operator==(const PastRow &) const = default;
};
[[nodiscard]] QList<PastRow> pastRows(const history::Moment &moment);

/// How it looked at a moment that a person chooses: channels, evaluations, queue and builders, as the history has it.
class PastDialog : public QDialog {
    Q_OBJECT
public:
    explicit PastDialog(Clock &clock, QWidget *parent = nullptr);

    void take(const Result<history::Moment> &moment);

Q_SIGNALS:
    void wanted(qint64 time);

private:
    [[nodiscard]] qint64 chosen() const;
    void step(qint64 seconds);

    Clock &m_clock;
    QDateTimeEdit *m_time;
    QTableWidget *m_table;
    TextLabel *m_said;
    QTimer m_pause; ///< while a person still turns the wheel
};

} // namespace narscope::ui
