// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QToolButton>
#include <QWidget>

class QMenu;

namespace narscope::ui {

class Field;

/// A flat button with a drawn sign: back, forward, menu.
class BarButton : public QToolButton {
    Q_OBJECT
public:
    enum class Sign { Back, Forward, Menu };
    BarButton(Sign sign, const QString &what, QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Sign m_sign;
};

/// Back, forward, the field, the menu.
class TopBar : public QWidget {
    Q_OBJECT
public:
    TopBar(Field *field, QMenu *menu, QWidget *parent = nullptr);
    [[nodiscard]] BarButton *back() const { return m_back; }
    [[nodiscard]] BarButton *forward() const { return m_forward; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    BarButton *m_back;
    BarButton *m_forward;
};

} // namespace narscope::ui
