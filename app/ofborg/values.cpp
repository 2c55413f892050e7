// SPDX-License-Identifier: GPL-3.0-or-later
#include "ofborg/types.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace narscope::ofborg {

QString word(BuildStatus status)
{
    switch (status) {
    case BuildStatus::Running:
        return u"running"_s;
    case BuildStatus::Success:
        return u"success"_s;
    case BuildStatus::Failure:
        return u"failure"_s;
    case BuildStatus::TimedOut:
        return u"timed-out"_s;
    case BuildStatus::HashMismatch:
        return u"hash-mismatch"_s;
    case BuildStatus::UnexpectedError:
        return u"error"_s;
    case BuildStatus::Skipped:
        break;
    }
    return u"skipped"_s;
}

bool isFailure(BuildStatus status)
{
    return status != BuildStatus::Running && status != BuildStatus::Success && status != BuildStatus::Skipped;
}

QString PullKey::text() const
{
    return u"%1/%2.%3"_s.arg(owner.toLower(), repository.toLower(), number.text());
}

std::optional<PullKey> PullKey::parse(const QString &text)
{
    static const QRegularExpression form(
        QRegularExpression::anchoredPattern(u"([A-Za-z0-9-]{1,100})/([A-Za-z0-9._-]{1,100})\\.([1-9]\\d{0,8})"_s));
    const auto match = form.match(text);
    if (!match.hasMatch())
        return {};
    return PullKey{.owner = match.captured(1),
        .repository = match.captured(2),
        .number = PullRequestNr(match.capturedView(3).toLongLong())};
}

QStringList Attempt::attempted() const
{
    return result && result->attempted ? *result->attempted : start ? start->attempted : QStringList();
}

QStringList Attempt::skipped() const
{
    return result && result->skipped ? *result->skipped : start ? start->skipped : QStringList();
}

} // namespace narscope::ofborg
