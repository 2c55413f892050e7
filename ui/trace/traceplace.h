// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/trustchoices.h"
#include "trace/tracer.h"
#include "ui/trace/tracelistmodel.h"
#include "ui/widgets/place.h"

#include <QHash>
#include <QSet>

class QAction;
class QMenu;
class QPushButton;
class QSplitter;
class QStackedWidget;

namespace narscope::ui {

class EmptyState;
class HopPanel;
class PictureView;
class ProblemBanner;
class TraceHead;
class TraceListPage;

/// From a pull request to the channels and back: a list of traces, and of each a picture with the evidence of
/// every hop. Asks nobody itself: it orders traces and is given what they have found.
class TracePlace : public Place {
    Q_OBJECT
public:
    /// `policy`: whose signatures a bundle's summary counts.
    TracePlace(nix::TrustPolicy policy, Clock &clock, QWidget *parent = nullptr);

    [[nodiscard]] QString id() const override { return QStringLiteral("trace"); }
    [[nodiscard]] QString title() const override { return tr("Trace"); }
    [[nodiscard]] bool shows(const Subject &subject) const override;
    void open(const Subject &subject) override;
    void refresh() override;
    [[nodiscard]] std::optional<Subject> current() const override;
    [[nodiscard]] std::optional<Subject> pointedAt() const override;
    [[nodiscard]] QString meaningOf(const QString &text) const override;
    void openText(const QString &text) override { trace(text); }
    bool goBack() override;
    [[nodiscard]] bool isSettled() const override;
    [[nodiscard]] QString keyHint() const override;
    [[nodiscard]] QByteArray saveState() const override;
    void restoreState(const QByteArray &state) override;

    /// What a trace can begin at, from anywhere in the program.
    [[nodiscard]] static bool canTrace(const Subject &subject);
    /// As if pasted into the field.
    void trace(const QString &question);
    void setPolicy(const nix::TrustPolicy &policy) { m_policy = policy; }
    /// The key that signs bundles; made when there is none and a person wants one.
    void setBundleKeyFile(const QString &file) { m_keyFile = file; }

    [[nodiscard]] TraceListModel &traces() { return m_model; }
    [[nodiscard]] TraceListPage *listPage() const { return m_list; }
    [[nodiscard]] PictureView *picture() const { return m_picture; }
    [[nodiscard]] HopPanel *panel() const { return m_panel; }
    [[nodiscard]] TraceHead *head() const { return m_head; }
    /// The trace in view; null: the list is.
    [[nodiscard]] const trace::Trace *shownTrace() const;

public Q_SLOTS:
    void takeTrace(const narscope::trace::Trace &trace);
    void takeEnd(quint64 run);

Q_SIGNALS:
    void ordered(const narscope::trace::Order &order);
    void refreshed(quint64 run);
    void cancelled(quint64 run);
    void forgotten(quint64 run);

protected:
    void showEvent(QShowEvent *event) override;

private:
    QWidget *tracePart();
    void makeButtons();
    void makeKeys();
    void connectParts();
    void begin(const TraceSummary &question, bool shows);
    void order(TraceEntry entry);
    void orderMore(const std::function<void(trace::Order &)> &change);
    void fillMore(QMenu &menu);
    void fillSave(QMenu &menu);
    void showKey(const QString &key);
    void showList();
    void showTrace(bool isOther);
    void showHop();
    void showProblems(const trace::Trace &trace);
    void selectTelling();
    void askAll();
    void askNext();
    void stopAsking();
    void remove(const QString &key);
    void openSelected();
    void noteCount();
    [[nodiscard]] const trace::Stop *selectedStop() const;
    // traceexport.cpp
    void copyMarkdown();
    void copyList();
    void savePicture();
    void saveBundle();
    void askForKey();
    void chooseBundleFile();
    /// Writes on a pool and says what came of it.
    void write(const QString &file, std::function<Result<void>()> work);
    void say(const QString &words);

    nix::TrustPolicy m_policy;
    QString m_keyFile;
    Clock &m_clock;
    TraceListModel m_model;
    QHash<quint64, trace::Trace> m_traces;
    QHash<quint64, trace::Order> m_orders; ///< as asked last
    quint64 m_lastRun = 0;
    quint64 m_run = 0; ///< shown; 0: the list is
    QHash<quint64, QSet<QString>> m_toggled; ///< folds, by run
    QStringList m_toAsk; ///< keys, when all are asked again
    bool m_askingAll = false;

    TraceListPage *m_list;
    TraceHead *m_head;
    ProblemBanner *m_banner;
    PictureView *m_picture;
    HopPanel *m_panel;
    QSplitter *m_splitter;
    EmptyState *m_empty;
    QStackedWidget *m_body; ///< picture, or why there is none
    QStackedWidget *m_stack; ///< list, trace
    QPushButton *m_again;
    QPushButton *m_stop;
    QPushButton *m_more;
    QAction *m_search; ///< only of ways back
    QPushButton *m_copy;
    QPushButton *m_save;
};

} // namespace narscope::ui
