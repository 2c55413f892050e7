// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/jobcourse.h"
#include "ui/widgets/place.h"

namespace narscope::ui {

class FactsView;
class LinkLabel;
class TextLabel;

/// The commits between the last success and the first failure that name the job's package. They cost questions to
/// GitHub, so a person asks for them.
class SuspectsPart : public QWidget {
    Q_OBJECT
public:
    explicit SuspectsPart(QWidget *parent = nullptr);

    /// What may be asked for; another order than before forgets what was told.
    void setOrder(const trace::SuspectOrder &order);
    void setActions(const SubjectActions *actions);
    void take(const trace::Suspects &suspects, qint64 now);
    void takeFailure(const trace::SuspectOrder &order, const Problem &problem);
    [[nodiscard]] FactsView *table() const { return m_table; }
    [[nodiscard]] QString note() const;

Q_SIGNALS:
    void ordered(const narscope::trace::SuspectOrder &order);
    /// «187 commits» for the section's head.
    void hintChanged(const QString &hint);

private:
    void askNow();

    trace::SuspectOrder m_order;
    LinkLabel *m_ask;
    TextLabel *m_note;
    FactsView *m_table;
    LinkLabel *m_all; ///< the whole comparison at GitHub
    QUrl m_comparison;
};

} // namespace narscope::ui
