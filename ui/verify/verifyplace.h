// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/desk.h"
#include "ui/verify/reportmodel.h"
#include "ui/widgets/place.h"

class QCheckBox;
class QComboBox;
class QLineEdit;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QSplitter;
class QStackedWidget;
class QTreeView;

namespace narscope::ui {

class EmptyState;
class KeysPage;
class LadderView;
class TextLabel;

/// One-click signature check: paste or drop anything with store paths in it, see the ladder of each.
class VerifyPlace : public Place {
    Q_OBJECT
public:
    VerifyPlace(const nix::TrustPolicy &policy, Clock &clock, QWidget *parent = nullptr);

    [[nodiscard]] QString id() const override { return QStringLiteral("verify"); }
    [[nodiscard]] QString title() const override { return tr("Verify"); }
    [[nodiscard]] bool shows(const Subject &subject) const override;
    void open(const Subject &subject) override;
    void refresh() override;
    [[nodiscard]] std::optional<Subject> current() const override;
    [[nodiscard]] bool isSettled() const override { return !m_running; }
    [[nodiscard]] QString keyHint() const override { return tr("Ctrl+Enter verify · / filter · n next failure · m copy report"); }
    [[nodiscard]] QByteArray saveState() const override;
    void restoreState(const QByteArray &state) override;
    bool goBack() override;

    /// As if pasted and «Verify» pressed.
    void verify(const QString &text);
    [[nodiscard]] ReportModel &reports() { return m_reports; }
    [[nodiscard]] LadderView *ladder() const { return m_ladder; }
    [[nodiscard]] QPlainTextEdit *input() const { return m_input; }
    [[nodiscard]] QPushButton *verifyButton() const { return m_verify; }

public Q_SLOTS:
    void takeBegin(quint64 run, qint64 paths, const QList<narscope::Problem> &notUnderstood);
    void takeReports(quint64 run, const QList<narscope::nix::PathReport> &reports);
    void takeProgress(quint64 run, const narscope::nix::VerifyProgress &progress);
    void takeSize(quint64 run, const narscope::nix::DeskSize &size);
    void takeEnd(quint64 run, const narscope::nix::VerifyProgress &end);

Q_SIGNALS:
    void ordered(const narscope::nix::DeskOrder &order);
    void cancelled();

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QWidget *inputPart();
    QWidget *runPart();
    QWidget *resultPart();
    void makeKeys();
    void start(const QStringList &files = {});
    void order(quint64 largest);
    void setRunning(bool running);
    void showCurrent();
    void filterChanged();
    void sayCounts();
    void nextFailure(int by);
    // verifyexport.cpp
    void fillExportMenu(class QMenu &menu);
    [[nodiscard]] std::vector<nix::PathReport> chosenReports() const;
    void copyText(const QString &text);
    void saveAs();

    nix::TrustPolicy m_policy;
    Clock &m_clock;
    ReportModel m_reports;
    nix::DeskOrder m_order;
    bool m_running = false;
    QString m_problems; ///< what of the input was not understood

    QPlainTextEdit *m_input;
    QComboBox *m_depth;
    QCheckBox *m_closure;
    QCheckBox *m_challenge;
    QCheckBox *m_deriver;
    QPushButton *m_verify;
    QPushButton *m_cancel;
    QPushButton *m_more; ///< fetches what was too large to fetch without asking
    QPushButton *m_export;
    QProgressBar *m_bar;
    TextLabel *m_state;
    QLineEdit *m_filter;
    QComboBox *m_kind;
    QSplitter *m_splitter;
    QTreeView *m_list;
    QWidget *m_listPart;
    LadderView *m_ladder;
    KeysPage *m_keys;
    EmptyState *m_empty;
    QStackedWidget *m_stack; ///< empty, results, keys
};

} // namespace narscope::ui
