// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "ui/verify/keymodel.h"

#include <QWidget>

class QPushButton;
class QSpinBox;
class QTreeView;

namespace narscope::ui {

class SentenceRow;

/// Which keys are trusted, where they come from, and what each signed that was seen; trusting, adding and removing
/// them.
class KeysPage : public QWidget {
    Q_OBJECT
public:
    KeysPage(nix::TrustChoices choices, Clock &clock, QWidget *parent = nullptr);
    void take(const QList<nix::PathReport> &reports);
    [[nodiscard]] KeyModel &model() { return m_model; }
    /// Why the choices could not be kept; empty takes the line away.
    void setTrouble(const QString &sentence);
    /// Adds every key of a text, whatever is around them: a nix.conf, a NixOS module, a web page.
    void addFromText(const QByteArray &text, const QString &source);

Q_SIGNALS:
    void choicesChanged(const narscope::nix::TrustChoices &choices);

private:
    void say();
    void showState();
    /// Says what was done and keeps what was before for Undo.
    void choose(nix::TrustChoices choices, const QString &done);
    void toggleTrust();
    void toggleRetired();
    void remove();
    void paste();
    void import();

    Clock &m_clock;
    KeyModel m_model;
    std::optional<nix::TrustChoices> m_before;
    QString m_done;
    QString m_trouble;
    SentenceRow *m_sentence;
    QTreeView *m_list;
    QSpinBox *m_threshold;
    QPushButton *m_trust;
    QPushButton *m_retire;
    QPushButton *m_remove;
    QPushButton *m_undo;
};

} // namespace narscope::ui
