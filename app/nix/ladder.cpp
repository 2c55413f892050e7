// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/ladder.h"

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

struct RungWords {
    QString word;
    QString title;
};

const RungWords &wordsOf(RungName name)
{
    static const std::array<RungWords, allRungs.size()> words{{
        {u"narinfo"_s, u"narinfo"_s},
        {u"signature"_s, u"signature"_s},
        {u"content-address"_s, u"content address"_s},
        {u"url"_s, u"URL"_s},
        {u"file-hash"_s, u"hash of the file served"_s},
        {u"nar-hash"_s, u"hash of the contents"_s},
        {u"nar-form"_s, u"form of the archive"_s},
        {u"references"_s, u"references"_s},
        {u"challenge"_s, u"other caches"_s},
        {u"deriver"_s, u"deriver"_s},
        {u"closure"_s, u"closure"_s},
    }};
    return words[static_cast<size_t>(name)];
}

bool isAsked(RungName name, const Asked &what)
{
    switch (name) {
    case RungName::NarInfo:
    case RungName::Signature:
    case RungName::ContentAddress:
    case RungName::Url:
        return true;
    case RungName::FileHash:
        return what.depth >= Depth::File;
    case RungName::NarHash:
    case RungName::NarForm:
        return what.depth >= Depth::Nar;
    case RungName::References:
        return what.depth >= Depth::References;
    case RungName::Challenge:
        return what.challenge;
    case RungName::Deriver:
        return what.deriver;
    case RungName::Closure:
        return what.closure;
    }
    return false;
}

/// Asked for by name, so that nothing to check is no answer either.
bool isExtra(RungName name)
{
    return name == RungName::Challenge || name == RungName::Deriver || name == RungName::Closure;
}

bool isOpen(const Rung &rung)
{
    return rung.asked
        && (rung.verdict == Verdict::Unchecked || (rung.verdict == Verdict::Unavailable && isExtra(rung.name)));
}

QString titles(const std::vector<RungName> &names)
{
    QStringList list;
    for (const auto name : names)
        list << title(name);
    return list.join(u", "_s);
}

std::vector<RungName> withVerdict(const PathReport &report, Verdict verdict)
{
    std::vector<RungName> names;
    for (const auto &rung : report.rungs) {
        if (rung.verdict == verdict)
            names.push_back(rung.name);
    }
    return names;
}

} // namespace

QString word(RungName name)
{
    return wordsOf(name).word;
}

QString title(RungName name)
{
    return wordsOf(name).title;
}

QString word(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Holds:
        return u"holds"_s;
    case Verdict::Fails:
        return u"fails"_s;
    case Verdict::Unchecked:
        return u"unchecked"_s;
    case Verdict::Unavailable:
        return u"unavailable"_s;
    }
    return {};
}

QString word(Depth depth)
{
    switch (depth) {
    case Depth::Signature:
        return u"signature"_s;
    case Depth::File:
        return u"file"_s;
    case Depth::Nar:
        return u"nar"_s;
    case Depth::References:
        return u"references"_s;
    }
    return {};
}

std::optional<Depth> depthNamed(QStringView text)
{
    for (const auto depth : {Depth::Signature, Depth::File, Depth::Nar, Depth::References}) {
        if (text == word(depth))
            return depth;
    }
    return {};
}

std::vector<RungName> PathReport::notChecked() const
{
    return withVerdict(*this, Verdict::Unchecked);
}

std::vector<UnsignedClaim> PathReport::notSigned() const
{
    std::vector<UnsignedClaim> claims;
    if (!info)
        return claims;
    claims.push_back({"URL", info->url});
    claims.push_back({"Compression", info->compression});
    if (info->fileHash)
        claims.push_back({"FileHash", info->fileHash->prefixedNix32()});
    if (info->fileSize)
        claims.push_back({"FileSize", QByteArray::number(*info->fileSize)});
    if (info->deriver)
        claims.push_back({"Deriver", info->deriver->baseName()});
    if (info->contentAddress)
        claims.push_back({"CA", info->contentAddress->text()});
    for (const auto &[field, value] : info->others)
        claims.push_back({field, value});
    return claims;
}

PathReport newReport(QString asked, const Asked &what)
{
    PathReport report;
    report.asked = std::move(asked);
    report.rungs.reserve(allRungs.size());
    for (const auto name : allRungs) {
        const bool isWanted = isAsked(name, what);
        report.rungs.push_back({.name = name,
            .asked = isWanted,
            .detail = isWanted ? u"Not reached."_s : u"Not asked for."_s,
            .bytes = {}});
    }
    return report;
}

void settleVerdict(PathReport &report)
{
    bool open = report.rung(RungName::NarInfo).verdict != Verdict::Holds;
    for (const auto &rung : report.rungs) {
        if (rung.verdict == Verdict::Fails) {
            report.verdict = Verdict::Fails;
            return;
        }
        open = open || isOpen(rung);
    }
    report.verdict = open ? Verdict::Unchecked : Verdict::Holds;
}

QString summary(const PathReport &report)
{
    QString text;
    if (const auto failing = withVerdict(report, Verdict::Fails); !failing.empty())
        text = u"Fails: %1. %2"_s.arg(titles(failing), report.rung(failing.front()).detail);
    else if (report.verdict == Verdict::Holds)
        text = u"Everything asked for holds."_s;
    else if (const auto &first = report.rung(RungName::NarInfo); first.verdict == Verdict::Unavailable)
        return first.detail + u" Nothing was checked."_s;
    else
        text = u"Nothing fails, but not everything asked for could be checked."_s;
    if (const auto open = report.notChecked(); !open.empty())
        text += u" Not checked: %1."_s.arg(titles(open));
    if (const auto absent = withVerdict(report, Verdict::Unavailable); !absent.empty())
        text += u" Nothing to check: %1."_s.arg(titles(absent));
    return text;
}

} // namespace narscope::nix
