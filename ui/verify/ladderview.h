// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/subject.h"
#include "nix/ladder.h"
#include "ui/verify/checkmodel.h"

#include <QScrollArea>

class QPlainTextEdit;
class QTreeView;

namespace narscope::ui {

class DetailRows;
class SentenceRow;
class TextLabel;

/// Everything about one path: the sentence, the rungs, the bytes behind the one chosen, what nobody signed, and the
/// answers it rests on. Filling in moves nothing.
class LadderView : public QScrollArea {
    Q_OBJECT
public:
    explicit LadderView(Clock &clock, QWidget *parent = nullptr);

    void setReport(const nix::PathReport &report);
    /// The same before anything is known: what is going to be looked at.
    void setAsked(const nix::PathReport &report);
    [[nodiscard]] const std::optional<nix::PathReport> &report() const { return m_report; }
    [[nodiscard]] QTreeView *rungs() const { return m_rungs; }
    [[nodiscard]] QString sentence() const;

Q_SIGNALS:
    void openRequested(const narscope::Subject &subject);

protected:
    void changeEvent(QEvent *event) override;

private:
    void fitRungs();
    void showRung();
    void fillDetails();

    Clock &m_clock;
    std::optional<nix::PathReport> m_report;
    CheckModel m_model;
    int m_rowShown = -1; ///< chosen by setReport(); -1: none yet
    TextLabel *m_path;
    SentenceRow *m_sentence;
    QTreeView *m_rungs;
    TextLabel *m_bytesTitle;
    QPlainTextEdit *m_bytes;
    TextLabel *m_claimsTitle;
    DetailRows *m_claims;
    TextLabel *m_evidenceTitle;
    DetailRows *m_evidence;
};

} // namespace narscope::ui
