// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/mark.h"

#include <QWidget>

namespace narscope::ui {

class MarkLabel;
class TextLabel;

/// What stands above one side of a comparison: which log it is.
class SideHeader : public QWidget {
    Q_OBJECT
public:
    explicit SideHeader(QWidget *parent = nullptr);

    void say(Mark mark, const QString &role, const QString &what);
    [[nodiscard]] QString text() const;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    MarkLabel *m_mark;
    TextLabel *m_role;
    TextLabel *m_what;
};

} // namespace narscope::ui
