// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "log/search.h"

#include <QWidget>

class QHBoxLayout;
class QLineEdit;
class QPushButton;

namespace narscope::ui {

class TextLabel;

/// What to look for in a log, how many there are, and what is shown of it.
class FindBar : public QWidget {
    Q_OBJECT
public:
    explicit FindBar(QWidget *parent = nullptr);

    /// Empty when nothing is looked for.
    [[nodiscard]] log::Query query() const;
    [[nodiscard]] QLineEdit *field() const { return m_field; }
    [[nodiscard]] QString count() const;
    void setCount(const QString &text, const QString &tip = {});
    void clear();

    [[nodiscard]] QPushButton *onlyMatches() const { return m_onlyMatches; }
    [[nodiscard]] QPushButton *around() const { return m_around; }
    [[nodiscard]] QPushButton *follow() const { return m_follow; }
    [[nodiscard]] QPushButton *phases() const { return m_phases; }
    [[nodiscard]] QPushButton *stop() const { return m_stop; }
    [[nodiscard]] QPushButton *wrap() const { return m_wrap; }
    [[nodiscard]] QPushButton *differences() const { return m_differences; }
    [[nodiscard]] QPushButton *compare() const { return m_compare; }
    [[nodiscard]] QPushButton *more() const { return m_more; }
    [[nodiscard]] QPushButton *openOther() const { return m_openOther; }

Q_SIGNALS:
    void queryChanged();
    void stepped(int by); ///< 1 or -1

private:
    QPushButton *add(const QString &text, const QString &tip, bool isToggle);

    QHBoxLayout *m_row;
    QLineEdit *m_field;
    QPushButton *m_case;
    QPushButton *m_word;
    QPushButton *m_regex;
    TextLabel *m_count;
    QPushButton *m_onlyMatches;
    QPushButton *m_around;
    QPushButton *m_follow;
    QPushButton *m_phases;
    QPushButton *m_stop;
    QPushButton *m_wrap;
    QPushButton *m_differences;
    QPushButton *m_compare;
    QPushButton *m_more;
    QPushButton *m_openOther;
};

} // namespace narscope::ui
