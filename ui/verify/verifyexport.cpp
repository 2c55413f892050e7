// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/verify/verifyplace.h"

#include "nix/reporttext.h"
#include "ui/verify/keyspage.h"
#include "ui/widgets/textlabel.h"

#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
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

/// What Nix can be asked about: store paths, and the one that an image is part of.
std::vector<nix::PathReport> questionsIn(
    const std::vector<nix::PathReport> &reports, const std::vector<nix::IsoReport> &images)
{
    std::vector<nix::PathReport> questions;
    for (const auto &report : reports) {
        if (report.path)
            questions.push_back(report);
    }
    for (const auto &image : images) {
        if (image.ladder && image.ladder->path)
            questions.push_back(*image.ladder);
    }
    return questions;
}

/// Of a file's name, or of one of the dialog's kinds; empty: none of ours.
QString endingIn(const QString &text)
{
    for (const auto &ending : {u"json"_s, u"txt"_s, u"md"_s}) {
        if (text.endsWith(u'.' + ending) || text.contains(u"*."_s + ending))
            return ending;
    }
    return {};
}

} // namespace

QByteArray VerifyPlace::contentsFor(const QString &ending, const Chosen &chosen)
{
    if (ending == "json"_L1)
        return jsonOf(chosen.paths, chosen.images);
    return (ending == "md"_L1 ? markdownOf(chosen.paths, chosen.images) : plainOf(chosen.paths, chosen.images))
        .toUtf8();
}

/// Empty when all is written, else why not.
QString VerifyPlace::write(const QString &file, const QString &ending, const Chosen &chosen)
{
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly) || out.write(contentsFor(ending, chosen)) < 0 || !out.commit())
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
        Qt::SHIFT | Qt::Key_M);
    add(tr("Copy as plain text"), [](const Chosen &chosen) { return plainOf(chosen.paths, chosen.images); });
    add(tr("Copy as JSON"),
        [](const Chosen &chosen) { return QString::fromUtf8(jsonOf(chosen.paths, chosen.images)); });
    add(tr("Copy the same question for Nix"),
        [](const Chosen &chosen) { return nix::nixCommand(questionsIn(chosen.paths, chosen.images), chosen.policy); });
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
                if (!text.isEmpty())
                    QGuiApplication::clipboard()->setText(text);
                self->m_state->setText(text.isEmpty() ? tr("There is no store path in this.") : tr("Copied."));
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
    dialog->selectFile(u"verified.md"_s);
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString &filter) {
        const auto name = QFileInfo(dialog->selectedFiles().value(0)).fileName();
        dialog->setDefaultSuffix(endingIn(filter));
        if (const auto ending = endingIn(name); !ending.isEmpty())
            dialog->selectFile(name.chopped(ending.size()) + endingIn(filter));
    });
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, [this, dialog](const QString &file) {
        // A name like «hello-2.12» has no ending of ours: then the kind chosen tells.
        const auto ending = endingIn(endingIn(file).isEmpty() ? dialog->selectedNameFilter() : file);
        QThreadPool::globalInstance()->start([file, ending, reports = chosenReports(), self = QPointer(this)] {
            const auto problem = write(file, ending, reports);
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
