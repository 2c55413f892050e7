// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/subjectactions.h"

#include "ui/widgets/browser.h"

#include <QClipboard>
#include <QCoreApplication>
#include <QGuiApplication>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

QString say(const char *words)
{
    return QCoreApplication::translate("SubjectActions", words);
}

bool isPath(const Subject &subject)
{
    return subject.kind == SubjectKind::StorePath || subject.kind == SubjectKind::Derivation;
}

/// Characters that Markdown reads are kept as they are written.
QString markdownText(const QString &text)
{
    QString safe;
    for (const auto c : text) {
        if (u"\\`*_[]<>#|"_s.contains(c))
            safe += u'\\';
        safe += c;
    }
    return safe;
}

void copy(const QString &text)
{
    QGuiApplication::clipboard()->setText(text);
}

} // namespace

QUrl pageOf(const Subject &subject, const QList<HydraAddress> &hydras)
{
    if (!subject.livesOnHydra()) {
        const auto page = subject.page({});
        return mayOpen(page) ? page : QUrl();
    }
    for (const auto &[id, url] : hydras) {
        if (!subject.server.isEmpty() && subject.server != id)
            continue;
        const auto page = subject.page(url);
        return mayOpen(page) ? page : QUrl();
    }
    return {};
}

SubjectActions commonActions(const QList<HydraAddress> &hydras)
{
    const auto link
        = [&hydras](const Subject &subject) { return pageOf(subject, hydras).toString(QUrl::FullyEncoded); };
    const auto hasLink = [link](const Subject &subject) { return !link(subject).isEmpty(); };
    return {
        {say("Copy path"), Qt::Key_C, isPath, [](const Subject &subject) { copy(subject.name); }},
        {say("Copy link"), Qt::SHIFT | Qt::Key_C, hasLink, [link](const Subject &subject) { copy(link(subject)); }},
        {say("Copy as Markdown"), Qt::Key_M, hasLink,
            [link](const Subject &subject) {
                copy(u"["_s + markdownText(subject.text()) + u"]("_s + link(subject) + u')');
            }},
        {say("Open in browser"), Qt::Key_O, hasLink,
            [link](const Subject &subject) { openInBrowser(QUrl(link(subject))); }},
    };
}

} // namespace narscope::ui
