// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/start.h"

#include "nix/isocheck.h"
#include "nix/verifyinput.h"

#include <QFileInfo>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace narscope::trace {

namespace {

std::optional<TraceStart> startOf(const Subject &subject)
{
    switch (subject.kind) {
    case SubjectKind::PullRequest:
        return TraceStart{.kind = TraceStart::Kind::PullRequest, .subject = subject};
    case SubjectKind::Commit:
        return TraceStart{.kind = TraceStart::Kind::Commit, .subject = subject};
    case SubjectKind::StorePath:
    case SubjectKind::Derivation:
        return TraceStart{.kind = TraceStart::Kind::Path, .subject = subject};
    case SubjectKind::Build:
        return TraceStart{.kind = TraceStart::Kind::Build, .subject = subject};
    case SubjectKind::Evaluation:
        return TraceStart{.kind = TraceStart::Kind::Evaluation, .subject = subject};
    case SubjectKind::Channel:
        return TraceStart{.kind = TraceStart::Kind::Channel, .subject = subject};
    default:
        return {};
    }
}

/// A link to a NixOS system, as /run and the profiles have them.
bool isSystem(const QString &text)
{
    static const QRegularExpression links(
        u"^/run/(current|booted)-system$|^/nix/var/nix/profiles/system(-[0-9]+-link)?$"_s);
    return links.match(text).hasMatch() || (text.contains(u'/') && QFileInfo::exists(text + u"/nixos-version"_s));
}

/// Of a path on this machine that leads into the store.
std::optional<Subject> linked(const QString &text)
{
    const QFileInfo file(text);
    if (!text.contains(u'/') && !file.isSymLink())
        return {};
    const auto target = file.canonicalFilePath();
    const auto path = nix::verifyTarget(target);
    if (!path || !path->question.path)
        return {};
    return Subject::ofStorePath(QString::fromUtf8(path->question.path->text()));
}

std::optional<TraceStart> likeliest(const QList<Subject> &subjects)
{
    std::optional<TraceStart> first;
    for (const auto &subject : subjects) {
        const auto start = startOf(subject);
        if (start && start->kind == TraceStart::Kind::PullRequest)
            return start;
        if (!first)
            first = start;
    }
    return first;
}

std::optional<TraceStart> pathIn(const QString &text)
{
    const auto target = nix::verifyTarget(text);
    if (!target || target->kind != nix::VerifyTarget::Kind::Path)
        return {};
    TraceStart start{.kind = TraceStart::Kind::Path};
    const auto &question = target->question;
    start.subject = Subject::ofStorePath(
        question.path ? QString::fromUtf8(question.path->text()) : QString::fromUtf8(question.hashPart));
    return start;
}

} // namespace

Result<TraceStart> readStart(const Order &order, const QList<HydraAddress> &hydras)
{
    if (order.subject) {
        if (const auto start = startOf(*order.subject))
            return *start;
        return problemSaying(ProblemKind::Usage,
            u"A %1 cannot be traced: name a pull request, a path, a build, an evaluation or a channel."_s.arg(
                order.subject->kindWord()),
            order.subject->text());
    }
    const auto text = order.text.trimmed();
    if (text == "system"_L1)
        return TraceStart{.kind = TraceStart::Kind::System};
    if (isSystem(text))
        return TraceStart{.kind = TraceStart::Kind::System, .subject = {}, .image = {}, .folder = text};
    if (const auto start = likeliest(recognise(text, hydras)))
        return *start;
    if (const auto start = pathIn(text))
        return *start;
    const auto name = text.section(u'/', -1);
    if (nix::releaseOfImage(name))
        return TraceStart{.kind = TraceStart::Kind::Image, .subject = {}, .image = name};
    if (const auto path = linked(text))
        return TraceStart{.kind = TraceStart::Kind::Path, .subject = *path};
    return problemSaying(ProblemKind::Usage,
        u"This is nothing that can be traced: name a pull request, a store path or its hash, the address of a narinfo, build or evaluation, an image, or a channel."_s,
        text.first(qMin<qsizetype>(text.size(), 200)));
}

} // namespace narscope::trace
