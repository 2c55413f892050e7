// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "trace/bundlecheck.h"
#include "ui/models/factsmodel.h"
#include "ui/widgets/sentence.h"

#include <QWidget>

#include <functional>

class QPushButton;
class QStackedWidget;

namespace narscope::ui {

class EmptyState;
class FactList;

/// What a bundle proves to somebody who has nothing but the file, and what two of them say differently. Files are read
/// and checked on a pool; no server is asked.
class BundlePage : public QWidget {
    Q_OBJECT
public:
    BundlePage(nix::TrustPolicy policy, Clock &clock, QWidget *parent = nullptr);

    /// What is shown is checked again: a key may have lost its trust.
    void setPolicy(const nix::TrustPolicy &policy);
    void check(const QString &file);
    void compareWith(const QString &other);
    /// Back from a comparison; false: there is none.
    bool leave();

    [[nodiscard]] FactList *list() const { return m_list; }
    [[nodiscard]] SentenceRow *sentence() const { return m_sentence; }
    [[nodiscard]] bool isWorking() const { return m_working > 0; }

Q_SIGNALS:
    void settled();

private:
    void ask(const QString &title, void (BundlePage::*then)(const QString &));
    template <typename T> void work(std::function<Result<T>()> job, std::optional<T> BundlePage::*into);
    void say();

    nix::TrustPolicy m_policy;
    Clock &m_clock;
    QString m_file;
    QString m_other;
    std::optional<trace::BundleReport> m_report;
    std::optional<QList<trace::BundleDifference>> m_differences;
    std::optional<Problem> m_problem;
    int m_working = 0;
    quint64 m_generation = 0;
    SentenceRow *m_sentence;
    QPushButton *m_back;
    QPushButton *m_compare;
    FactList *m_list;
    FactList *m_differing;
    EmptyState *m_empty;
    QStackedWidget *m_stack;
};

[[nodiscard]] FactRows bundleRows(const trace::BundleReport &report);
[[nodiscard]] FactRows differenceRows(const QList<trace::BundleDifference> &differences);
[[nodiscard]] Sentence sentenceOf(const trace::BundleReport &report);

} // namespace narscope::ui
