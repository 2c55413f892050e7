// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/subject.h"
#include "ui/verify/checkmodel.h"

#include <QWidget>

class QTreeView;

namespace narscope::ui {

class LadderView;
class SentenceRow;
class TextLabel;

/// An image has a row among the paths, so that lists, counts and filters work for it too.
[[nodiscard]] nix::PathReport rowOf(const nix::IsoReport &image);

/// An ISO image: the sentence, the steps from the file to a signature, and the ladder of the store path that holds it.
class ImageView : public QWidget {
    Q_OBJECT
public:
    explicit ImageView(Clock &clock, QWidget *parent = nullptr);

    void setReport(const nix::IsoReport &report);
    [[nodiscard]] const CheckModel &steps() const { return m_model; }

Q_SIGNALS:
    void openRequested(const narscope::Subject &subject);

protected:
    void changeEvent(QEvent *event) override;

private:
    void fitSteps();

    CheckModel m_model;
    TextLabel *m_name;
    SentenceRow *m_sentence;
    QTreeView *m_steps;
    LadderView *m_ladder;
    QWidget *m_rest; ///< the page below, while there is no ladder
};

} // namespace narscope::ui
