// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace/hopwords.h"

#include "base/format.h"
#include "ui/trace/pictureof.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr qsizetype mostRaw = 64 * 1024; ///< bytes of one answer
constexpr qsizetype shortDigest = 12;
constexpr qsizetype longestValue = 56;

QString say(const char *words)
{
    return QCoreApplication::translate("Hop", words);
}

QString capital(const QString &text)
{
    return text.isEmpty() ? text : text.first(1).toUpper() + text.sliced(1);
}

/// Control characters become their pictures, so that a server's text cannot play with the view.
QString shown(const QByteArray &bytes)
{
    auto text = QString::fromUtf8(bytes.first(std::min(bytes.size(), mostRaw)));
    for (auto &c : text) {
        if (c < u' ' && c != u'\n' && c != u'\t')
            c = QChar(char16_t(0x2400 + c.unicode()));
    }
    return bytes.size() > mostRaw ? text + u"\n…"_s : text;
}

QList<DetailRow> rowsOf(const QList<trace::Field> &fields, Mark mark)
{
    QList<DetailRow> rows;
    for (const auto &field : fields)
        rows << DetailRow{.label = field.name.left(40),
            .text = elideMiddle(field.value.left(1000).simplified(), longestValue),
            .whole = field.value,
            .mark = mark,
            .mono = true};
    return rows;
}

class Words {
public:
    Words(const trace::Trace &trace, int hop, const trace::StopId &stop, qint64 now)
        : m_trace(trace)
        , m_hop(hop >= 0 && hop < trace.hops.size() ? &trace.hops[hop] : nullptr)
        , m_stop(trace.stop(stop))
        , m_excuse(trace.excuse(stop))
        , m_now(now)
    {
    }

    HopWords make()
    {
        if (!m_stop)
            return {};
        m_words.name = name();
        m_words.mark = markOf(m_stop->state);
        m_words.kind = capital(trace::word(m_stop->state).replace(u'-', u' '));
        m_words.subject = m_stop->subject;
        addFindings();
        if (m_hop && m_hop->grade)
            addProof();
        if (m_excuse)
            addExcuse();
        if (m_hop)
            addSource();
        if (m_words.sentence.isEmpty())
            m_words.sentence = m_stop->text;
        return std::move(m_words);
    }

private:
    [[nodiscard]] QString name() const;
    void addFindings();
    void addProof();
    void addExcuse();
    void addSource();
    void addColumn(const QString &title, const QList<DetailRow> &rows)
    {
        if (!rows.isEmpty())
            m_words.columns << WordColumn{title, rows};
    }

    const trace::Trace &m_trace;
    const trace::Hop *m_hop;
    const trace::Stop *m_stop;
    const trace::Excuse *m_excuse;
    qint64 m_now;
    HopWords m_words;
};

QString Words::name() const
{
    const auto kindOf = [](const trace::Stop &stop) { return capital(trace::title(stop.kind)); };
    // On a way back the stop chosen may be the hop's beginning: it is drawn from left to right all the same.
    const auto *from = m_hop ? m_trace.stop(m_hop->from) : nullptr;
    const auto *to = m_hop ? m_trace.stop(m_hop->to) : nullptr;
    if (!to)
        to = m_stop;
    const auto way = from ? kindOf(*from) + u" → "_s + trace::title(to->kind) : kindOf(*to);
    const auto what = nameOf(*to);
    return what.isEmpty() ? way : way + u", "_s + what;
}

void Words::addFindings()
{
    for (const auto &finding : m_trace.findings) {
        if (finding.stop == m_stop->id)
            m_words.findings << (finding.sentence + u' ' + finding.advice).trimmed();
    }
}

void Words::addProof()
{
    using enum trace::Grade;
    m_words.grade = m_hop->grade;
    m_words.kind = capital(trace::title(*m_hop->grade));
    m_words.sentence = (m_hop->sentence + u' ' + m_hop->caveat).trimmed();
    int place = 0;
    int reached = 0;
    for (const auto &hop : m_trace.hops) {
        reached += hop.grade.has_value();
        if (&hop == m_hop)
            place = reached;
    }
    m_words.place = say("hop %1 of %2").arg(place).arg(reached);
    const bool isSigned = m_hop->grade == Signed;
    addColumn(isSigned                   ? say("Covered by the signature")
            : m_hop->grade == HashLinked ? say("Covered by the hash")
                                         : say("What it rests on"),
        rowsOf(m_hop->covered, Mark::Holds));
    addColumn(isSigned                        ? say("Claimed, not signed")
            : m_hop->grade == AssertedOverTls ? say("Said by %1, not proved").arg(m_hop->source.host())
                                              : say("Claimed, not covered"),
        rowsOf(m_hop->claimed, Mark::NotChecked));
}

void Words::addExcuse()
{
    m_words.sentence = (m_words.sentence + u' ' + trace::sentence(*m_excuse, m_now)).trimmed();
    QList<DetailRow> blockers;
    for (const auto &blocker : m_excuse->blockers)
        blockers << DetailRow{
            .text = blocker.cause.isEmpty() ? blocker.name : blocker.name + u" ("_s + blocker.cause + u')',
            .mark = m_stop->state == trace::StopState::Failed || !blocker.cause.isEmpty() ? Mark::Failed : Mark::Queued,
            .subject = blocker.subject};
    if (const auto more = m_excuse->blocking - m_excuse->blockers.size(); more > 0 && !blockers.isEmpty())
        blockers << DetailRow{.text = say("and %1 more").arg(formatCount(more)), .quiet = true};
    if (blockers.isEmpty() && !m_excuse->waitsFor.isEmpty())
        blockers << DetailRow{.text = m_excuse->waitsFor, .mark = m_words.mark};
    addColumn(say("What it waits for"), blockers);
    QList<DetailRow> times;
    if (m_excuse->since)
        times << DetailRow{.label = say("Since"),
            .text = say("%1, %2 ago")
                .arg(formatTime(*m_excuse->since, m_now), formatAge(std::chrono::seconds(m_now - *m_excuse->since))),
            .whole = formatExactTime(*m_excuse->since)};
    if (m_excuse->likely) {
        times << DetailRow{.label = say("Likely"),
            .text
            = say("%1 to %2").arg(formatTime(m_excuse->likely->from, m_now), formatTime(m_excuse->likely->to, m_now))};
        times << DetailRow{.label = say("Basis"),
            .text
            = m_excuse->likely->fromHistory ? say("what Narscope saw before") : say("how often this usually happens"),
            .quiet = true};
    }
    if (m_excuse->remaining > 0)
        times << DetailRow{.label = say("Left"), .text = formatCount(m_excuse->remaining)};
    addColumn(say("When"), times);
    QList<DetailRow> advice;
    if (!m_excuse->advice.isEmpty())
        advice << DetailRow{.text = m_excuse->advice};
    if (m_excuse->problem) {
        advice << DetailRow{.text = m_excuse->problem->sentence, .mark = Mark::Warning};
        if (!m_excuse->problem->advice.isEmpty() && m_excuse->problem->advice != m_excuse->advice)
            advice << DetailRow{.text = m_excuse->problem->advice};
    }
    addColumn(say("What you can do"), advice);
}

void Words::addSource()
{
    QList<DetailRow> rows;
    for (const auto &digest : m_hop->answers) {
        const auto *answer = m_trace.answer(digest);
        if (!answer)
            continue;
        rows << DetailRow{.label = answer->status == 0 ? say("Read") : say("Asked"),
            .text = elideMiddle(answer->url.toDisplayString(QUrl::RemoveScheme).mid(2), longestValue),
            .whole = answer->url.toString(QUrl::FullyEncoded),
            .mono = true};
        rows << DetailRow{.label = say("Seen"),
            .text = say("%1 UTC, %2 ago")
                .arg(formatTime(answer->at, m_now),
                    formatAge(std::chrono::seconds(std::max<qint64>(0, m_now - answer->at)))),
            .whole = formatExactTime(answer->at)};
        const auto digits = QString::fromLatin1(answer->sha256);
        rows << DetailRow{.label = say("Answer"),
            .text = (answer->status > 0 ? QString::number(answer->status) + u", "_s : QString())
                + formatSize(answer->size) + u", sha256 "_s + digits.first(std::min(shortDigest, digits.size())) + u'…',
            .whole = u"sha256:"_s + digits,
            .mono = true};
        if (!answer->node.isEmpty())
            rows << DetailRow{.label = say("Node"), .text = QString::fromUtf8(answer->node.left(80)), .mono = true};
    }
    if (!m_hop->stronger.isEmpty())
        rows << DetailRow{.label = say("Stronger"), .text = m_hop->stronger};
    if (!m_hop->command.isEmpty())
        rows << DetailRow{.label = say("By hand"),
            .text = elideMiddle(m_hop->command.simplified(), longestValue),
            .whole = m_hop->command,
            .mono = true};
    addColumn(say("Where this comes from"), rows);
    m_words.command = m_hop->command;
    m_words.source = m_hop->source;
    m_words.raw = rawText(m_trace, m_hop->answers);
}

} // namespace

HopWords wordsOf(const trace::Trace &trace, int hop, const trace::StopId &stop, qint64 now)
{
    return Words(trace, hop, stop, now).make();
}

QString evidenceText(const HopWords &words)
{
    QStringList lines{words.kind + u": "_s + words.name, words.sentence};
    for (const auto &finding : words.findings)
        lines << say("Contradiction: %1").arg(finding);
    for (const auto &column : words.columns) {
        lines << QString() << column.title;
        for (const auto &row : column.rows)
            lines << u"  "_s + (row.label.isEmpty() ? QString() : row.label + u": "_s)
                    + (row.whole.isEmpty() ? row.text : row.whole);
    }
    return lines.join(u'\n') + u'\n';
}

QString rawText(const trace::Trace &trace, const QList<QByteArray> &digests)
{
    QStringList parts;
    for (const auto &digest : digests) {
        const auto *answer = trace.answer(digest);
        if (!answer)
            continue;
        auto head = answer->url.toString(QUrl::FullyEncoded);
        if (answer->status > 0)
            head += u" → "_s + QString::number(answer->status);
        if (!answer->location.isEmpty())
            head += u"\nLocation: "_s + shown(answer->location);
        const bool isKept = !answer->body.isEmpty() || answer->size == 0;
        parts << head + u"\n\n"_s
                + (isKept ? shown(answer->body)
                          : say("(%1, too large to keep; sha256 %2)")
                                .arg(formatSize(answer->size), QString::fromLatin1(answer->sha256)));
    }
    return parts.join(u"\n\n"_s);
}

} // namespace narscope::ui
