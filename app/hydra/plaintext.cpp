// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/plaintext.h"

namespace narscope::hydra {

namespace {

/// gumbo puts U+FFFD in the place of ESC.
bool isEscape(const QString &text, qsizetype at)
{
    return text[at] == u'\x1b'
        || (text[at] == QChar::ReplacementCharacter && at + 1 < text.size() && text[at + 1] == u'[');
}

/// The end of a terminal escape that begins at `at`: ESC [ parameters letter, or ESC and one character.
qsizetype escapeEnd(const QString &text, qsizetype at)
{
    auto end = at + 1;
    if (end < text.size() && text[end] == u'[') {
        ++end;
        while (end < text.size() && text[end] >= u' ' && text[end] < u'@')
            ++end;
    }
    return qMin(end + 1, text.size());
}

} // namespace

QString plainText(const QString &text)
{
    QString plain;
    plain.reserve(text.size());
    for (qsizetype at = 0; at < text.size();) {
        if (isEscape(text, at)) {
            at = escapeEnd(text, at);
            continue;
        }
        const auto c = text[at++];
        const bool isControl = c.category() == QChar::Other_Control || c.category() == QChar::Other_Format;
        if (!isControl || c == u'\n' || c == u'\t')
            plain.append(c);
    }
    return plain;
}

QString plainLine(const QString &text)
{
    return plainText(text).simplified();
}

} // namespace narscope::hydra
