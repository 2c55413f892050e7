// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "ui/farm/farmdetail.h"
#include "ui/widgets/place.h"
#include "watch/farmfeed.h"

#include <QTimer>

class QComboBox;
class QLineEdit;
class QSplitter;
class QStackedWidget;

namespace narscope::ui {

class EmptyState;
class FarmList;
class ProblemBanner;
class SentenceRow;

/// One Hydra whose farm the place shows; the feed outlives the place.
struct FarmServer {
    QString id;
    QString name;
    watch::FarmFeed *feed;
};

/// Farm: the queue by system, the builders, and the detail of what is chosen; who fills the queue and what
/// happened stand at the right where there is room, else they are pages of the detail.
class FarmPlace : public Place {
    Q_OBJECT
public:
    FarmPlace(const QList<FarmServer> &servers, Clock &clock, QWidget *parent = nullptr);
    ~FarmPlace() override;

    [[nodiscard]] QString id() const override { return QStringLiteral("farm"); }
    [[nodiscard]] QString title() const override { return tr("Farm"); }
    [[nodiscard]] bool shows(const Subject &subject) const override;
    void open(const Subject &subject) override;
    void refresh() override;
    [[nodiscard]] std::optional<Subject> current() const override;
    [[nodiscard]] std::optional<Subject> pointedAt() const override;
    [[nodiscard]] QList<Subject> alsoPointedAt() const override;
    bool goBack() override;
    [[nodiscard]] bool isSettled() const override;
    [[nodiscard]] QString keyHint() const override { return tr("n next trouble · Enter steps · / filter"); }
    [[nodiscard]] QByteArray saveState() const override;
    void restoreState(const QByteArray &state) override;

    // For tests and pictures.
    [[nodiscard]] FarmList *queueList() const { return m_queue; }
    [[nodiscard]] FarmList *builderList() const { return m_builders; }
    [[nodiscard]] FarmDetail *detail() const { return m_detail; }
    [[nodiscard]] QLineEdit *filterField() const { return m_filter; }
    [[nodiscard]] QString sentence() const;
    [[nodiscard]] QString bannerText() const;

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    // farmplace.cpp
    void take(const QString &server, const watch::FarmState &state);
    void fill();
    void noteTroubles();
    void chooseFirst();
    void showChosen();
    void sayProblem();
    void step(int by);
    [[nodiscard]] const FarmServer &server() const { return m_servers[m_server]; }
    [[nodiscard]] bool knowsAnything() const;
    void setServer(int index);
    void setView();
    // farmplaceparts.cpp
    void build();
    [[nodiscard]] QWidget *makeLeft();
    [[nodiscard]] QWidget *makeRight();
    [[nodiscard]] QWidget *makeBuilders();
    void connectLists();
    void makeKeys();
    void fitQueue();
    void fitColumns();
    void fitSplit();
    [[nodiscard]] bool isWide() const;

    QList<FarmServer> m_servers;
    Clock &m_clock;
    int m_server = 0;
    watch::FarmState m_state;
    QString m_builder; ///< chosen; at most one of the two is not empty
    QString m_system;
    QStringList m_troubled; ///< builders in trouble at the last look
    QStringList m_unseen;
    bool m_choiceIsOurs = true; ///< nobody chose a row yet
    bool m_splitIsOurs = true; ///< nobody moved the line between builders and detail
    bool m_wasSettled = false;
    std::optional<Problem> m_problem; ///< in the banner
    Milliseconds m_problemSince{0};

    ProblemBanner *m_banner;
    SentenceRow *m_sentence;
    QComboBox *m_chooser;
    QLineEdit *m_filter;
    QStackedWidget *m_stack;
    EmptyState *m_empty;
    FarmList *m_queue;
    FarmList *m_builders;
    FarmDetail *m_detail;
    QSplitter *m_splitter;
    QWidget *m_right;
    FarmList *m_jobsets;
    FarmList *m_events;
    QTimer m_tick; ///< ages; only while shown
};

} // namespace narscope::ui
