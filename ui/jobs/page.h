// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "ui/jobs/crumbs.h"
#include "ui/widgets/place.h"
#include "ui/widgets/problembanner.h"
#include "ui/widgets/sentence.h"
#include "watch/change.h"

class QHBoxLayout;
class QVBoxLayout;

namespace narscope::ui {

class FactsView;
class TextLabel;

/// A titled part of a page; gone while it has nothing to show.
class Section : public QWidget {
    Q_OBJECT
public:
    Section(const QString &title, QWidget *content, QWidget *parent = nullptr);
    void setHint(const QString &hint);

private:
    TextLabel *m_hint;
};

/// What all details have: a banner with the reason when the last refresh failed, the way here, one sentence, what
/// can be done. The rest is the page's own.
class Page : public QWidget {
    Q_OBJECT
public:
    enum class Scrolls { Itself, Content };
    Page(Clock &clock, Scrolls scrolls, QWidget *parent = nullptr);

    /// Remembered by address; the place keeps the list.
    virtual void setActions(const SubjectActions *actions) { m_actions = actions; }
    /// Ages are words: say them again.
    virtual void tick() = 0;
    [[nodiscard]] virtual std::optional<Subject> pointedAt() const { return {}; }
    [[nodiscard]] virtual bool isSettled() const = 0;
    [[nodiscard]] QString sentenceText() const
    {
        return m_sentence->sentence().what + u' ' + m_sentence->sentence().why;
    }
    [[nodiscard]] QString bannerText() const { return m_banner->text(); }

Q_SIGNALS:
    void openRequested(const narscope::Subject &subject);
    void retryRequested();
    void settled();

protected:
    [[nodiscard]] QVBoxLayout *body() const { return m_body; }
    [[nodiscard]] qint64 now() const { return m_clock.nowSeconds(); }
    [[nodiscard]] Clock &clock() const { return m_clock; }
    [[nodiscard]] const SubjectActions *actions() const { return m_actions; }
    void setCrumbs(const QList<Crumb> &path, const QList<Crumb> &right = {});
    void setSentence(const Sentence &sentence) { m_sentence->setSentence(sentence); }
    /// One button for each action that fits; what fits only what the subject stands for acts on that.
    void setButtonsFor(const Subject &subject, const std::optional<Subject> &also = {});
    Section *addSection(const QString &title, QWidget *content);
    void addTable(FactsView *table);
    template <typename T> void addProblem(const watch::Seen<T> &seen)
    {
        if (seen.problem && !m_problem)
            m_problem = seen.problem;
        if (seen.value)
            m_oldest = m_oldest == 0 ? seen.seenAt : qMin(m_oldest, seen.seenAt);
    }
    /// The first of the problems added since the last call, or none.
    void showProblems();

private:
    Clock &m_clock;
    const SubjectActions *m_actions = nullptr;
    ProblemBanner *m_banner;
    Crumbs *m_crumbs;
    SentenceRow *m_sentence;
    QHBoxLayout *m_buttons;
    std::optional<Subject> m_buttonsFor;
    std::optional<Subject> m_buttonsAlsoFor;
    QVBoxLayout *m_body;
    std::optional<Problem> m_problem;
    std::optional<Problem> m_shownProblem; ///< in the banner
    Milliseconds m_problemSince{0}; ///< since when that one
    qint64 m_oldest = 0;
};

} // namespace narscope::ui
