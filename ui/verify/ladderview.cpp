// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/verify/ladderview.h"

#include "base/format.h"
#include "ui/verify/verdictmark.h"
#include "ui/widgets/detailrows.h"
#include "ui/widgets/flatlist.h"
#include "ui/widgets/pathrow.h"
#include "ui/widgets/sentence.h"
#include "ui/widgets/style.h"
#include "ui/widgets/textlabel.h"

#include <QPlainTextEdit>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int mostBytesLines = 9; ///< then it scrolls
constexpr qsizetype mostBytes = 64 * 1024; ///< shown of what a rung rests on

/// The fingerprint is one line of several parts; a person reads them below one another.
QString shownBytes(const nix::Rung &rung)
{
    auto bytes = rung.bytes.first(qMin(rung.bytes.size(), mostBytes));
    if (rung.name == nix::RungName::Signature && bytes.startsWith("1;")) {
        bytes.replace(";", ";\n");
        bytes.replace(",", ",\n");
    }
    QString text = QString::fromUtf8(bytes);
    for (auto &c : text) {
        if (c < u' ' && c != u'\n' && c != u'\t')
            c = QChar(char16_t(0x2400 + c.unicode()));
    }
    return rung.bytes.size() > mostBytes ? text + u"\n…"_s : text;
}

/// What fails, else the signature: what people look at first.
int rowToShow(const nix::PathReport &report)
{
    const auto failing = std::ranges::find(report.rungs, nix::Verdict::Fails, &nix::Rung::verdict);
    return failing == report.rungs.end() ? int(nix::RungName::Signature) : int(failing - report.rungs.begin());
}

} // namespace

LadderView::LadderView(Clock &clock, QWidget *parent)
    : QScrollArea(parent)
    , m_clock(clock)
    , m_path(new TextLabel(TextRole::Mono))
    , m_sentence(new SentenceRow)
    , m_rungs(checkList(m_model))
    , m_bytesTitle(new TextLabel(TextRole::Bold))
    , m_bytes(new QPlainTextEdit)
    , m_claimsTitle(new TextLabel(TextRole::Bold))
    , m_claims(new DetailRows)
    , m_evidenceTitle(new TextLabel(TextRole::Bold))
    , m_evidence(new DetailRows)
{
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    fitRungs();
    auto *content = new QWidget;
    content->setBackgroundRole(QPalette::Base);
    content->setAutoFillBackground(true);
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(metric::margin, metric::marginTop, metric::margin, metric::margin);
    column->setSpacing(8);
    m_path->setElide(Qt::ElideMiddle);
    m_bytes->setReadOnly(true);
    m_bytes->setFont(monoFont());
    m_bytes->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_bytes->setTabChangesFocus(true);
    m_claimsTitle->setText(tr("Claimed, not signed: anybody who can write to the cache can change it"));
    m_evidenceTitle->setText(tr("Answers this rests on"));
    for (QWidget *widget : std::initializer_list<QWidget *>{m_bytesTitle, m_bytes, m_claimsTitle, m_evidenceTitle})
        widget->hide(); // nothing is known yet
    for (auto *rows : {m_claims, m_evidence})
        rows->setLabelWidth(112);
    for (QWidget *widget : std::initializer_list<QWidget *>{
             m_path, m_sentence, m_rungs, m_bytesTitle, m_bytes, m_claimsTitle, m_claims, m_evidenceTitle, m_evidence})
        column->addWidget(widget);
    column->addStretch(1);
    setWidget(content);
    setFocusProxy(m_rungs);
    connect(m_rungs->selectionModel(), &QItemSelectionModel::currentChanged, this, &LadderView::showRung);
    connect(m_claims, &DetailRows::openRequested, this, &LadderView::openRequested);
}

void LadderView::setReport(const nix::PathReport &report)
{
    const bool isOther = !m_report || m_report->pathText() != report.pathText();
    m_report = report;
    m_model.setChecks(checksOf(report));
    const bool isItself = report.cache.isEmpty() || report.cache == report.pathText();
    m_path->setText(report.pathText() + (isItself ? QString() : tr("   from %1").arg(report.cache)));
    m_path->setWhole(report.pathText());
    m_sentence->setSentence(verdictSentence(report.verdict, nix::summary(report)));
    fitRungs();
    if (isOther || m_rungs->currentIndex().row() == m_rowShown) { // nobody chose another
        m_rowShown = rowToShow(report);
        m_rungs->setCurrentIndex(m_model.index(m_rowShown, 0));
    }
    showRung();
    fillDetails();
}

void LadderView::setAsked(const nix::PathReport &report)
{
    setReport(report);
    m_sentence->setSentence({.mark = Mark::Running, .what = tr("Asking the caches …")});
}

/// Rows are higher in a wide window.
void LadderView::changeEvent(QEvent *event)
{
    QScrollArea::changeEvent(event);
    if (event->type() == QEvent::StyleChange)
        fitRungs();
}

void LadderView::fitRungs()
{
    m_rungs->setFixedHeight(metric::headerRow + 2 + m_model.rowCount() * rowHeightOf(m_rungs));
}

QString LadderView::sentence() const
{
    return m_sentence->sentence().what + u' ' + m_sentence->sentence().quiet;
}

void LadderView::showRung()
{
    const int row = m_rungs->currentIndex().row();
    const auto *rung = m_report && row >= 0 ? &m_report->rungs[size_t(row)] : nullptr;
    const bool hasBytes = rung && !rung->bytes.isEmpty();
    m_bytesTitle->setVisible(hasBytes);
    m_bytes->setVisible(hasBytes);
    if (!hasBytes)
        return;
    m_bytesTitle->setText(rung->name == nix::RungName::Signature
            ? tr("The %1 bytes that a signature must cover").arg(formatCount(rung->bytes.size()))
            : tr("What %1 rests on").arg(title(rung->name)));
    const auto text = shownBytes(*rung);
    if (m_bytes->toPlainText() != text)
        m_bytes->setPlainText(text);
    m_bytes->setFixedHeight(qBound(1, int(text.count(u'\n')) + 1, mostBytesLines) * 18 + 12);
}

void LadderView::fillDetails()
{
    QList<DetailRow> claims;
    for (const auto &[field, value] : m_report->notSigned())
        claims << DetailRow{
            .label = QString::fromUtf8(field.left(40)), .text = QString::fromUtf8(value.left(1000)), .mono = true};
    for (const auto &note : m_report->notes)
        claims << DetailRow{.label = tr("Note"), .text = describe(note), .mark = Mark::Warning};
    QList<DetailRow> evidence;
    for (const auto &answer : m_report->evidence) {
        const auto seconds = answer.at.count() / 1000;
        evidence << DetailRow{.label = answer.what,
            .text = tr("%1 · %2 · %3 · sha256 %4")
                .arg(answer.url.toDisplayString(), formatSize(qint64(answer.size)),
                    formatTime(seconds, m_clock.nowSeconds()), QString::fromLatin1(answer.sha256.base16().first(12))),
            .whole = answer.url.toString(QUrl::FullyEncoded) + u'\n' + formatExactTime(seconds) + u"\nsha256:"_s
                + QString::fromLatin1(answer.sha256.base16())};
        if (!answer.note.isEmpty())
            evidence << DetailRow{.text = answer.note, .quiet = true};
    }
    m_claimsTitle->setVisible(!claims.isEmpty());
    m_evidenceTitle->setVisible(!evidence.isEmpty());
    m_claims->setRows(claims);
    m_evidence->setRows(evidence);
}

} // namespace narscope::ui
