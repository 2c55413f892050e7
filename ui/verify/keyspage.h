// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/verify/keymodel.h"

#include <QWidget>

namespace narscope::ui {

class SentenceRow;

/// Which keys are trusted, where they come from, and what each signed that was seen.
class KeysPage : public QWidget {
    Q_OBJECT
public:
    explicit KeysPage(const nix::TrustPolicy &policy, QWidget *parent = nullptr);
    void take(const QList<nix::PathReport> &reports);
    [[nodiscard]] KeyModel &model() { return m_model; }

private:
    void say();
    qsizetype m_trusted;
    KeyModel m_model;
    SentenceRow *m_sentence;
};

} // namespace narscope::ui
