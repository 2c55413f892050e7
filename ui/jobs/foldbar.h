// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QWidget>

namespace narscope::ui {

/// «› Evaluations 1   › Inputs 4   ⌄ Products 2»: one of them is open, or none. Left, Right, Space by keyboard.
class FoldBar : public QWidget {
    Q_OBJECT
public:
    explicit FoldBar(QStringList titles, QWidget *parent = nullptr);

    void setCount(int fold, int count);
    /// A fold that has nothing in it is not shown; an open one closes.
    void setFoldVisible(int fold, bool visible);
    [[nodiscard]] int open() const { return m_open; } ///< -1: none
    void setOpen(int fold);

    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void openChanged(int fold);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    struct Fold {
        QString title;
        QString count;
        bool visible = true;
    };
    [[nodiscard]] QRect rectOf(int fold) const;

    QList<Fold> m_folds;
    int m_open = -1;
    int m_current = 0;
};

} // namespace narscope::ui
