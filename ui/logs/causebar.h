// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/extract.h"

#include <QWidget>

namespace narscope::ui {

class TextLabel;

/// The line under a log that says what most likely broke the build, and why that is thought. Hidden without one.
class CauseBar : public QWidget {
    Q_OBJECT
public:
    explicit CauseBar(QWidget *parent = nullptr);

    void setExtract(const log::ErrorExtract &extract);
    [[nodiscard]] QString text() const;

Q_SIGNALS:
    void showRequested();
    void copyRequested();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    TextLabel *m_where;
    TextLabel *m_what;
};

} // namespace narscope::ui
