// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/subject.h"

#include <QKeySequence>
#include <QWidget>

#include <functional>
#include <optional>

namespace narscope::ui {

/// Something that can be done with a subject from anywhere: the shell makes the list, places show it in their
/// context menus and obey its keys. An action that cannot work for a subject is not offered.
struct SubjectAction {
    QString text; ///< «Verify», «Copy path»
    QKeySequence key;
    std::function<bool(const Subject &)> fits;
    std::function<void(const Subject &)> run;
};
using SubjectActions = QList<SubjectAction>;

/// One place of the main window. The shell owns it, shows it and passes subjects on; places do not know each
/// other. GUI thread.
class Place : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;

    /// Stable, for settings and the rail: "jobs", "activity", "verify", "logs".
    [[nodiscard]] virtual QString id() const = 0;
    [[nodiscard]] virtual QString title() const = 0;
    /// Whether this place is where such a subject is shown.
    [[nodiscard]] virtual bool shows(const Subject &subject) const = 0;
    /// Shows it within a frame with what is known, and fills in. Only called for what it shows.
    virtual void open(const Subject &subject) = 0;
    /// What a text typed into the field on top means here that is no subject: «log»; empty: nothing. Touches no disk.
    [[nodiscard]] virtual QString meaningOf(const QString &) const { return {}; }
    /// Opens such a text.
    virtual void openText(const QString &) { }
    /// F5: ask again for what is visible.
    virtual void refresh() { }
    /// The subject now in view, for back and forward; nothing when there is none.
    [[nodiscard]] virtual std::optional<Subject> current() const { return {}; }
    /// What the keyboard is on, for the keys of the actions: a selected row before the page around it.
    [[nodiscard]] virtual std::optional<Subject> pointedAt() const { return current(); }
    /// What else the same thing is, for actions that do not fit pointedAt(): the store path that a build gives.
    [[nodiscard]] virtual QList<Subject> alsoPointedAt() const { return {}; }
    /// Esc: back to the list. False when there is nothing to go back from.
    virtual bool goBack() { return false; }
    /// What can be done with subjects; set by the shell before the place is first shown.
    void setActions(const SubjectActions &actions) { m_actions = actions; }
    [[nodiscard]] const SubjectActions &actions() const { return m_actions; }
    /// Whether what was opened last is on the screen, or the reason why it is not; false while it is fetched.
    [[nodiscard]] virtual bool isSettled() const { return true; }
    /// Keys that work here, for the right end of the status bar: «n next failure · Enter open».
    [[nodiscard]] virtual QString keyHint() const { return {}; }
    /// Splitters, columns, expansion: opaque, kept in the settings by the shell.
    [[nodiscard]] virtual QByteArray saveState() const { return {}; }
    virtual void restoreState(const QByteArray &) { }

Q_SIGNALS:
    /// The shell finds the place for it and remembers the way back.
    void openRequested(const narscope::Subject &subject);
    /// The number beside the title in the rail; 0 shows none.
    void countChanged(int count);
    void currentChanged();
    void settledChanged();

private:
    SubjectActions m_actions;
};

} // namespace narscope::ui
