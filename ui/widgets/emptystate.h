// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QPushButton;

namespace narscope::ui {

class SentenceRow;

/// Stands where a list would be: why there is nothing, and what to do about it.
class EmptyState : public QWidget {
    Q_OBJECT
public:
    explicit EmptyState(QWidget *parent = nullptr);

    void setText(const QString &why, const QString &whatToDo);
    /// An empty text takes the button away.
    void setAction(const QString &text);
    [[nodiscard]] QString text() const;

Q_SIGNALS:
    void actionRequested();

private:
    SentenceRow *m_sentence;
    QPushButton *m_action;
};

} // namespace narscope::ui
