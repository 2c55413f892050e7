// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/serverspage.h"

#include "base/format.h"
#include "ui/shell/settingsdialog.h"
#include "ui/shell/settingsparts.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int secondsAnHour = 3600;
constexpr int withoutLimit = 100'000;
constexpr int addressWidth = 220; ///< px: most are seen whole
constexpr int limitWidth = 90;

} // namespace

int hourlyLimitOf(const net::Policy &policy)
{
    const auto perSecond = policy.backgroundPerSecond > 0 ? policy.backgroundPerSecond : policy.perSecond;
    return perSecond > 0 ? qRound(perSecond * secondsAnHour) : withoutLimit;
}

net::Servers withBudgets(net::Servers servers, const QMap<QString, int> &budgets)
{
    for (auto &server : servers) {
        const auto budget = budgets.find(server.id);
        if (budget != budgets.end() && *budget > 0)
            server.policy.backgroundPerSecond = std::min(*budget, hourlyLimitOf(server.policy)) / double(secondsAnHour);
    }
    return servers;
}

ServersPage::ServersPage(settings::Settings &settings, const net::Servers &servers, QWidget *parent)
    : QWidget(parent)
    , m_settings(settings)
{
    auto *column = settingsColumn(this);
    auto *form = settingsForm();
    form->addRow(tr("Contact address"), contactField());
    form->addRow({},
        textLabel(tr("Sent with each request from the next start on, so that the people who run a server can "
                     "reach you."),
            TextRole::Quiet));
    form->addRow(tr("Clone of nixpkgs"), cloneField());
    form->addRow({},
        textLabel(tr("Tells without any request which commit is in which branch; only read. From the next "
                     "start on."),
            TextRole::Quiet));
    column->addLayout(form);
    auto *spares
        = new QCheckBox(tr("Ask less often on battery, over a metered network, and while nobody uses the window"));
    spares->setObjectName(u"asks-less-often"_s);
    spares->setChecked(m_settings.asksLessOften());
    connect(spares, &QCheckBox::toggled, this, [this](bool on) {
        m_settings.setAsksLessOften(on);
        Q_EMIT changed();
    });
    column->addWidget(spares);
    column->addSpacing(metric::cellPadding);
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(metric::margin);
    int head = 0;
    for (const auto &title :
        {tr("In the status bar"), tr("Address"), tr("Asked for"), tr("At most"), tr("Unasked, an hour")})
        grid->addWidget(textLabel(title, TextRole::Quiet), 0, head++);
    for (const auto &server : servers)
        addServer(*grid, server);
    grid->setColumnMinimumWidth(1, addressWidth);
    grid->setColumnMinimumWidth(3, limitWidth);
    column->addLayout(grid);
    column->addStretch();
}

QWidget *ServersPage::contactField()
{
    auto *contact = new QLineEdit(m_settings.contact());
    contact->setObjectName(u"contact"_s);
    contact->setPlaceholderText(tr("Mail address or URL"));
    contact->setMaxLength(200);
    contact->setFixedWidth(settingsFieldWidth);
    connect(contact, &QLineEdit::editingFinished, this, [this, contact] {
        m_settings.setContact(contact->text().trimmed());
        Q_EMIT changed();
    });
    return contact;
}

QWidget *ServersPage::cloneField()
{
    auto *part = new QWidget;
    auto *row = new QHBoxLayout(part);
    row->setContentsMargins(0, 0, 0, 0);
    auto *folder = new QLineEdit(m_settings.nixpkgsClone());
    folder->setObjectName(u"clone"_s);
    folder->setPlaceholderText(tr("None"));
    folder->setFixedWidth(settingsFieldWidth);
    auto *choose = new QPushButton(tr("Choose …"));
    row->addWidget(folder);
    row->addWidget(choose);
    row->addStretch();
    const auto keep = [this, folder] {
        m_settings.setNixpkgsClone(folder->text().trimmed());
        Q_EMIT changed();
    };
    connect(folder, &QLineEdit::editingFinished, this, keep);
    connect(choose, &QPushButton::clicked, this, [this, folder, keep] {
        auto *dialog = new QFileDialog(this, tr("Clone of nixpkgs"), folder->text());
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(QFileDialog::Directory);
        connect(dialog, &QFileDialog::fileSelected, folder, [folder, keep](const QString &chosen) {
            folder->setText(chosen);
            keep();
        });
        dialog->open();
    });
    return part;
}

void ServersPage::addServer(QGridLayout &grid, const net::Server &server)
{
    auto *shown = new QCheckBox(server.name);
    shown->setChecked(!m_settings.hiddenServers().contains(server.id));
    connect(shown, &QCheckBox::toggled, this, [this, id = server.id](bool on) {
        auto hidden = m_settings.hiddenServers();
        hidden.removeAll(id);
        if (!on)
            hidden << id;
        m_settings.setHiddenServers(hidden);
        Q_EMIT changed();
    });
    const int limit = hourlyLimitOf(server.policy);
    auto *budget = new QSpinBox;
    budget->setObjectName(u"budget/"_s + server.id);
    budget->setRange(0, limit);
    budget->setSpecialValueText(tr("as the policy (%1)").arg(formatCount(limit)));
    budget->setValue(m_settings.budgets().value(server.id, 0));
    connect(budget, &QSpinBox::valueChanged, this, [this, id = server.id](int value) {
        m_settings.setBudget(id, value > 0 ? std::optional(value) : std::nullopt);
        Q_EMIT changed();
    });
    const int row = grid.rowCount();
    grid.addWidget(shown, row, 0);
    grid.addWidget(textLabel(server.url.toString(), TextRole::Data), row, 1);
    grid.addWidget(textLabel(purposeOf(server.kind), TextRole::Quiet), row, 2);
    grid.addWidget(textLabel(limitOf(server.policy), TextRole::Data), row, 3);
    grid.addWidget(budget, row, 4);
}

} // namespace narscope::ui
