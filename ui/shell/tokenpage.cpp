// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/tokenpage.h"

#include "ui/shell/settingsparts.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace narscope::ui {

TokenPage::TokenPage(settings::Secrets &secrets, QWidget *parent)
    : QWidget(parent)
    , m_secrets(secrets)
    , m_token(new QLineEdit)
    , m_keep(new QPushButton(tr("Keep in the keyring")))
    , m_remove(new QPushButton(tr("Remove")))
    , m_state(textLabel(tr("Asking the keyring …"), TextRole::Data))
{
    m_token->setObjectName(u"token"_s);
    m_token->setEchoMode(QLineEdit::Password);
    m_token->setPlaceholderText(tr("Paste a token without any rights"));
    m_token->setMaxLength(500);
    m_token->setFixedWidth(settingsFieldWidth);
    m_keep->setEnabled(false);
    m_remove->setEnabled(false);
    auto *column = settingsColumn(this);
    auto *form = settingsForm();
    auto *row = new QHBoxLayout;
    row->addWidget(m_token);
    row->addWidget(m_keep);
    row->addWidget(m_remove);
    row->addStretch();
    form->addRow(tr("GitHub token"), row);
    form->addRow({}, m_state);
    column->addLayout(form);
    column->addWidget(textLabel(tr("With a token GitHub answers 5,000 requests an hour instead of 60. It "
                                   "needs no rights at all: Narscope only reads what is public."),
        TextRole::Quiet));
    column->addWidget(textLabel(tr("It is kept by the desktop's keyring, in no file of Narscope's, and sent "
                                   "to api.github.com only. Traces begun from now on use it."),
        TextRole::Quiet));
    column->addStretch();
    connect(m_token, &QLineEdit::textChanged, this,
        [this](const QString &text) { m_keep->setEnabled(!text.trimmed().isEmpty()); });
    connect(m_keep, &QPushButton::clicked, this,
        [this] { m_secrets.write(settings::gitHubToken, m_token->text().trimmed().toUtf8()); });
    connect(m_remove, &QPushButton::clicked, this, [this] {
        m_token->clear();
        m_secrets.write(settings::gitHubToken, {});
    });
    connect(&m_secrets, &settings::Secrets::wasRead, this, [this](const QString &, const QByteArray &secret) {
        setState(!secret.isEmpty(),
            secret.isEmpty() ? tr("The keyring has no token of GitHub's.")
                             : tr("The keyring has a token of GitHub's."));
    });
    connect(&m_secrets, &settings::Secrets::wasWritten, this, [this](const QString &name) {
        m_token->clear();
        m_secrets.read(name);
    });
    connect(&m_secrets, &settings::Secrets::failed, this, [this](const QString &, const Problem &problem) {
        setState(m_remove->isEnabled(),
            problem.sentence + (problem.detail.isEmpty() ? QString() : u" ("_s + problem.detail + u')'));
    });
    m_secrets.read(settings::gitHubToken);
}

void TokenPage::setState(bool isKept, const QString &sentence)
{
    m_remove->setEnabled(isKept);
    m_state->setText(sentence);
}

} // namespace narscope::ui
