// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "nix/desk.h"
#include "nix/trustchoices.h"
#include "ui/verify/closuretree.h"
#include "ui/verify/keptmodel.h"
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
class ImageView;
class KeysPage;
class LadderView;
class TextLabel;

/// One-click signature check: paste or drop anything with store paths in it, see the ladder of each.
class VerifyPlace : public Place {
    Q_OBJECT
public:
    VerifyPlace(const nix::TrustChoices &choices, Clock &clock, QWidget *parent = nullptr);

    [[nodiscard]] QString id() const override { return QStringLiteral("verify"); }
    [[nodiscard]] QString title() const override { return tr("Verify"); }
    [[nodiscard]] bool shows(const Subject &subject) const override;
    void open(const Subject &subject) override;
    void refresh() override;
    [[nodiscard]] std::optional<Subject> current() const override;
    [[nodiscard]] bool isSettled() const override { return !m_running; }
    [[nodiscard]] QString keyHint() const override
    {
        return tr("Ctrl+Enter verify · / filter · n next failure · Shift+M copy report");
    }
    [[nodiscard]] QByteArray saveState() const override;
    void restoreState(const QByteArray &state) override;
    bool goBack() override;

    /// As if pasted and «Verify» pressed.
    void verify(const QString &text);
    [[nodiscard]] ReportModel &reports() { return m_reports; }
    [[nodiscard]] LadderView *ladder() const { return m_ladder; }
    [[nodiscard]] QPlainTextEdit *input() const { return m_input; }
    [[nodiscard]] QPushButton *verifyButton() const { return m_verify; }
    [[nodiscard]] KeysPage *keysPage() const { return m_keys; }
    [[nodiscard]] ImageView *image() const { return m_image; }
    [[nodiscard]] ClosureTree &tree() { return m_tree; }
    [[nodiscard]] KeptModel &kept() { return m_kept; }
    /// Results of earlier runs, newest first.
    void setKept(const QList<narscope::history::Verification> &kept)
    {
        m_kept.setKept(kept);
        showEmpty();
    }

public Q_SLOTS:
    void takeBegin(quint64 run, qint64 paths, qint64 images, const QList<narscope::Problem> &notUnderstood);
    void takeReports(quint64 run, const QList<narscope::nix::PathReport> &reports);
    void takeImage(quint64 run, const narscope::nix::IsoReport &report);
    void takeProgress(quint64 run, const narscope::nix::VerifyProgress &progress);
    void takeSize(quint64 run, const narscope::nix::DeskSize &size);
    void takeEnd(quint64 run, const narscope::nix::VerifyProgress &end);

Q_SIGNALS:
    void ordered(const narscope::nix::DeskOrder &order);
    void cancelled();
    /// A person changed what is trusted: for the next run, and to be kept.
    void choicesChanged(const narscope::nix::TrustChoices &choices);
    /// What was kept has changed, or is wanted for the first time.
    void keptWanted();

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    enum Page { EmptyPage, ResultPage, KeyPage }; ///< of m_stack

    // verifyplaceparts.cpp
    QWidget *inputPart();
    QWidget *runPart();
    QWidget *listPart();
    QWidget *emptyPart();
    QWidget *resultPart();
    void makeKeys();
    // verifyplacerun.cpp
    void setRunning(bool running);
    void sayCounts();
    // verifyplace.cpp
    void start(const QStringList &files = {});
    void order(quint64 largest, bool goOn);
    void stop();
    void showEmpty();
    void sayWhyEmpty();
    void showResults();
    void openKept();
    void showTree(bool shown);
    [[nodiscard]] const nix::PathReport *currentReport() const;
    void showCurrent();
    void showAsked();
    static void fitColumns(const QTreeView &list);
    /// False: there was nothing to clear.
    bool clearFilter();
    void filterChanged();
    void nextFailure(int by);
    // verifyexport.cpp
    void fillExportMenu(class QMenu &menu);
    /// What the list shows, in its order, as values for other threads.
    struct Chosen {
        std::vector<nix::PathReport> paths;
        std::vector<nix::IsoReport> images;
        nix::TrustPolicy policy;
    };
    [[nodiscard]] Chosen chosenReports() const;
    static QByteArray contentsFor(const QString &ending, const Chosen &chosen);
    static QString write(const QString &file, const QString &ending, const Chosen &chosen);
    void copy(const std::function<QString(const Chosen &)> &make);
    void saveAs();

    Clock &m_clock;
    ReportModel m_reports;
    ClosureTree m_tree{m_reports};
    KeptModel m_kept;
    QHash<QString, nix::IsoReport> m_images; ///< by what was asked; each has a row among the reports
    nix::DeskOrder m_order;
    bool m_running = false;
    bool m_isStopped = false; ///< by hand, and may go on
    QString m_shownFirst; ///< the path shown before anybody chose one
    QString m_problems; ///< what of the input was not understood

    QPlainTextEdit *m_input;
    QComboBox *m_depth;
    QCheckBox *m_closure;
    QCheckBox *m_challenge;
    QCheckBox *m_deriver;
    QPushButton *m_verify;
    QPushButton *m_cancel;
    QPushButton *m_more; ///< fetches what was too large to fetch without asking, or goes on after a stop
    QPushButton *m_export;
    QPushButton *m_keysButton;
    QProgressBar *m_bar;
    TextLabel *m_state;
    QLineEdit *m_filter;
    QComboBox *m_kind;
    TextLabel *m_noMatch;
    QSplitter *m_splitter;
    QTreeView *m_list;
    QTreeView *m_treeView;
    QStackedWidget *m_lists; ///< table, tree
    QPushButton *m_asTree;
    QWidget *m_listPart;
    LadderView *m_ladder;
    ImageView *m_image;
    QStackedWidget *m_detail; ///< ladder, image
    KeysPage *m_keys;
    EmptyState *m_empty;
    QTreeView *m_keptList;
    QWidget *m_emptyPart;
    QStackedWidget *m_stack; ///< empty, results, keys
};

} // namespace narscope::ui
