// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/settingsdialog.h"

#include "ui/widgets/look.h"
#include "ui/widgets/textlabel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QGridLayout>
#include <QLineEdit>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int fieldWidth = 320;

} // namespace

QString limitOf(const net::Policy &policy)
{
    if (policy.perSecond <= 0)
        return SettingsDialog::tr("%1 at once").arg(policy.inFlight);
    if (policy.perSecond >= 1)
        return SettingsDialog::tr("%1 a second").arg(policy.perSecond);
    return SettingsDialog::tr("1 every %1 s").arg(qRound(1 / policy.perSecond));
}

QString purposeOf(net::ServerKind kind)
{
    using enum net::ServerKind;
    switch (kind) {
    case Hydra: return SettingsDialog::tr("evaluations, builds");
    case QueueRunner: return SettingsDialog::tr("what the builders do");
    case Cache: return SettingsDialog::tr("signatures, contents, logs");
    case GitHub: return SettingsDialog::tr("pull requests, commits");
    case OfBorg: return SettingsDialog::tr("checks of pull requests");
    case OfBorgBus: return SettingsDialog::tr("lines of checks as they run");
    case HydraSocket: return SettingsDialog::tr("lines of builds as they run");
    case Channels: return SettingsDialog::tr("where the channels are");
    case Releases: return SettingsDialog::tr("what was released");
    case ChannelsBucket: return SettingsDialog::tr("where the channels are, without the CDN");
    case ReleasesBucket: return SettingsDialog::tr("which releases there were");
    case Prometheus: return SettingsDialog::tr("delays, machines");
    }
    return {};
}

SettingsDialog::SettingsDialog(settings::Settings &settings, const net::Servers &servers, QWidget *parent)
    : QDialog(parent)
    , m_settings(settings)
{
    setWindowTitle(tr("Settings"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(2 * metric::margin, metric::margin, 2 * metric::margin, 2 * metric::margin);
    column->setSpacing(metric::marginTop);
    column->addWidget(textLabel(tr("Look"), TextRole::Bold));
    column->addWidget(lookPart());
    column->addSpacing(metric::marginTop);
    column->addWidget(textLabel(tr("Servers"), TextRole::Bold));
    column->addWidget(serversPart(servers));
    column->addStretch();
}

QComboBox *SettingsDialog::choice(const QStringList &words, int current, const std::function<void(int)> &take)
{
    auto *box = new QComboBox;
    box->addItems(words);
    box->setCurrentIndex(current);
    box->setFixedWidth(fieldWidth);
    connect(box, &QComboBox::activated, this, [this, take](int index) {
        take(index);
        Q_EMIT changed();
    });
    return box;
}

QWidget *SettingsDialog::lookPart()
{
    using namespace settings;
    auto *part = new QWidget;
    auto *form = new QFormLayout(part);
    form->setContentsMargins(0, 0, 0, 0);
    form->setHorizontalSpacing(metric::margin);
    form->addRow(tr("Theme"), choice({tr("As the desktop"), tr("Light"), tr("Dark")}, int(m_settings.theme()),
                                  [this](int i) { m_settings.setTheme(Theme(i)); }));
    form->addRow(tr("Colours of states"), choice({tr("Standard"), tr("Colour-blind safe (Okabe-Ito)"), tr("High contrast")},
                                              int(m_settings.colours()), [this](int i) { m_settings.setColours(Colours(i)); }));
    form->addRow(tr("Rows"), choice({tr("Comfortable in wide windows"), tr("Compact"), tr("Comfortable")}, int(m_settings.rows()),
                                 [this](int i) { m_settings.setRows(Rows(i)); }));
    return part;
}

void SettingsDialog::addServer(QGridLayout &grid, const net::Server &server)
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
    const int row = grid.rowCount();
    grid.addWidget(shown, row, 0);
    grid.addWidget(textLabel(server.url.toString(), TextRole::Data), row, 1);
    grid.addWidget(textLabel(purposeOf(server.kind), TextRole::Quiet), row, 2);
    grid.addWidget(textLabel(limitOf(server.policy), TextRole::Data), row, 3);
}

QWidget *SettingsDialog::serversPart(const net::Servers &servers)
{
    auto *part = new QWidget;
    auto *column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    auto *contact = new QLineEdit(m_settings.contact());
    contact->setObjectName(u"contact"_s);
    contact->setPlaceholderText(tr("Mail address or URL"));
    contact->setMaxLength(200);
    contact->setFixedWidth(fieldWidth);
    connect(contact, &QLineEdit::editingFinished, this, [this, contact] {
        m_settings.setContact(contact->text().trimmed());
        Q_EMIT changed();
    });
    auto *form = new QFormLayout;
    form->setHorizontalSpacing(metric::margin);
    form->addRow(tr("Contact address"), contact);
    column->addLayout(form);
    column->addWidget(textLabel(tr("Sent with each request from the next start on, so that the people who run a server can reach you."), TextRole::Quiet));
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(metric::margin);
    int head = 0;
    for (const auto &title : {tr("In the status bar"), tr("Address"), tr("Asked for"), tr("At most")})
        grid->addWidget(textLabel(title, TextRole::Quiet), 0, head++);
    for (const auto &server : servers)
        addServer(*grid, server);
    column->addLayout(grid);
    return part;
}

} // namespace narscope::ui
