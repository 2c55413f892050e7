// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/hoppanel.h"

#include "ui/trace/grademark.h"
#include "ui/trace/pageparts.h"
#include "ui/widgets/browser.h"
#include "ui/widgets/plainview.h"
#include "ui/widgets/textlabel.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int labelWidth = 72;
constexpr int rawLines = 8;

} // namespace

HopPanel::HopPanel(QWidget *parent)
    : QScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *content = new QWidget;
    auto *column = detailColumn(*content);
    column->addWidget(headRow());
    m_findings = new DetailRows;
    m_findings->setLabelWidth(0);
    column->addWidget(m_findings);
    column->addWidget(sentenceLabel());
    m_columnsRow = new QHBoxLayout;
    m_columnsRow->setSpacing(24);
    column->addLayout(m_columnsRow, 1);
    m_raw = plainView(tr("The answer as it came"));
    m_raw->setMinimumHeight(rawLines * 18);
    m_columnsRow->addWidget(m_raw, 3);
    column->addStretch();
    setWidget(content);
    setWords({});
}

QLabel *HopPanel::sentenceLabel()
{
    m_sentence = new QLabel;
    m_sentence->setTextFormat(Qt::PlainText);
    m_sentence->setWordWrap(true);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return m_sentence;
}

QWidget *HopPanel::headRow()
{
    auto *part = new QWidget;
    auto *row = new QHBoxLayout(part);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    m_grade = new GradeLabel;
    m_mark = new MarkLabel;
    m_kind = new TextLabel(TextRole::Bold);
    m_name = new TextLabel(TextRole::Bold);
    m_place = new TextLabel(TextRole::Quiet);
    m_open = new QPushButton(tr("Open"));
    m_browse = new QPushButton(tr("In browser"));
    m_showRaw = new QPushButton(tr("Raw"));
    m_showRaw->setCheckable(true);
    m_showRaw->setToolTip(tr("The answers that this rests on, as they came"));
    m_command = new QPushButton(tr("Copy command"));
    m_command->setToolTip(tr("Checks this hop by hand, in a shell"));
    m_evidence = new QPushButton(tr("Copy evidence"));
    row->addWidget(m_grade);
    row->addWidget(m_mark);
    row->addWidget(m_kind);
    row->addSpacing(4);
    row->addWidget(m_name);
    row->addSpacing(4);
    row->addWidget(m_place, 1);
    for (auto *button : {m_open, m_browse, m_showRaw, m_command, m_evidence})
        row->addWidget(button);
    connect(m_open, &QPushButton::clicked, this, [this] {
        if (m_words.subject)
            Q_EMIT openRequested(*m_words.subject);
    });
    connect(m_browse, &QPushButton::clicked, this, [this] { openInBrowser(m_words.source); });
    connect(m_showRaw, &QPushButton::toggled, this, &HopPanel::showColumns);
    connect(m_command, &QPushButton::clicked, this, [this] { copy(m_words.command); });
    connect(m_evidence, &QPushButton::clicked, this, [this] { copy(evidenceText(m_words)); });
    return part;
}

void HopPanel::copy(const QString &text)
{
    QGuiApplication::clipboard()->setText(text);
    Q_EMIT copied();
}

void HopPanel::setWords(const HopWords &words)
{
    if (words == m_words && !words.name.isEmpty())
        return;
    m_words = words;
    const bool isEmpty = words.name.isEmpty();
    m_grade->setVisible(words.grade.has_value());
    m_grade->setGrade(words.grade);
    m_mark->setVisible(!words.grade && !isEmpty);
    m_mark->setMark(words.mark);
    m_kind->setText(words.kind);
    m_name->setText(words.name);
    m_place->setText(words.place);
    m_open->setVisible(words.subject.has_value());
    m_open->setText(words.subject ? tr("Open %1").arg(words.subject->kindWord()) : QString());
    m_browse->setVisible(mayOpen(words.source));
    m_browse->setToolTip(plainTip(words.source.toDisplayString()));
    m_showRaw->setVisible(!words.raw.isEmpty());
    m_command->setVisible(!words.command.isEmpty());
    m_command->setToolTip(plainTip(words.command));
    m_evidence->setVisible(!isEmpty);
    QList<DetailRow> findings;
    for (const auto &finding : words.findings)
        findings << DetailRow{.text = finding, .mark = Mark::Failed};
    m_findings->setRows(findings);
    m_findings->setVisible(!findings.isEmpty());
    m_sentence->setText(
        isEmpty ? tr("Choose a stop or a hop of the picture: by mouse, or with the arrow keys.") : words.sentence);
    if (m_raw->toPlainText() != words.raw)
        m_raw->setPlainText(words.raw);
    showColumns();
}

/// In a wide window the answer stands beside what it says; else one or the other.
void HopPanel::showColumns()
{
    const bool isWide = width() >= metric::wide - metric::rail;
    const bool showsRaw = !m_words.raw.isEmpty() && (isWide || m_showRaw->isChecked());
    const bool showsColumns = isWide || !showsRaw;
    m_showRaw->setVisible(!isWide && !m_words.raw.isEmpty());
    while (m_columns.size() < size_t(m_words.columns.size())) {
        auto *widget = new QWidget;
        auto *column = new QVBoxLayout(widget);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(2);
        const Column made{widget, new TextLabel(TextRole::Quiet), new DetailRows};
        made.rows->setLabelWidth(labelWidth);
        column->addWidget(made.title);
        column->addWidget(made.rows);
        column->addStretch();
        m_columnsRow->insertWidget(int(m_columns.size()), widget, 2);
        connect(made.rows, &DetailRows::openRequested, this, &HopPanel::openRequested);
        m_columns.push_back(made);
    }
    for (size_t i = 0; i < m_columns.size(); ++i) {
        const bool used = showsColumns && i < size_t(m_words.columns.size());
        m_columns[i].widget->setVisible(used);
        if (!used)
            continue;
        const auto &words = m_words.columns[qsizetype(i)];
        m_columns[i].title->setText(words.title);
        const bool hasLabels
            = std::ranges::any_of(words.rows, [](const DetailRow &row) { return !row.label.isEmpty(); });
        m_columns[i].rows->setLabelWidth(hasLabels ? labelWidth : 0);
        m_columns[i].rows->setRows(words.rows);
    }
    m_raw->setVisible(showsRaw);
}

void HopPanel::resizeEvent(QResizeEvent *event)
{
    QScrollArea::resizeEvent(event);
    showColumns();
}

} // namespace narscope::ui
