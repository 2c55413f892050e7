// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/factsmodel.h"
#include "ui/widgets/place.h"
#include "ui/widgets/timeplot.h"
#include "watch/farmstate.h"

class QButtonGroup;
class QHBoxLayout;
class QStackedWidget;

namespace narscope::ui {

class DetailRows;
class FarmList;
class TextLabel;

/// What is known of the chosen system or builder: one page of it at a time.
class FarmDetail : public QWidget {
    Q_OBJECT
public:
    enum class Page { Depth, Jobsets, Events, Steps, Load, Facts };
    explicit FarmDetail(QWidget *parent = nullptr);

    void setActions(const SubjectActions *actions);
    /// Jobsets and events have a place of their own beside this one.
    void setWide(bool wide);
    void showSystem(const watch::FarmState &state, const QString &system, const QString &server, qint64 now);
    void showBuilder(const watch::FarmState &state, const QString &builder, const QString &server, qint64 now);
    void showNothing();

    [[nodiscard]] Page page() const;
    void setPage(Page page);
    [[nodiscard]] FarmList *steps() const { return m_steps; }
    [[nodiscard]] TimePlot *depth() const { return m_depth; }
    [[nodiscard]] QString title() const;
    [[nodiscard]] QString hint() const;
    /// The row that the keyboard is on, if it is on one of the lists.
    [[nodiscard]] std::optional<Subject> pointedAt() const;
    [[nodiscard]] QList<Subject> alsoPointedAt() const;
    /// Puts the keyboard on what the page holds.
    void focusPage();

Q_SIGNALS:
    void openRequested(const narscope::Subject &subject);

private:
    void makeButtons();
    void offer(const QList<Page> &pages);
    void showPage(Page page);
    void fillFacts(const watch::FarmState &state, const watch::BuilderLine &line, qint64 now);
    void fillLoad(const watch::BuilderLine &line, qint64 now);
    [[nodiscard]] QList<Subject> moreOf(const QString &stepKey) const;

    bool m_wide = false;
    bool m_isBuilder = false;
    Page m_builderPage = Page::Steps; ///< chosen last, for each of the two
    Page m_systemPage = Page::Depth;
    QHash<QString, QString> m_drvPaths; ///< by the step's key
    TextLabel *m_title;
    TextLabel *m_hint;
    QButtonGroup *m_buttons;
    QHBoxLayout *m_head;
    QStackedWidget *m_stack;
    TimePlot *m_depth;
    FarmList *m_jobsets;
    FarmList *m_events;
    FarmList *m_steps;
    QWidget *m_loads;
    QList<TimePlot *> m_load;
    DetailRows *m_facts;
};

} // namespace narscope::ui
