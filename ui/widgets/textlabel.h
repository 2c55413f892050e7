// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/look.h"

#include <QWidget>

namespace narscope::ui {

enum class TextRole { Data, Quiet, Bold, Mono };

/// One line of plain text that is cut when there is no room, whole on hover and when copied.
class TextLabel : public QWidget {
    Q_OBJECT
public:
    explicit TextLabel(TextRole role = TextRole::Data, QWidget *parent = nullptr);

    [[nodiscard]] QString text() const { return m_text; }
    void setText(const QString &text);
    void setRole(TextRole role);
    void setElide(Qt::TextElideMode elide);
    void setAlignment(Qt::Alignment alignment);
    /// What «Copy» and hover give when the text is a shortened form; the text itself by default.
    void setWhole(const QString &whole);
    [[nodiscard]] QString whole() const { return m_whole.isEmpty() ? m_text : m_whole; }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    bool event(QEvent *event) override;
    void changeEvent(QEvent *event) override;
    [[nodiscard]] int usedWidth() const; ///< px of the text as painted

private:
    QString m_text;
    QString m_whole;
    TextRole m_role;
    Qt::TextElideMode m_elide = Qt::ElideRight;
    Qt::Alignment m_alignment = Qt::AlignLeft;
};

/// A label that says this and stays so; the layout it is put into owns it.
[[nodiscard]] TextLabel *textLabel(const QString &text, TextRole role);

/// Text that opens something, by mouse or by Enter: underlined, never coloured.
class LinkLabel : public TextLabel {
    Q_OBJECT
public:
    explicit LinkLabel(const QString &text = {}, TextRole role = TextRole::Data, QWidget *parent = nullptr);

Q_SIGNALS:
    void activated();

protected:
    void paintEvent(QPaintEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
};

/// A status mark as a widget.
class MarkLabel : public QWidget {
    Q_OBJECT
public:
    explicit MarkLabel(int size = metric::mark, QWidget *parent = nullptr);
    [[nodiscard]] Mark mark() const { return m_mark; }
    void setMark(Mark mark);
    [[nodiscard]] QSize sizeHint() const override { return {m_size, m_size}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Mark m_mark = Mark::None;
    int m_size;
};

/// Puts plain text where Qt would guess whether it is markup.
[[nodiscard]] QString plainTip(const QString &text);

} // namespace narscope::ui
