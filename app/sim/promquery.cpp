// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/promquery.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::sim {

namespace {

std::unexpected<Problem> parseError(const QString &what)
{
    return problemSaying(ProblemKind::Malformed, u"invalid parameter \"query\": 1:1: parse error: "_s + what);
}

// name {label op "value", ...} with optional [range].
const QRegularExpression &selectorForm()
{
    static const QRegularExpression form(uR"(^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)?\s*(?:\{(.*)\})?\s*(\[\w+\])?\s*$)"_s);
    return form;
}

Result<PromMatcher> matcher(const QRegularExpressionMatch &match)
{
    const QString sign = match.captured(2);
    PromMatcher made{.label = match.captured(1).toUtf8(),
        .value = match.captured(3).toUtf8(),
        .pattern = {},
        .isRegex = sign.endsWith(u'~'),
        .negated = sign.startsWith(u'!')};
    if (made.isRegex) {
        made.pattern.setPattern(QRegularExpression::anchoredPattern(match.captured(3)));
        if (!made.pattern.isValid())
            return parseError(u"bad regular expression"_s);
    }
    return made;
}

Result<PromSelector> selector(const QString &text)
{
    const QRegularExpressionMatch whole = selectorForm().match(text);
    if (!whole.hasMatch() || (whole.captured(1).isEmpty() && whole.captured(2).isEmpty()))
        return parseError(text.trimmed().isEmpty() ? u"no expression found in input"_s : u"unexpected character"_s);
    PromSelector made;
    if (!whole.captured(1).isEmpty())
        made.matchers.append({.label = "__name__", .value = whole.captured(1).toUtf8(), .pattern = {}});
    static const QRegularExpression one(uR"re(\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*"([^"]*)"\s*(,|$))re"_s);
    const QString inner = whole.captured(2);
    for (qsizetype at = 0; at < inner.size();) {
        const QRegularExpressionMatch next
            = one.match(inner, at, QRegularExpression::NormalMatch, QRegularExpression::AnchorAtOffsetMatchOption);
        if (!next.hasMatch())
            return parseError(u"unexpected character inside braces"_s);
        auto read = matcher(next);
        if (!read)
            return std::unexpected(read.error());
        made.matchers.append(std::move(*read));
        at = next.capturedEnd();
    }
    return made;
}

} // namespace

bool PromMatcher::matches(const QByteArray &text) const
{
    const bool same = isRegex ? pattern.match(QString::fromUtf8(text)).hasMatch() : text == value;
    return same != negated;
}

bool PromSelector::matches(const PromLabels &labels) const
{
    return std::ranges::all_of(matchers, [&labels](const PromMatcher &matcher) {
        const auto found = std::ranges::find(labels, matcher.label, &std::pair<QByteArray, QByteArray>::first);
        return matcher.matches(found == labels.end() ? QByteArray() : found->second);
    });
}

Result<PromSelector> parsePromQuery(const QByteArray &query)
{
    constexpr qsizetype longest = 4096;
    if (query.size() > longest)
        return parseError(u"too long"_s);
    QString text = QString::fromUtf8(query).trimmed();
    static const QString function = u"last_over_time("_s;
    const bool isFunction = text.startsWith(function) && text.endsWith(u')');
    if (isFunction)
        text = text.mid(function.size(), text.size() - function.size() - 1);
    else if (text.contains(u'('))
        return problemSaying(
            ProblemKind::Unsupported, u"The simulator's Prometheus knows selectors and last_over_time() only."_s);
    return selector(text).transform([isFunction](PromSelector made) {
        made.dropsName = isFunction;
        return made;
    });
}

} // namespace narscope::sim
