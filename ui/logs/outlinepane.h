// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/logs/openlog.h"

#include <QTreeView>

class QStandardItem;
class QStandardItemModel;

namespace narscope::ui {

/// The phases of a log with how long they took, each with its errors.
class OutlinePane : public QTreeView {
    Q_OBJECT
public:
    explicit OutlinePane(QWidget *parent = nullptr);

    /// Null for none. Rebuilds only when phases or errors changed.
    void show(const OpenLog *log);
    /// Selects the error or phase of the line. A row that counts warnings leads to the one behind the line.
    void pointTo(log::Line line);

Q_SIGNALS:
    void chosen(narscope::log::Line line);

private:
    struct Shown {
        std::vector<log::Phase> phases;
        std::vector<log::ErrorFinding> errors;
        OpenLog::Stage stage = OpenLog::Stage::Waiting;
        qint64 warnings = 0;

        bool operator==(const Shown &) const = default;
    };
    void fill(const OpenLog &log);
    void addErrors(QStandardItem &parent, log::Line begin, log::Line end);
    void addWarnings(QStandardItem &parent, const log::Findings &warnings, log::Line begin, log::Line end);

    QStandardItemModel *m_model;
    Shown m_shown;
    log::Findings m_warnings;
    log::Line m_here;
};

/// «0:44», «1:02:03».
[[nodiscard]] QString shortClock(double seconds);

} // namespace narscope::ui
