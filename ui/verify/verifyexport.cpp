// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/verify/verifyplace.h"

#include "nix/reporttext.h"
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

QByteArray jsonOf(const std::vector<nix::PathReport> &reports)
{
    QJsonArray paths;
    for (const auto &report : reports)
        paths.append(nix::reportJson(report));
    return QJsonDocument(QJsonObject {{u"paths"_s, paths}}).toJson();
}

QString plainOf(const std::vector<nix::PathReport> &reports)
{
    QStringList texts;
    for (const auto &report : reports)
        texts << nix::reportPlain(report);
    return texts.join(u"\n\n"_s);
}

QByteArray contentsFor(const QString &file, const std::vector<nix::PathReport> &reports)
{
    if (file.endsWith(".json"_L1))
        return jsonOf(reports);
    return (file.endsWith(".md"_L1) ? nix::reportMarkdown(reports) : plainOf(reports)).toUtf8();
}

/// Empty when all is written, else why not.
QString write(const QString &file, const std::vector<nix::PathReport> &reports)
{
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly) || out.write(contentsFor(file, reports)) < 0 || !out.commit())
        return out.errorString();
    return {};
}

} // namespace

/// All that are shown in the list, in its order: what the filter leaves.
std::vector<nix::PathReport> VerifyPlace::chosenReports() const
{
    std::vector<nix::PathReport> reports;
    for (int row = 0; row < m_reports.rowCount(); ++row)
        reports.push_back(*m_reports.reportAt(row));
    return reports;
}

void VerifyPlace::fillExportMenu(QMenu &menu)
{
    const auto add = [this, &menu](const QString &text, auto &&make, const QKeySequence &key = {}) {
        auto *action = menu.addAction(text, this, [this, make] { copyText(make(chosenReports())); });
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(action);
    };
    add(tr("Copy as Markdown"), [](const auto &reports) { return nix::reportMarkdown(reports); }, Qt::Key_M);
    add(tr("Copy as plain text"), [](const auto &reports) { return plainOf(reports); });
    add(tr("Copy as JSON"), [](const auto &reports) { return QString::fromUtf8(jsonOf(reports)); });
    add(tr("Copy the same question for Nix"), [policy = m_policy](const auto &reports) { return nix::nixCommand(reports, policy); });
    menu.addSeparator();
    menu.addAction(tr("Save as …"), this, &VerifyPlace::saveAs);
}

void VerifyPlace::copyText(const QString &text)
{
    QGuiApplication::clipboard()->setText(text);
    m_state->setText(tr("Copied."));
}

void VerifyPlace::saveAs()
{
    auto *dialog = new QFileDialog(this, tr("Save the report"), {}, tr("Markdown (*.md);;JSON (*.json);;Plain text (*.txt)"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"md"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &file) {
        QThreadPool::globalInstance()->start([file, reports = chosenReports(), self = QPointer(this)] {
            const auto problem = write(file, reports);
            QMetaObject::invokeMethod(qApp, [self, problem, file] {
                if (self)
                    self->m_state->setText(problem.isEmpty() ? tr("Saved as %1.").arg(file) : tr("It could not be saved as %1: %2").arg(file, problem));
            }, Qt::QueuedConnection);
        });
    });
    dialog->open();
}

} // namespace narscope::ui
