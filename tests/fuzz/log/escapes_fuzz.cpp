// SPDX-License-Identifier: GPL-3.0-or-later
#include "../nix/fuzz.h"

#include "log/escapes.h"

using namespace narscope;
using namespace narscope::log;

namespace {

void lookAt(QByteArrayView line)
{
    for (const bool unfolded : {false, true}) {
        const auto cooked = cook(line, {}, unfolded);
        fuzz::require(cooked.text.size() <= 2 * maxCooked);
        qint32 last = -1;
        for (const auto &span : cooked.spans) {
            fuzz::require(span.begin >= last && span.begin <= cooked.text.size());
            last = span.begin;
        }
        for (const auto &link : cooked.links)
            fuzz::require(link.begin >= 0 && link.begin <= link.end && link.end <= cooked.text.size());
        if (!cooked.isCut)
            fuzz::require(cooked.end == styleAfter(line, {}));
    }
}

/// The lines that are seen otherwise than they are written, in the places of those, make what is seen.
QByteArray putTogether(QByteArrayView text)
{
    CleanedLines cleaned;
    cleaned.take(text, {}, true);
    QByteArray all;
    qsizetype from = 0;
    for (size_t i = 0; i < cleaned.begins.size(); ++i) {
        const auto begin = qsizetype(cleaned.begins[i]);
        const auto seen = qsizetype(cleaned.cleanedBegins[i]);
        const bool isLast = i + 1 == cleaned.begins.size();
        all += text.sliced(from, begin - from);
        all += cleaned.text.sliced(seen, (isLast ? cleaned.text.size() : cleaned.cleanedBegins[i + 1]) - seen);
        const auto end = text.indexOf('\n', begin);
        from = end < 0 ? text.size() : end + 1;
    }
    return all += text.sliced(from);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto text = fuzz::view(data, size);
    const auto seen = visible(text);
    fuzz::require(seen.count('\n') == text.count('\n') && seen.size() <= text.size());
    fuzz::require(putTogether(text) == seen);
    qsizetype begin = 0;
    qsizetype seenBegin = 0;
    while (begin <= text.size()) {
        const auto end = text.indexOf('\n', begin);
        const auto line = text.sliced(begin, (end < 0 ? text.size() : end) - begin);
        lookAt(line);
        // Line by line is the same as all at once: nothing reaches over a line's end.
        const auto seenEnd = seen.indexOf('\n', seenBegin);
        fuzz::require(
            visible(line) == QByteArrayView(seen).sliced(seenBegin, (seenEnd < 0 ? seen.size() : seenEnd) - seenBegin));
        if (end < 0)
            break;
        begin = end + 1;
        seenBegin = seenEnd + 1;
    }
    return 0;
}
