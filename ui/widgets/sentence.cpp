// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/sentence.h"

#include "ui/widgets/paint.h"

#include <QPainter>

namespace narscope::ui {

namespace {

constexpr int sentenceLine = 24;
constexpr int quietLine = 20;
constexpr int markGap = 12;

int breakInto(QTextLayout &layout, int width, int top, int lineHeight)
{
    layout.beginLayout();
    for (auto line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(qMax(width, 1));
        line.setPosition({0, top + (lineHeight - line.height()) / 2});
        top += lineHeight;
    }
    layout.endLayout();
    return top;
}

} // namespace

SentenceRow::SentenceRow(QWidget *parent)
    : QWidget(parent)
{
    auto policy = QSizePolicy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void SentenceRow::setSentence(const Sentence &sentence)
{
    if (sentence == m_sentence)
        return;
    m_sentence = sentence;
    setAccessibleName(sentence.what + u' ' + sentence.why);
    updateGeometry();
    update();
}

int SentenceRow::textLeft() const
{
    return m_sentence.mark == Mark::None ? 0 : metric::sentenceMark + markGap;
}

int SentenceRow::lay(QTextLayout &sentence, QTextLayout &quiet, int width) const
{
    const auto gap = m_sentence.what.isEmpty() || m_sentence.why.isEmpty() ? QString() : QStringLiteral(" ");
    sentence.setText(m_sentence.what + gap + m_sentence.why);
    sentence.setFont(sentenceFont());
    QTextLayout::FormatRange bold;
    bold.start = 0;
    bold.length = int(m_sentence.what.size());
    bold.format.setFontWeight(QFont::Bold);
    sentence.setFormats({bold});
    quiet.setText(m_sentence.quiet);
    quiet.setFont(dataFont());
    const int room = width - textLeft();
    const int under = breakInto(sentence, room, 0, sentenceLine);
    return m_sentence.quiet.isEmpty() ? under : breakInto(quiet, room, under, quietLine);
}

int SentenceRow::heightForWidth(int width) const
{
    QTextLayout sentence;
    QTextLayout quiet;
    return lay(sentence, quiet, width);
}

QSize SentenceRow::sizeHint() const
{
    constexpr int comfortable = 600;
    return {comfortable, heightForWidth(comfortable)};
}

QSize SentenceRow::minimumSizeHint() const
{
    return {200, sentenceLine};
}

void SentenceRow::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const auto &look = lookOf(this);
    QTextLayout sentence;
    QTextLayout quiet;
    lay(sentence, quiet, width());
    const QRectF first(0, 0, metric::sentenceMark, sentenceLine);
    paintMark(painter, first, metric::sentenceMark, m_sentence.mark, look, palette().color(backgroundRole()));
    painter.setPen(look.text);
    sentence.draw(&painter, QPointF(textLeft(), 0));
    painter.setPen(look.text2);
    if (!m_sentence.quiet.isEmpty())
        quiet.draw(&painter, QPointF(textLeft(), 0));
}

} // namespace narscope::ui
