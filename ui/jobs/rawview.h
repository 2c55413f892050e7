// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/jobdesk.h"

#include <QWidget>

#include <optional>

class QPlainTextEdit;

namespace narscope::ui {

class LinkLabel;
class TextLabel;

/// A build's JSON as Hydra answered: laid out to be read, copied and saved byte for byte.
class RawView : public QWidget {
    Q_OBJECT
public:
    explicit RawView(QWidget *parent = nullptr);

    /// Nothing is known of it yet.
    void begin();
    void take(const trace::RawAnswer &answer);
    void takeFailure(const Problem &problem);
    [[nodiscard]] QString text() const;

private:
    void copy();
    void save();
    void write(const QString &file);

    TextLabel *m_note;
    LinkLabel *m_copy;
    LinkLabel *m_save;
    QPlainTextEdit *m_text;
    std::optional<trace::RawAnswer> m_answer;
};

} // namespace narscope::ui
