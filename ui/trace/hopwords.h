// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "trace/types.h"
#include "ui/widgets/detailrows.h"

// What is said about one hop: pure words, shown by hoppanel.h.

namespace narscope::ui {

struct WordColumn {
    QString title;
    QList<DetailRow> rows;

    bool operator==(const WordColumn &) const = default;
};

struct HopWords {
    std::optional<trace::Grade> grade; ///< none: not reached
    Mark mark = Mark::None; ///< of the stop, where there is no grade
    QString kind; ///< «Signed», «Waits», «Failed»
    QString name; ///< «Build → Cache, x86_64-linux»
    QString place; ///< «hop 12 of 20»
    QStringList findings; ///< what contradicts it, with advice
    QString sentence; ///< what was proved and what was not; or why it is not reached
    QList<WordColumn> columns; ///< none empty
    QString command; ///< that checks it by hand; empty: there is none
    QString raw; ///< the answers it rests on, as plain text
    std::optional<Subject> subject; ///< what opens
    QUrl source;

    bool operator==(const HopWords &) const = default;
};

/// `hop`: in Trace::hops; -1: of the stop alone. `stop`: its id.
[[nodiscard]] HopWords wordsOf(const trace::Trace &trace, int hop, const trace::StopId &stop, qint64 now);
/// The same as text for a comment or a report.
[[nodiscard]] QString evidenceText(const HopWords &words);
/// The answers as they came: what cannot be shown as text is replaced, long ones are cut.
[[nodiscard]] QString rawText(const trace::Trace &trace, const QList<QByteArray> &digests);

} // namespace narscope::ui
