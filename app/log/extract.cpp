// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/extract.h"

#include "log/compare.h"
#include "log/escapes.h"
#include "log/linereader.h"
#include "log/search.h"
#include "log/warnings.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::log {

namespace {

/// Every line that a rule could fit has one of these words; all other lines are passed over at the speed of a search.
/// No «.» alone: Vectorscan does not take it (see Matcher), and PCRE2 needs half a minute for a GiB.
constexpr const char *triggers
    = "error|fail|fatal|cannot|can't|could not|unable|undefined|multiple definition|not found|no such|no space|no "
      "package|no rule|no targets|quota"
      "|denied|not permitted|read-only|killed|memory|bad_alloc|sigkill|sigsegv|sigabrt|fault|dumped|terminate "
      "called|timed out|timeout|mismatch|limit"
      "|assert|panic|exception|hunk|patch|not "
      "ok|interrupt|exit|missing|unresolved|unhandled|uncaught|unreachable|refused|resol|enoent|eacces|recogni"
      "|is a directory|not a directory|file exists|requested|line "
      "[0-9]|[.]go:[0-9]|[.]java:[0-9]|[.]java:\\[[0-9]|stack "
      "smashing|illegal|bus error|marked as|invalid command|wrong # args|not in gzip|unexpected end|does not look like"
      "|[.]lua:[0-9]|expected|unknown|unmatched|untermin|nonexist|invalid|bad |duplicate|syntax|not defined|not "
      "declared|not the same|was not|relocation|[*][*][*] |no code for|curl: [(]"
      "|[.][a-z]+:[0-9]+:|:[0-9]+[,.][0-9]+-|err_| 1[)] |not installed|not satisfied|forbidden|do not "
      "know|unpacker|not allowed|did not find"
      "|is required|are required|uninitialised|process terminating|inconsistent|couldn't|does not exist|doesn't exist";

struct Candidate {
    Line line;
    ErrorJudgement judgement;
};

/// Many errors tell less than the first and the last ones.
constexpr qint64 maxJudged = 40'000;

Result<std::vector<Line>> candidateLines(
    const Bytes &bytes, const LineIndex &index, QThreadPool *pool, const std::atomic<bool> *cancelled)
{
    static const auto search = Search::compile(Query::of({.text = QString::fromLatin1(triggers), .isRegex = true}));
    if (!search)
        return std::unexpected(search.error());
    Findings findings;
    const auto searched = searchAll(
        **search, bytes, index, searchOrder(index, Line(0)), pool,
        [&findings](BlockFinding finding) {
            findings.add(std::move(finding));
            return true;
        },
        cancelled);
    if (!searched)
        return std::unexpected(searched.error());
    std::vector<Line> lines;
    const auto count = findings.size();
    for (qint64 n = 0; n < count; ++n) {
        if (count > maxJudged && n == maxJudged / 2)
            n = count - maxJudged / 2;
        lines.push_back(findings.at(n));
    }
    return lines;
}

constexpr qsizetype mostJudged = 4096; ///< bytes of a line

Result<QByteArray> textOf(Line line, const Bytes &bytes, const LineIndex &index)
{
    const auto begin = index.offsetOf(line, bytes);
    if (!begin)
        return std::unexpected(begin.error());
    auto raw = bytes.read(*begin, mostJudged);
    if (!raw)
        return std::unexpected(raw.error());
    if (const auto end = raw->indexOf('\n'); end >= 0)
        raw->truncate(end);
    return visible(*raw);
}

const Phase *phaseOf(Line line, const std::vector<Phase> &phases)
{
    const auto past = std::ranges::upper_bound(phases, line, {}, &Phase::begin);
    return past == phases.begin() ? nullptr : &*(past - 1);
}

bool isIndented(const QByteArray &text)
{
    return text.isEmpty() || text.front() == ' ' || text.front() == '\t' || text.front() == '|';
}

/// The lines around that belong to it: what is indented below, a few above.
void surround(ErrorFinding &finding, const Bytes &bytes, const LineIndex &index)
{
    constexpr int above = 3;
    constexpr int below = 12;
    finding.begin = Line(qMax<qint64>(0, finding.line.value - above));
    qint64 end = finding.line.value + 1;
    while (end < index.lineCount() && end - finding.line.value < below) {
        const auto text = textOf(Line(end), bytes, index);
        if (!text || !isIndented(*text))
            break;
        ++end;
    }
    finding.end = Line(qMin(index.lineCount(), qMax(end, finding.line.value + 3)));
}

/// «make: [Makefile:2: all] Error 1 (ignored)»
bool saysIgnored(QByteArrayView text)
{
    return text.endsWith(" (ignored)") && (text.startsWith("make") || text.startsWith("gmake"));
}

/// Where warnings count as errors and nothing else is one, the first of them is the cause.
Result<void> addWarning(std::vector<Candidate> &candidates, const Bytes &bytes, const LineIndex &index,
    QThreadPool *pool, const std::atomic<bool> *cancelled)
{
    constexpr int weight = 50;
    const auto counts = [](const Candidate &one) { return one.judgement.message.contains("treated as errors"_L1); };
    const auto isCause = [](const Candidate &one) { return one.judgement.kind != ErrorKind::Consequence; };
    if (std::ranges::none_of(candidates, counts) || std::ranges::any_of(candidates, isCause))
        return {};
    const auto warnings = findWarnings(bytes, index, pool, cancelled);
    if (!warnings)
        return std::unexpected(warnings.error());
    if (warnings->size() == 0)
        return {};
    const auto line = warnings->at(0);
    const auto text = textOf(line, bytes, index);
    if (!text)
        return std::unexpected(text.error());
    candidates.push_back(
        {line, {.kind = ErrorKind::Other, .weight = weight, .message = QString::fromUtf8(*text).left(500)}});
    return {};
}

QString reason(const ErrorFinding &finding, bool inLastPhase, bool isFirst)
{
    if (finding.kind == ErrorKind::Consequence)
        return u"Says that something failed, not why."_s;
    auto text = isFirst ? u"The first of its kind"_s : u"Another of its kind"_s;
    if (!finding.phase.isEmpty())
        text += u" in %1"_s.arg(finding.phase) + (inLastPhase ? u", where the log ends"_s : QString());
    return text + u'.';
}

std::vector<ErrorFinding> rank(const std::vector<Candidate> &candidates, const std::vector<Phase> &phases)
{
    const auto *last = phases.empty() ? nullptr : &phases.back();
    std::vector<ErrorFinding> findings;
    std::vector<qint64> order; // of lines with one score: the earliest, or for tracebacks the last
    std::vector<size_t> rows;
    for (const auto &[line, judgement] : candidates) {
        const auto *phase = phaseOf(line, phases);
        const bool inLast = phase == last;
        ErrorFinding finding{.line = line,
            .kind = judgement.kind,
            .score = judgement.weight + (inLast ? 30 : 0),
            .phase = phase ? phase->name : QString(),
            .message = judgement.message};
        rows.push_back(findings.size());
        order.push_back(judgement.lastCounts ? -line.value : line.value);
        findings.push_back(std::move(finding));
    }
    std::ranges::stable_sort(rows, [&](size_t a, size_t b) {
        return findings[a].score != findings[b].score ? findings[a].score > findings[b].score : order[a] < order[b];
    });
    std::vector<ErrorFinding> best;
    std::vector<ErrorKind> seen;
    for (const auto row : rows) {
        auto &finding = findings[row];
        const bool isFirst = std::ranges::find(seen, finding.kind) == seen.end();
        seen.push_back(finding.kind);
        finding.why = reason(finding, last && finding.phase == last->name, isFirst);
        best.push_back(std::move(finding));
        if (best.size() == maxFindings)
            break;
    }
    return best;
}

} // namespace

Result<ErrorExtract> extractErrors(const Bytes &bytes, const LineIndex &index, const std::vector<Phase> &phases,
    QThreadPool *pool, const std::atomic<bool> *cancelled)
{
    const auto lines = candidateLines(bytes, index, pool, cancelled);
    if (!lines)
        return std::unexpected(lines.error());
    std::vector<Candidate> candidates;
    LineReader reader(bytes, index, mostJudged);
    for (const auto line : *lines) {
        if (cancelled && cancelled->load(std::memory_order_relaxed))
            return problem(ProblemKind::Cancelled, {});
        const auto raw = reader.line(line);
        if (!raw)
            return std::unexpected(raw.error());
        const auto text = visible(*raw);
        if (saysIgnored(text)) // what the line before said did not break the build
            std::erase_if(candidates, [line](const Candidate &one) { return one.line.value == line.value - 1; });
        else if (auto judgement = judge(text))
            candidates.push_back({line, std::move(*judgement)});
    }
    if (const auto added = addWarning(candidates, bytes, index, pool, cancelled); !added)
        return std::unexpected(added.error());
    ErrorExtract extract{.findings = rank(candidates, phases), .errorLines = qint64(candidates.size())};
    for (auto &finding : extract.findings)
        surround(finding, bytes, index);
    return extract;
}

QByteArray ErrorExtract::fingerprint() const
{
    if (findings.empty())
        return {};
    const auto &first = findings.front();
    return key(first.kind).toLatin1() + ':' + normalised(first.message.toUtf8());
}

} // namespace narscope::log
