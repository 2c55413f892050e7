// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/verify/keyspage.h"

#include "ui/widgets/flatlist.h"
#include "ui/widgets/sentence.h"
#include "ui/widgets/textlabel.h"

#include <QDialog>
#include <QDialogButtonBox>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>
#include <QShortcut>
#include <QSpinBox>
#include <QThreadPool>
#include <QTreeView>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr qint64 largestFile = 16 * 1024 * 1024;

} // namespace

KeysPage::KeysPage(nix::TrustChoices choices, Clock &clock, QWidget *parent)
    : QWidget(parent)
    , m_clock(clock)
    , m_model(std::move(choices))
    , m_sentence(new SentenceRow)
    , m_list(flatList(m_model, {240, 240, 130, 220, 120}))
    , m_threshold(new QSpinBox)
    , m_trust(new QPushButton)
    , m_retire(new QPushButton)
    , m_remove(new QPushButton(tr("Remove")))
    , m_undo(new QPushButton(tr("Undo")))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(metric::margin, metric::marginTop, metric::margin, metric::marginTop);
    column->setSpacing(metric::marginTop);
    auto *add = new QPushButton(tr("Add keys …"));
    auto *open = new QPushButton(tr("Import a file …"));
    open->setToolTip(tr("A nix.conf, a NixOS module, or any text with keys in it"));
    m_threshold->setRange(1, nix::mostNeededKeys);
    m_threshold->setValue(m_model.choices().threshold);
    m_threshold->setAccessibleName(tr("Signatures needed"));
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    for (auto *button : {m_trust, m_retire, m_remove, add, open, m_undo})
        row->addWidget(button);
    row->addStretch();
    row->addWidget(textLabel(tr("Signatures needed, each by another key"), TextRole::Quiet));
    row->addWidget(m_threshold);
    column->addWidget(m_sentence);
    column->addLayout(row);
    column->addWidget(m_list, 1);
    setFocusProxy(m_list);
    connect(m_trust, &QPushButton::clicked, this, &KeysPage::toggleTrust);
    connect(m_retire, &QPushButton::clicked, this, &KeysPage::toggleRetired);
    connect(m_remove, &QPushButton::clicked, this, &KeysPage::remove);
    connect(add, &QPushButton::clicked, this, &KeysPage::paste);
    connect(open, &QPushButton::clicked, this, &KeysPage::import);
    connect(m_undo, &QPushButton::clicked, this, [this] {
        if (m_before)
            choose(*std::exchange(m_before, {}), tr("Undone."));
    });
    connect(m_threshold, &QSpinBox::valueChanged, this, [this](int needed) {
        auto changed = m_model.choices();
        if (std::exchange(changed.threshold, needed) != needed)
            choose(std::move(changed), tr("Signatures needed now: %1.").arg(needed));
    });
    auto *space = new QShortcut(Qt::Key_Space, m_list);
    space->setContext(Qt::WidgetShortcut);
    connect(space, &QShortcut::activated, this, &KeysPage::toggleTrust);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &KeysPage::showState);
    m_list->setCurrentIndex(m_model.index(0, 0));
    say();
    showState();
}

void KeysPage::take(const QList<nix::PathReport> &reports)
{
    m_model.take(reports);
    say();
}

void KeysPage::setTrouble(const QString &sentence)
{
    m_trouble = sentence;
    say();
}

void KeysPage::addFromText(const QByteArray &text, const QString &source)
{
    auto found = nix::keysFromText(text, source);
    auto choices = m_model.choices();
    const auto all = int(found.keys.size());
    const int added = addKeys(choices, std::move(found.keys), m_clock.nowUtc().date());
    QString done = added > 0 ? tr("Keys added and trusted: %1.").arg(added)
        : all > 0            ? tr("Every key in it is known already.")
                             : tr("There is no key in it. A key looks like name-1: and 44 characters of base 64.");
    if (!found.problems.empty())
        done += u' ' + tr("Parts that look like keys and are none: %1.").arg(found.problems.size());
    if (added > 0)
        choose(std::move(choices), done);
    m_done = done;
    say();
}

void KeysPage::say()
{
    const auto trusted = nix::policyOf(m_model.choices()).keys.size();
    const auto unknown = m_model.unknownNames();
    Sentence sentence;
    sentence.mark = !m_trouble.isEmpty() ? Mark::Warning : unknown > 0 || trusted == 0 ? Mark::Unknown : Mark::Holds;
    sentence.what = trusted == 0 ? tr("No key is trusted: nothing can hold;")
        : trusted == 1           ? tr("1 key is trusted;")
                                 : tr("%1 keys are trusted;").arg(trusted);
    sentence.why = unknown == 0 ? tr("no unknown name has signed anything seen here.")
        : unknown == 1          ? tr("1 unknown name signed something seen here.")
                                : tr("%1 unknown names signed something seen here.").arg(unknown);
    QStringList quiet{m_trouble, m_done, tr("A signature covers a path's contents and references, not who built it.")};
    quiet.removeAll(QString());
    sentence.quiet = quiet.join(u' ');
    m_sentence->setSentence(sentence);
}

void KeysPage::showState()
{
    const auto *key = m_model.keyAt(m_list->currentIndex().row());
    const bool isShipped = key && std::ranges::contains(nix::shippedKeys(), key->key, &nix::TrustedKey::key);
    m_trust->setText(key && key->enabledByDefault ? tr("Do not trust") : tr("Trust"));
    m_trust->setEnabled(key);
    m_retire->setText(key && key->retired ? tr("In use again") : tr("Retired today"));
    m_retire->setToolTip(tr("From that day on its signatures no longer count"));
    m_retire->setEnabled(key);
    m_remove->setEnabled(key && !isShipped);
    m_remove->setToolTip(isShipped ? tr("A key that Narscope ships can be distrusted, not removed") : QString());
    m_undo->setEnabled(m_before.has_value());
}

void KeysPage::choose(nix::TrustChoices choices, const QString &done)
{
    const int row = m_list->currentIndex().row();
    m_before = m_model.choices();
    m_done = done;
    m_model.setChoices(std::move(choices));
    m_threshold->setValue(m_model.choices().threshold);
    m_list->setCurrentIndex(m_model.index(qMin(row, m_model.rowCount() - 1), 0));
    say();
    showState();
    Q_EMIT choicesChanged(m_model.choices());
}

void KeysPage::toggleTrust()
{
    const int row = m_list->currentIndex().row();
    if (!m_model.keyAt(row))
        return;
    auto choices = m_model.choices();
    auto &key = choices.keys[size_t(row)];
    key.enabledByDefault = !key.enabledByDefault;
    const auto name = QString::fromUtf8(key.key.name);
    choose(choices,
        (key.enabledByDefault ? tr("%1 is trusted now.") : tr("%1 is not trusted any more.")).arg(name) + u' '
            + tr("Verify again to apply it."));
}

void KeysPage::toggleRetired()
{
    const int row = m_list->currentIndex().row();
    if (!m_model.keyAt(row))
        return;
    auto choices = m_model.choices();
    auto &key = choices.keys[size_t(row)];
    key.retired = key.retired ? std::optional<QDate>() : m_clock.nowUtc().date();
    choose(choices, (key.retired ? tr("%1 is retired.") : tr("%1 counts again.")).arg(QString::fromUtf8(key.key.name)));
}

void KeysPage::remove()
{
    const int row = m_list->currentIndex().row();
    if (!m_model.keyAt(row))
        return;
    auto choices = m_model.choices();
    const auto name = QString::fromUtf8(choices.keys[size_t(row)].key.name);
    choices.keys.erase(choices.keys.begin() + row);
    choose(choices, tr("%1 is removed.").arg(name));
}

void KeysPage::paste()
{
    auto *dialog = new QDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Add keys"));
    dialog->resize(640, 240);
    auto *text = new QPlainTextEdit;
    text->setPlaceholderText(tr("Paste keys such as cache.example.org-1:… , one a line or with anything around them: a "
                                "nix.conf, a NixOS module, a web page."));
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    buttons->button(QDialogButtonBox::Ok)->setText(tr("Add and trust"));
    auto *column = new QVBoxLayout(dialog);
    column->addWidget(text);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, [this, dialog, text] {
        addFromText(text->toPlainText().toUtf8(), tr("pasted"));
        dialog->accept();
    });
    dialog->open();
}

void KeysPage::import()
{
    auto *dialog = new QFileDialog(this, tr("Import keys"));
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &name) {
        QThreadPool::globalInstance()->start([name, self = QPointer(this)] {
            QFile file(name);
            const auto text = file.open(QIODevice::ReadOnly) ? file.read(largestFile) : QByteArray();
            QMetaObject::invokeMethod(
                qApp,
                [self, text, source = QFileInfo(name).fileName(), trouble = file.errorString(),
                    isOpen = file.isOpen()] {
                    if (self && isOpen)
                        self->addFromText(text, source);
                    else if (self)
                        self->setTrouble(tr("The file cannot be read: %1").arg(trouble));
                },
                Qt::QueuedConnection);
        });
    });
    dialog->open();
}

} // namespace narscope::ui
