// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/rawview.h"

#include "base/format.h"
#include "ui/widgets/plainview.h"
#include "ui/widgets/textlabel.h"

#include <QClipboard>
#include <QCoreApplication>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QPointer>
#include <QSaveFile>
#include <QThreadPool>
#include <QVBoxLayout>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int textHeight = 360; ///< px; from there on it scrolls by itself

} // namespace

RawView::RawView(QWidget *parent)
    : QWidget(parent)
    , m_note(new TextLabel(TextRole::Quiet))
    , m_copy(new LinkLabel(tr("Copy")))
    , m_save(new LinkLabel(tr("Save …")))
    , m_text(plainView(tr("JSON as Hydra answered")))
{
    auto *head = new QHBoxLayout;
    head->addWidget(m_note, 1);
    head->addWidget(m_copy);
    head->addWidget(m_save);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(head);
    column->addWidget(m_text);
    m_text->setFixedHeight(textHeight);
    connect(m_copy, &LinkLabel::activated, this, &RawView::copy);
    connect(m_save, &LinkLabel::activated, this, &RawView::save);
    begin();
}

void RawView::begin()
{
    m_answer.reset();
    m_text->clear();
    m_text->hide();
    m_copy->hide();
    m_save->hide();
    m_note->setText(tr("Asking …"));
}

void RawView::take(const trace::RawAnswer &answer)
{
    m_answer = answer;
    const auto told
        = tr("%1, %2, answered %3")
              .arg(answer.url.toDisplayString(), formatSize(answer.body.size()), formatExactTime(answer.seenAt));
    m_note->setText(answer.shown.isCut ? tr("%1; only its beginning is shown").arg(told) : told);
    m_text->setPlainText(QString::fromUtf8(answer.shown.text));
    m_text->show();
    m_copy->show();
    m_save->show();
}

void RawView::takeFailure(const Problem &problem)
{
    m_note->setText((problem.sentence + u' ' + problem.advice).trimmed());
}

QString RawView::text() const
{
    return m_text->toPlainText();
}

void RawView::copy()
{
    if (m_answer)
        QGuiApplication::clipboard()->setText(QString::fromUtf8(m_answer->body));
}

void RawView::save()
{
    if (!m_answer)
        return;
    auto *dialog = new QFileDialog(this, tr("Save the answer"), {}, tr("JSON (*.json)"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"json"_s);
    dialog->selectFile(u"build-%1.json"_s.arg(m_answer->order.build.value));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &RawView::write);
    dialog->open();
}

void RawView::write(const QString &file)
{
    QThreadPool::globalInstance()->start([body = m_answer->body, file, self = QPointer(this)] {
        QSaveFile target(file);
        const bool good = target.open(QIODevice::WriteOnly) && target.write(body) == body.size() && target.commit();
        const auto why = target.errorString();
        QMetaObject::invokeMethod(
            qApp,
            [self, good, why, file] {
                if (self)
                    self->m_note->setText(good ? tr("Saved as %1.").arg(file) : tr("It cannot be saved: %1").arg(why));
            },
            Qt::QueuedConnection);
    });
}

} // namespace narscope::ui
