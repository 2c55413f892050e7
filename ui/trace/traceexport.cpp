// SPDX-License-Identifier: GPL-3.0-or-later
// What leaves the place: Markdown and pictures.
#include "ui/trace/traceplace.h"

#include "base/format.h"
#include "ui/trace/pictureview.h"
#include "ui/trace/tracehead.h"
#include "ui/trace/tracelistpage.h"
#include "ui/trace/tracemarkdown.h"
#include "ui/trace/tracesheet.h"

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
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
    const TraceSheet sheet {.title = (idOf(*shown) + u"  "_s + titleOf(*shown) + u"  "_s + stateOf(*shown, now)).simplified(), .sentence = trace::headline(*shown, now),
        .foot = tr("Seen %1 with Narscope").arg(formatExactTime(now)), .picture = m_picture->picture(), .look = lookOf(this)};
    auto *dialog = new QFileDialog(this, tr("Save the picture"), {}, tr("SVG (*.svg);;PNG (*.png)"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"svg"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString &filter) { dialog->setDefaultSuffix(filter.startsWith("PNG"_L1) ? u"png"_s : u"svg"_s); });
    connect(dialog, &QFileDialog::fileSelected, this, [this, sheet](const QString &file) {
        QThreadPool::globalInstance()->start([sheet, file, self = QPointer(this)] {
            const auto written = writeSheet(sheet, file);
            QMetaObject::invokeMethod(qApp, [self, written, file] {
                if (self)
                    self->say(written ? tr("Saved as %1.").arg(file) : tr("It could not be saved as %1: %2").arg(file, written.error().detail));
            }, Qt::QueuedConnection);
        });
    });
    dialog->open();
}

} // namespace narscope::ui
