// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/verifyarguments.h"

#include "cli/input.h"

#include <QFileInfo>
#include <QSet>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

constexpr qint64 maxInput = 64 * 1024 * 1024;

void add(nix::VerifyInput &all, QSet<QString> &seen, nix::VerifyTarget target)
{
    if (!seen.contains(target.text)) {
        seen.insert(target.text);
        all.targets.push_back(std::move(target));
    }
}

void join(nix::VerifyInput &all, QSet<QString> &seen, nix::VerifyInput input)
{
    for (auto &target : input.targets)
        add(all, seen, std::move(target));
    all.images << input.images;
    std::ranges::move(input.problems, std::back_inserter(all.problems));
}

/// A pipe that the shell named, as for `<(nix-store -qR …)`.
bool isStream(const QString &argument)
{
    const QFileInfo file(argument);
    return argument == "-"_L1 || (file.exists() && !file.isFile() && !file.isDir());
}

void addArgument(nix::VerifyInput &all, QSet<QString> &seen, const QString &argument)
{
    if (nix::isImageAddress(argument)) {
        all.images << argument;
        return;
    }
    const bool isInStore = argument.startsWith(QString::fromUtf8(nix::defaultStoreDir()) + u'/');
    const QFileInfo file(argument);
    if (!isInStore && (file.isFile() || file.isSymLink())) {
        join(all, seen, nix::readVerifyFile(argument));
        return;
    }
    auto target = nix::verifyTarget(argument);
    if (target) {
        add(all, seen, std::move(*target));
    } else if (!isInStore && (file.exists() || (argument.contains(u'/') && !nix::inStore(argument).isEmpty()))) {
        // It leads into the store (`result/bin/hello`), or this says what is wrong with a folder or a device.
        join(all, seen, nix::readVerifyFile(argument));
    } else {
        if (!argument.contains("://"_L1))
            target.error().sentence = u"This is no store path, hash part or narinfo URL, and there is no such file."_s;
        all.problems.push_back(std::move(target.error()));
    }
}

} // namespace

nix::VerifyInput readVerifyArguments(const QStringList &arguments)
{
    nix::VerifyInput all;
    QSet<QString> seen;
    for (const auto &argument : arguments) {
        if (!isStream(argument)) {
            addArgument(all, seen, argument);
            continue;
        }
        const auto text = readInput(argument, maxInput);
        if (!text) {
            all.problems.push_back(text.error());
            continue;
        }
        auto input = nix::readVerifyInput(*text);
        for (auto &target : input.targets) {
            if (target.kind == nix::VerifyTarget::Kind::NarInfoText)
                target.text = argument == "-"_L1 ? u"standard input"_s : argument;
        }
        join(all, seen, std::move(input));
    }
    return all;
}

} // namespace narscope::cli
