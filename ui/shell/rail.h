// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QWidget>

class QVBoxLayout;

namespace narscope::ui {

/// One place in the rail: its title and, when there is one, a number.
class RailButton : public QAbstractButton {
    Q_OBJECT
public:
    RailButton(const QString &title, const QString &key, QWidget *parent = nullptr);
    void setCount(int count);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int m_count = 0;
};

/// The places at the left of the window, in the order they were added. Only places that exist.
class Rail : public QWidget {
    Q_OBJECT
public:
    explicit Rail(QWidget *parent = nullptr);

    void addEntry(const QString &title);
    void setCount(int entry, int count);
    void setCurrent(int entry); ///< -1: none
    [[nodiscard]] RailButton *button(int entry) const { return m_buttons[entry]; }

Q_SIGNALS:
    void chosen(int entry);

private:
    QVBoxLayout *m_column;
    QList<RailButton *> m_buttons;
};

} // namespace narscope::ui
