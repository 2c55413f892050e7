// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/challenge.h"

using namespace Qt::StringLiterals;

namespace narscope::nix {

void ChallengeTally::add(
    const QString &cache, const Result<CacheAnswer> &answer, const NarInfo &ours, const QByteArray &storeDir)
{
    if (!answer) {
        (answer.error().kind == ProblemKind::NotFound ? m_without : m_silent) << cache;
        return;
    }
    const auto reading = readNarInfo(answer->body, storeDir);
    if (!reading || reading->info.path != ours.path)
        m_silent << cache;
    else if (reading->info.narHash == ours.narHash && reading->info.narSize == ours.narSize)
        m_same << cache;
    else
        m_differ << u"%1 (%2)"_s.arg(cache, QString::fromLatin1(reading->info.narHash.prefixedNix32()));
}

void ChallengeTally::climb(Rung &rung) const
{
    QStringList parts;
    const auto say = [&parts](const QString &what, const QStringList &caches) {
        if (!caches.isEmpty())
            parts << what + caches.join(u", "_s);
    };
    say(u"other contents: "_s, m_differ);
    say(u"the same contents: "_s, m_same);
    say(u"without this path: "_s, m_without);
    say(u"no usable answer: "_s, m_silent);
    rung.detail = parts.isEmpty() ? u"There is no other cache to ask."_s : parts.join(u"; "_s) + u'.';
    if (!m_differ.isEmpty())
        rung.verdict = Verdict::Fails;
    else if (!m_silent.isEmpty())
        rung.verdict = Verdict::Unchecked; // it may be the one that differs
    else if (!m_same.isEmpty())
        rung.verdict = Verdict::Holds;
    else
        rung.verdict = m_without.isEmpty() ? Verdict::Unchecked : Verdict::Unavailable;
}

} // namespace narscope::nix
