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

/// The places as a menu, where the window is too narrow for the rail: its text is the place now shown.
class PlacesButton : public QToolButton {
    Q_OBJECT
public:
    explicit PlacesButton(QWidget *parent = nullptr);

    void addEntry(const QString &title);
    void setCount(int entry, int count);
    void setCurrent(int entry);
    [[nodiscard]] QMenu *entries() const { return m_menu; }

Q_SIGNALS:
    void chosen(int entry);

private:
    void name(int entry);

    QMenu *m_menu;
    QStringList m_titles;
    QList<int> m_counts;
};

/// The places when it is narrow, back, forward, the field, the menu.
class TopBar : public QWidget {
    Q_OBJECT
public:
    TopBar(Field *field, QMenu *menu, QWidget *parent = nullptr);
    [[nodiscard]] PlacesButton *places() const { return m_places; }
    [[nodiscard]] BarButton *back() const { return m_back; }
    [[nodiscard]] BarButton *forward() const { return m_forward; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    PlacesButton *m_places;
    BarButton *m_back;
    BarButton *m_forward;
};

} // namespace narscope::ui
