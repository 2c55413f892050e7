// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/verify/verifyplace.h"

#include "nix/reporttext.h"
#include "ui/verify/keyspage.h"
#include "ui/widgets/textlabel.h"

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QItemSelectionModel>
#include <QJsonArray>
#include <QJsonDocument>
#include <QMenu>
#include <QPointer>
#include <QSaveFile>
#include <QThreadPool>
#include <QTreeView>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

QByteArray jsonOf(const std::vector<nix::PathReport> &reports, const std::vector<nix::IsoReport> &images)
{
    QJsonArray paths;
    for (const auto &report : reports)
        paths.append(nix::reportJson(report));
    for (const auto &image : images)
        paths.append(nix::reportJson(image));
    return QJsonDocument(QJsonObject{{u"paths"_s, paths}}).toJson();
}

QString plainOf(const std::vector<nix::PathReport> &reports, const std::vector<nix::IsoReport> &images)
{
    QStringList texts;
    for (const auto &report : reports)
        texts << nix::reportPlain(report);
    for (const auto &image : images)
        texts << nix::reportPlain(image);
    return texts.join(u"\n\n"_s);
}

QString markdownOf(const std::vector<nix::PathReport> &reports, const std::vector<nix::IsoReport> &images)
{
    auto text = nix::reportMarkdown(reports);
    for (const auto &image : images) // as it is: a block of code needs no escapes
        text += u"\n```text\n"_s + nix::reportPlain(image).remove(u'`') + u"\n```\n"_s;
    return text;
}

} // namespace

QByteArray VerifyPlace::contentsFor(const QString &file, const Chosen &chosen)
{
    if (file.endsWith(".json"_L1))
        return jsonOf(chosen.paths, chosen.images);
    return (file.endsWith(".md"_L1) ? markdownOf(chosen.paths, chosen.images) : plainOf(chosen.paths, chosen.images))
        .toUtf8();
}

/// Empty when all is written, else why not.
QString VerifyPlace::write(const QString &file, const Chosen &chosen)
{
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly) || out.write(contentsFor(file, chosen)) < 0 || !out.commit())
        return out.errorString();
    return {};
}

/// All that are shown in the list, in its order: what the filter leaves.
VerifyPlace::Chosen VerifyPlace::chosenReports() const
{
    Chosen chosen{.paths = {}, .images = {}, .policy = policyOf(m_keys->model().choices())};
    for (int row = 0; row < m_reports.rowCount(); ++row) {
        const auto &report = *m_reports.reportAt(row);
        if (const auto image = m_images.constFind(report.asked); image != m_images.cend())
            chosen.images.push_back(*image);
        else
            chosen.paths.push_back(report);
    }
    return chosen;
}

void VerifyPlace::fillExportMenu(QMenu &menu)
{
    const auto add = [this, &menu](const QString &text, auto &&make, const QKeySequence &key = {}) {
        auto *action = menu.addAction(text, this, [this, make] { copy(make); });
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(action);
    };
    add(
        tr("Copy as Markdown"), [](const Chosen &chosen) { return markdownOf(chosen.paths, chosen.images); },
        Qt::Key_M);
    add(tr("Copy as plain text"), [](const Chosen &chosen) { return plainOf(chosen.paths, chosen.images); });
    add(tr("Copy as JSON"),
        [](const Chosen &chosen) { return QString::fromUtf8(jsonOf(chosen.paths, chosen.images)); });
    add(tr("Copy the same question for Nix"),
        [](const Chosen &chosen) { return nix::nixCommand(chosen.paths, chosen.policy); });
    menu.addSeparator();
    menu.addAction(tr("Save as …"), this, &VerifyPlace::saveAs);
}

/// The text is made on a pool: that of a closure has megabytes.
void VerifyPlace::copy(const std::function<QString(const Chosen &)> &make)
{
    QThreadPool::globalInstance()->start([make, chosen = chosenReports(), self = QPointer(this)] {
        const auto text = make(chosen);
        QMetaObject::invokeMethod(
            qApp,
            [self, text] {
                if (!self)
                    return;
                QGuiApplication::clipboard()->setText(text);
                self->m_state->setText(tr("Copied."));
            },
            Qt::QueuedConnection);
    });
}

void VerifyPlace::saveAs()
{
    auto *dialog
        = new QFileDialog(this, tr("Save the report"), {}, tr("Markdown (*.md);;JSON (*.json);;Plain text (*.txt)"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"md"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &file) {
        QThreadPool::globalInstance()->start([file, reports = chosenReports(), self = QPointer(this)] {
            const auto problem = write(file, reports);
            QMetaObject::invokeMethod(
                qApp,
                [self, problem, file] {
                    if (self)
                        self->m_state->setText(problem.isEmpty()
                                ? tr("Saved as %1.").arg(file)
                                : tr("It could not be saved as %1: %2").arg(file, problem));
                },
                Qt::QueuedConnection);
        });
    });
    dialog->open();
}

} // namespace narscope::ui
