// SPDX-License-Identifier: GPL-3.0-or-later
// What leaves the place: Markdown and pictures.
#include "ui/trace/traceplace.h"

#include "base/format.h"
#include "trace/bundle.h"
#include "trace/bundlekey.h"
#include "ui/trace/pictureview.h"
#include "ui/trace/tracehead.h"
#include "ui/trace/tracelistpage.h"
#include "ui/trace/tracemarkdown.h"
#include "ui/trace/tracesheet.h"

#include <QClipboard>
#include <QFile>
#include <QFileDialog>
#include <QGuiApplication>
#include <QMessageBox>
#include <QPointer>
#include <QPushButton>
#include <QThreadPool>

using namespace Qt::StringLiterals;

namespace narscope::ui {

void TracePlace::say(const QString &words)
{
    m_list->say(words);
    m_head->say(words);
}

void TracePlace::copyMarkdown()
{
    const auto *shown = shownTrace();
    if (!shown || shown->stops.isEmpty())
        return;
    QGuiApplication::clipboard()->setText(markdownOf(*shown, m_clock.nowSeconds()));
    say(tr("Copied as Markdown."));
}

void TracePlace::copyList()
{
    QStringList lines;
    for (int row = 0; row < m_model.rowCount(); ++row) {
        if (const auto *entry = m_model.entryAt(row))
            lines << markdownLine(entry->summary);
    }
    QGuiApplication::clipboard()->setText(lines.join(u'\n') + u'\n');
    say(tr("Copied as Markdown."));
}

void TracePlace::savePicture()
{
    const auto *shown = shownTrace();
    if (!shown)
        return;
    const auto now = m_clock.nowSeconds();
    const TraceSheet sheet{
        .title = (idOf(*shown) + u"  "_s + titleOf(*shown) + u"  "_s + stateOf(*shown, now)).simplified(),
        .sentence = trace::headline(*shown, now),
        .foot = tr("Seen %1 with Narscope").arg(formatExactTime(now)),
        .picture = m_picture->picture(),
        .look = lookOf(this)};
    auto *dialog = new QFileDialog(this, tr("Save the picture"), {}, tr("SVG (*.svg);;PNG (*.png)"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"svg"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString &filter) {
        dialog->setDefaultSuffix(filter.startsWith("PNG"_L1) ? u"png"_s : u"svg"_s);
    });
    connect(dialog, &QFileDialog::fileSelected, this,
        [this, sheet](const QString &file) { write(file, [sheet, file] { return writeSheet(sheet, file); }); });
    dialog->open();
}

void TracePlace::write(const QString &file, std::function<Result<void>()> work)
{
    QThreadPool::globalInstance()->start([work = std::move(work), file, self = QPointer(this)] {
        const auto written = work();
        QMetaObject::invokeMethod(
            qApp,
            [self, written, file] {
                if (self)
                    self->say(written ? tr("Saved as %1.").arg(file)
                                      : (written.error().sentence + u' ' + written.error().detail).trimmed());
            },
            Qt::QueuedConnection);
    });
}

/// Signed with the person's own key, so there must be one.
void TracePlace::saveBundle()
{
    if (!shownTrace())
        return;
    QThreadPool::globalInstance()->start([file = m_keyFile, self = QPointer(this)] {
        const bool exists = QFile::exists(file);
        QMetaObject::invokeMethod(
            qApp,
            [self, exists] {
                if (self)
                    exists ? self->chooseBundleFile() : self->askForKey();
            },
            Qt::QueuedConnection);
    });
}

void TracePlace::askForKey()
{
    auto *box = new QMessageBox(QMessageBox::NoIcon, tr("A key for bundles"),
        tr("A bundle is signed with a key of your own, and there is none yet."), QMessageBox::Cancel, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(tr("Narscope can make one now, in %1, readable by you alone. Who shall believe "
                               "your bundles needs its public half.")
            .arg(m_keyFile));
    auto *make = box->addButton(tr("Make a key"), QMessageBox::AcceptRole);
    connect(make, &QAbstractButton::clicked, this, [this] {
        QThreadPool::globalInstance()->start([file = m_keyFile, self = QPointer(this)] {
            const auto made = trace::makeBundleKey(file, trace::usualBundleKeyName);
            QMetaObject::invokeMethod(
                qApp,
                [self, made] {
                    if (!self)
                        return;
                    if (made)
                        self->chooseBundleFile();
                    else
                        self->say(made.error().sentence);
                },
                Qt::QueuedConnection);
        });
    });
    box->open();
}

void TracePlace::chooseBundleFile()
{
    const auto *shown = shownTrace();
    if (!shown)
        return;
    auto *dialog = new QFileDialog(this, tr("Save the bundle"), {}, tr("Bundle (*.intoto.jsonl)"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"intoto.jsonl"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this,
        [this, trace = *shown, now = m_clock.nowSeconds()](const QString &file) {
            write(file, [trace, file, key = m_keyFile, policy = m_policy, now] {
                return trace::saveBundle(trace, file, key, policy, now, QCoreApplication::applicationVersion());
            });
        });
    dialog->open();
}

} // namespace narscope::ui
