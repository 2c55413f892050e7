// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/serverlistpage.h"

#include "net/serversfile.h"
#include "ui/shell/settingsdialog.h"
#include "ui/shell/settingsparts.h"

#include <QComboBox>
#include <QDialog>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTableWidget>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

enum Column { Name, Kind, Address, Columns };

QString kindText(net::ServerKind kind)
{
    return u"%1: %2"_s.arg(net::word(kind), purposeOf(kind));
}

} // namespace

ServerListPage::ServerListPage(QString folder, QWidget *parent)
    : QWidget(parent)
    , m_folder(std::move(folder))
    , m_table(new QTableWidget(0, Columns))
    , m_said(new TextLabel(TextRole::Data))
{
    auto *column = settingsColumn(this);
    column->addWidget(textLabel(tr("Only these are asked, each as often as its policy allows. A Hydra's queue runner "
                                   "and Prometheus are those below its domain."),
        TextRole::Quiet));
    m_table->setObjectName(u"servers"_s);
    m_table->setHorizontalHeaderLabels({tr("Server"), tr("Kind"), tr("Address")});
    m_table->verticalHeader()->hide();
    m_table->setShowGrid(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setTabKeyNavigation(false);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(Address, QHeaderView::Stretch);
    column->addWidget(m_table, 1);
    column->addWidget(m_said);
    column->addWidget(buttonRow());
    const auto own = net::loadServers(m_folder);
    if (!own)
        m_said->setText(own.error().sentence + u' ' + own.error().detail);
    m_servers = own && *own ? **own : net::shippedServers();
    fill(0);
    m_use->setEnabled(false);
    connect(m_table, &QTableWidget::itemChanged, this, [this](QTableWidgetItem *item) { takeItem(*item); });
    connect(m_table, &QTableWidget::currentCellChanged, this, &ServerListPage::showButtons);
    connect(m_table, &QTableWidget::cellActivated, this, [this](int row, int) { describe(row); });
}

QWidget *ServerListPage::buttonRow()
{
    auto *part = new QWidget;
    auto *row = new QHBoxLayout(part);
    row->setContentsMargins(0, 0, 0, 0);
    const auto add = [row](const QString &text, const QString &tip = {}) {
        auto *button = new QPushButton(text);
        button->setToolTip(tip);
        button->setAutoDefault(false);
        row->addWidget(button);
        return button;
    };
    auto *more = add(tr("Add …"));
    m_edit = add(tr("Edit …"));
    m_remove = add(tr("Remove"));
    m_undo = add(tr("Undo"));
    auto *shipped = add(tr("As shipped"), tr("The list that Narscope came with; Undo takes it back."));
    row->addStretch();
    m_use = add(tr("Use now"), tr("Begins anew with this list; else it is used from the next start on."));
    connect(more, &QPushButton::clicked, this, [this] { describe(-1); });
    connect(m_edit, &QPushButton::clicked, this, [this] { describe(m_table->currentRow()); });
    connect(m_remove, &QPushButton::clicked, this, &ServerListPage::remove);
    connect(m_undo, &QPushButton::clicked, this, &ServerListPage::undo);
    connect(shipped, &QPushButton::clicked, this, [this] { change(net::shippedServers(), 0); });
    connect(m_use, &QPushButton::clicked, this, &ServerListPage::useWanted);
    return part;
}

void ServerListPage::fill(int current)
{
    {
        const QSignalBlocker quiet(m_table);
        m_table->setRowCount(int(m_servers.size()));
        for (int row = 0; row < m_table->rowCount(); ++row) {
            const auto &server = m_servers[row];
            auto *name = textItem(server.name);
            name->setFlags(name->flags() | Qt::ItemIsUserCheckable);
            name->setCheckState(server.isOn ? Qt::Checked : Qt::Unchecked);
            m_table->setItem(row, Name, name);
            m_table->setItem(row, Kind, textItem(kindText(server.kind)));
            m_table->setItem(row, Address, textItem(server.url.toString()));
        }
    }
    if (m_table->rowCount() > 0)
        m_table->setCurrentCell(std::clamp(current, 0, m_table->rowCount() - 1), Name);
    showButtons();
}

void ServerListPage::showButtons()
{
    const bool isOne = m_table->currentRow() >= 0;
    m_edit->setEnabled(isOne);
    m_remove->setEnabled(isOne && m_servers.size() > 1);
    m_undo->setEnabled(!m_before.isEmpty());
}

void ServerListPage::takeItem(const QTableWidgetItem &item)
{
    if (item.column() != Name || item.row() >= m_servers.size())
        return;
    auto servers = m_servers;
    servers[item.row()].isOn = item.checkState() == Qt::Checked;
    change(std::move(servers), item.row());
}

QString ServerListPage::put(int row, net::ServerKind kind, const QString &name, const QString &address)
{
    auto others = m_servers;
    if (row >= 0)
        others.removeAt(row);
    auto described = net::describedServer(kind, name, address, others);
    if (!described)
        return described.error().sentence;
    auto servers = m_servers;
    if (row < 0) {
        servers << *described;
        row = int(servers.size()) - 1;
    } else {
        // Only its name was changed: what settings and the history call it by, and its limits, stay.
        const auto &before = m_servers[row];
        if (before.kind == described->kind && before.url == described->url) {
            described->id = before.id;
            described->policy = before.policy;
        }
        described->isOn = before.isOn;
        servers[row] = *described;
    }
    change(std::move(servers), row);
    return {};
}

void ServerListPage::describe(int row)
{
    auto *dialog = new QDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(row < 0 ? tr("Add a server") : tr("Edit a server"));
    auto *column = settingsColumn(dialog);
    auto *form = settingsForm();
    auto *kind = new QComboBox;
    for (int i = 0; i < net::serverKinds; ++i)
        kind->addItem(kindText(net::ServerKind(i)));
    auto *address = new QLineEdit;
    auto *name = new QLineEdit;
    auto *said = new TextLabel(TextRole::Data);
    for (auto *field : {address, name}) {
        field->setMaxLength(1000);
        field->setFixedWidth(settingsFieldWidth);
    }
    address->setPlaceholderText(u"https://hydra.example.org"_s);
    name->setPlaceholderText(tr("As the address"));
    if (row >= 0) {
        kind->setCurrentIndex(int(m_servers[row].kind));
        address->setText(m_servers[row].url.toString());
        name->setText(m_servers[row].name);
    }
    form->addRow(tr("Kind"), kind);
    form->addRow(tr("Address"), address);
    form->addRow(tr("Name"), name);
    column->addLayout(form);
    column->addWidget(said);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, [=, this] {
        const auto refusal = put(row, net::ServerKind(kind->currentIndex()), name->text(), address->text());
        said->setText(refusal);
        if (refusal.isEmpty())
            dialog->accept();
    });
    address->setFocus();
    dialog->open();
}

void ServerListPage::remove()
{
    const int row = m_table->currentRow();
    if (row < 0 || m_servers.size() < 2)
        return;
    auto servers = m_servers;
    servers.removeAt(row);
    change(std::move(servers), row);
}

void ServerListPage::change(net::Servers servers, int current)
{
    if (servers == m_servers)
        return;
    m_before << m_servers;
    m_servers = std::move(servers);
    keep();
    fill(current);
}

void ServerListPage::undo()
{
    if (m_before.isEmpty())
        return;
    m_servers = m_before.takeLast();
    keep();
    fill(m_table->currentRow());
}

void ServerListPage::keep()
{
    const auto saved = net::saveServers(m_folder, m_servers);
    m_use->setEnabled(saved.has_value());
    m_said->setText(saved ? tr("Kept. It is used from the next start on, or now.")
                          : saved.error().sentence + u' ' + saved.error().detail);
}

} // namespace narscope::ui
