// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/metricstext.h"

#include <charconv>
#include <limits>

using namespace Qt::StringLiterals;

namespace narscope::hydra {

namespace {

constexpr qsizetype largestScrape = 64 * 1024 * 1024; ///< bytes
constexpr qsizetype mostSamples = 1'000'000;

bool isBlank(char c)
{
    return c == ' ' || c == '\t';
}

bool isNameStart(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}

/// Reads one line from left to right.
class LineReader {
public:
    explicit LineReader(QByteArrayView line)
        : m_rest(line)
    {
    }

    void skipBlanks()
    {
        while (!m_rest.isEmpty() && isBlank(m_rest.front()))
            m_rest = m_rest.sliced(1);
    }
    bool take(char c)
    {
        if (m_rest.isEmpty() || m_rest.front() != c)
            return false;
        m_rest = m_rest.sliced(1);
        return true;
    }
    [[nodiscard]] bool atEnd() const { return m_rest.isEmpty(); }

    /// A metric's or label's name; empty when there is none.
    QByteArrayView name()
    {
        qsizetype end = 0;
        while (
            end < m_rest.size() && (isNameStart(m_rest[end]) || (end > 0 && m_rest[end] >= '0' && m_rest[end] <= '9')))
            ++end;
        return taken(end);
    }
    QByteArrayView word()
    {
        qsizetype end = 0;
        while (end < m_rest.size() && !isBlank(m_rest[end]))
            ++end;
        return taken(end);
    }
    /// "..." with \\, \" and \n; nothing when it does not close.
    std::optional<QByteArray> quoted()
    {
        if (!take('"'))
            return {};
        QByteArray text;
        while (!atEnd() && m_rest.front() != '"') {
            auto c = taken(1).front();
            if (c == '\\' && !atEnd()) {
                c = taken(1).front();
                c = c == 'n' ? '\n' : c;
            }
            text.append(c);
        }
        return take('"') ? std::optional(text) : std::nullopt;
    }

private:
    QByteArrayView taken(qsizetype count)
    {
        const auto front = m_rest.first(count);
        m_rest = m_rest.sliced(count);
        return front;
    }

    QByteArrayView m_rest;
};

std::optional<double> valueOf(QByteArrayView word)
{
    if (word == "NaN")
        return std::numeric_limits<double>::quiet_NaN();
    if (word == "+Inf" || word == "Inf")
        return std::numeric_limits<double>::infinity();
    if (word == "-Inf")
        return -std::numeric_limits<double>::infinity();
    if (word.startsWith('+'))
        word = word.sliced(1);
    double value = 0;
    const auto [end, error] = std::from_chars(word.begin(), word.end(), value);
    return error == std::errc() && end == word.end() ? std::optional(value) : std::nullopt;
}

bool readLabels(LineReader &line, MetricSample &sample)
{
    if (!line.take('{'))
        return true;
    line.skipBlanks();
    while (!line.take('}')) {
        const auto name = line.name();
        line.skipBlanks();
        if (name.isEmpty() || !line.take('='))
            return false;
        line.skipBlanks();
        auto text = line.quoted();
        if (!text)
            return false;
        sample.labels.append({name.toByteArray(), std::move(*text)});
        line.skipBlanks();
        if (line.take(','))
            line.skipBlanks();
    }
    return true;
}

std::optional<MetricSample> readSample(QByteArrayView text)
{
    LineReader line(text);
    MetricSample sample;
    sample.name = line.name().toByteArray();
    line.skipBlanks();
    if (sample.name.isEmpty() || !readLabels(line, sample))
        return {};
    line.skipBlanks();
    const auto value = valueOf(line.word());
    if (!value)
        return {};
    sample.value = *value;
    line.skipBlanks();
    if (const auto time = line.word(); !time.isEmpty()) {
        bool isNumber = false;
        sample.timeMs = time.toLongLong(&isNumber);
        if (!isNumber)
            return {};
    }
    line.skipBlanks();
    return line.atEnd() ? std::optional(sample) : std::nullopt;
}

void readComment(QByteArrayView text, Metrics &metrics)
{
    LineReader line(text);
    line.take('#');
    line.skipBlanks();
    if (line.word() != "TYPE")
        return;
    line.skipBlanks();
    const auto name = line.word();
    line.skipBlanks();
    metrics.types.insert(name.toByteArray(), line.word().toByteArray());
}

} // namespace

Result<Metrics> parseMetrics(QByteArrayView body)
{
    if (body.size() > largestScrape)
        return problem(ProblemKind::TooLarge, u"%1 bytes of metrics"_s.arg(body.size()));
    Metrics metrics;
    qsizetype number = 0;
    for (qsizetype at = 0; at < body.size();) {
        auto end = body.indexOf('\n', at);
        end = end < 0 ? body.size() : end;
        const auto line = body.sliced(at, end - at).trimmed();
        at = end + 1;
        ++number;
        if (line.isEmpty())
            continue;
        if (line.startsWith('#')) {
            readComment(line, metrics);
            continue;
        }
        auto sample = readSample(line);
        if (!sample)
            return problemSaying(ProblemKind::Malformed, u"This is not Prometheus text."_s, u"line %1"_s.arg(number),
                QString::fromUtf8(line.first(qMin<qsizetype>(line.size(), 200))));
        if (metrics.samples.size() >= mostSamples)
            return problem(ProblemKind::TooLarge, u"line %1"_s.arg(number), u"more than a million samples"_s);
        metrics.samples.append(std::move(*sample));
    }
    return metrics;
}

} // namespace narscope::hydra
