// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/firstrun.h"

#include "ui/shell/settingsdialog.h"
#include "ui/widgets/sentence.h"
#include "ui/widgets/textlabel.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int fieldWidth = 320;
constexpr int between = 24;

} // namespace

FirstRun::FirstRun(const QString &contact, const net::Servers &servers, QWidget *parent)
    : QWidget(parent)
    , m_contact(new QLineEdit(contact))
{
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(2 * metric::margin, 2 * metric::margin, metric::margin, metric::margin);
    row->setSpacing(2 * metric::margin);
    row->addWidget(questions(contact), 1);
    row->addWidget(promises(servers), 1);
}

QWidget *FirstRun::questions(const QString &contact)
{
    auto *part = new QWidget;
    auto *column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    auto *sentence = new SentenceRow;
    sentence->setSentence({.mark = Mark::None,
        .what = tr("Narscope watches how NixOS is built, signed and shipped."),
        .why = {},
        .quiet = tr("It has asked no server yet.")});
    m_contact->setPlaceholderText(tr("Mail address or URL, or leave empty"));
    m_contact->setMaxLength(200);
    m_contact->setFixedWidth(fieldWidth);
    m_contact->setText(contact);
    auto *start = new QPushButton(tr("Start watching"));
    start->setDefault(true);
    start->setFont(boldFont());
    auto *demo = new QPushButton(tr("Look around in the demo"));
    demo->setObjectName(u"demo"_s);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(start);
    buttons->addWidget(demo);
    buttons->addWidget(textLabel(tr("The demo asks nobody."), TextRole::Quiet));
    buttons->addStretch();
    column->addWidget(sentence);
    column->addSpacing(between);
    column->addWidget(textLabel(tr("Who is asking?"), TextRole::Bold));
    column->addWidget(m_contact);
    column->addWidget(
        textLabel(tr("Sent with each request, so that the people who run Hydra can reach you."), TextRole::Quiet));
    column->addWidget(textLabel(tr("Without it Hydra may answer with a page meant for crawlers."), TextRole::Quiet));
    column->addSpacing(between);
    column->addLayout(buttons);
    column->addStretch();
    connect(start, &QPushButton::clicked, this, [this] { Q_EMIT started(m_contact->text().trimmed()); });
    connect(m_contact, &QLineEdit::returnPressed, this, [this] { Q_EMIT started(m_contact->text().trimmed()); });
    connect(demo, &QPushButton::clicked, this, &FirstRun::demoRequested);
    return part;
}

QWidget *FirstRun::promises(const net::Servers &servers)
{
    auto *part = new QWidget;
    auto *column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(textLabel(tr("What it will ask, and how often"), TextRole::Bold));
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(metric::margin);
    grid->setVerticalSpacing(2);
    int head = 0;
    for (const auto &title : {tr("Server"), tr("For"), tr("At most")})
        grid->addWidget(textLabel(title, TextRole::Quiet), 0, head++);
    for (const auto &server : servers) {
        const int row = grid->rowCount();
        grid->addWidget(textLabel(server.url.host(), TextRole::Data), row, 0);
        grid->addWidget(textLabel(purposeOf(server.kind), TextRole::Quiet), row, 1);
        grid->addWidget(textLabel(limitOf(server.policy), TextRole::Data), row, 2);
    }
    grid->setColumnStretch(2, 1);
    column->addLayout(grid);
    column->addSpacing(between);
    column->addWidget(textLabel(tr("Every request is listed under Activity, with its reason."), TextRole::Quiet));
    column->addStretch();
    return part;
}

} // namespace narscope::ui
