// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "watch/change.h"

#include <QWidget>

class QPushButton;

namespace narscope::ui {

class TextLabel;

/// Says that a page lists only a part of the jobs and offers the whole; while that comes: how far, and Cancel.
class LoadAllBar : public QWidget {
    Q_OBJECT
public:
    explicit LoadAllBar(QWidget *parent = nullptr);

    /// total: jobs of the evaluation, of which `shown` are listed.
    void setPage(int shown, int total);
    void setLoading(qint64 bytes, Milliseconds since);
    void setFailed(const Problem &problem);
    void setAll(int total, qint64 bytes);
    [[nodiscard]] QString text() const;

Q_SIGNALS:
    void loadRequested();
    void cancelRequested();

private:
    void showButton(const QString &text, bool cancels);

    TextLabel *m_text;
    QPushButton *m_button;
    bool m_cancels = false;
};

} // namespace narscope::ui
