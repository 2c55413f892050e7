// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/extract.h"

#include <QWidget>

class QPushButton;

namespace narscope::ui {

class TextLabel;

/// The line under a log that says what most likely broke the build, and why that is thought. Hidden without one.
class CauseBar : public QWidget {
    Q_OBJECT
public:
    explicit CauseBar(QWidget *parent = nullptr);

    void setExtract(const log::ErrorExtract &extract);
    /// How many other logs are known that broke for the same reason.
    void setSame(qsizetype count);
    [[nodiscard]] QString text() const;

Q_SIGNALS:
    void showRequested();
    void copyRequested();
    void sameRequested();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    TextLabel *m_where;
    TextLabel *m_what;
    QPushButton *m_same;
};

} // namespace narscope::ui
