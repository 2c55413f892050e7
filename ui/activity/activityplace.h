// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/activity/metermodel.h"
#include "ui/activity/requestmodel.h"
#include "ui/widgets/place.h"

#include <QTimer>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QStackedWidget;
class QTreeView;

namespace narscope::ui {

class DetailRows;
class EmptyState;
class SentenceRow;

/// Every request that the program made: why, to whom, and what came of it; above them how each server fares.
class ActivityPlace : public Place {
    Q_OBJECT
public:
    explicit ActivityPlace(Clock &clock, QWidget *parent = nullptr);

    [[nodiscard]] QString id() const override { return QStringLiteral("activity"); }
    [[nodiscard]] QString title() const override { return tr("Activity"); }
    [[nodiscard]] bool shows(const Subject &) const override { return false; }
    void open(const Subject &) override { }
    [[nodiscard]] QString keyHint() const override { return tr("/ filter · n next problem · N previous problem"); }
    [[nodiscard]] QByteArray saveState() const override;
    void restoreState(const QByteArray &state) override;
    bool goBack() override;

    [[nodiscard]] RequestModel &requests() { return m_requests; }
    [[nodiscard]] MeterModel &meters() { return m_meters; }
    [[nodiscard]] QTreeView *list() const { return m_list; }
    [[nodiscard]] QLineEdit *filterField() const { return m_text; }
    [[nodiscard]] QString sentence() const;

public Q_SLOTS:
    void takeEntries(const QList<narscope::net::LedgerEntry> &entries);
    void takeMeters(const QList<narscope::net::ServerMeter> &meters);
    /// Why less is asked than usual; empty: as much as usual.
    void setPace(const QString &sentence);
    /// Lists this server's requests alone; an empty id all.
    void showServer(const QString &id);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    QWidget *meterPart();
    QWidget *filterPart();
    QWidget *listPart();
    void fitMeters(); ///< as high as its rows
    void makeKeys();
    void filterChanged();
    void showSelected();
    void sayState();
    void step(int by);

    Clock &m_clock;
    RequestModel m_requests;
    MeterModel m_meters;
    QList<net::ServerMeter> m_lastMeters;
    QString m_pace;
    SentenceRow *m_sentence;
    QTreeView *m_meterList = nullptr;
    QLineEdit *m_text;
    QComboBox *m_server;
    QCheckBox *m_problems;
    QStackedWidget *m_stack;
    QTreeView *m_list;
    EmptyState *m_empty;
    DetailRows *m_detail;
    QTimer m_tick; ///< ages; only while shown
};

} // namespace narscope::ui
