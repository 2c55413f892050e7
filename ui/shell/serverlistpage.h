// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "net/servers.h"

#include <QWidget>

class QPushButton;
class QTableWidget;
class QTableWidgetItem;

namespace narscope::ui {

class TextLabel;

/// Which servers are asked: a person's own list, kept in the profile's folder (net/serversfile.h). Changes are kept at
/// once and used from the next start on, or when a person asks for it.
class ServerListPage : public QWidget {
    Q_OBJECT
public:
    explicit ServerListPage(QString folder, QWidget *parent = nullptr);

    [[nodiscard]] const net::Servers &servers() const { return m_servers; }
    [[nodiscard]] QTableWidget *table() const { return m_table; }
    /// As if described in the dialog; the sentence that refuses it, else empty. `row` is the one it takes the place of;
    /// -1: it is new.
    [[nodiscard]] QString put(int row, net::ServerKind kind, const QString &name, const QString &address);

Q_SIGNALS:
    /// The program is to begin anew with the list as it is now.
    void useWanted();

private:
    QWidget *buttonRow();
    void fill(int current);
    void takeItem(const QTableWidgetItem &item);
    void describe(int row);
    void remove();
    void change(net::Servers servers, int current);
    void undo();
    void keep();
    void showButtons();

    QString m_folder;
    net::Servers m_servers;
    QList<net::Servers> m_before; ///< for undo, the newest last
    QTableWidget *m_table;
    TextLabel *m_said;
    QPushButton *m_edit = nullptr;
    QPushButton *m_remove = nullptr;
    QPushButton *m_undo = nullptr;
    QPushButton *m_use = nullptr;
};

} // namespace narscope::ui
