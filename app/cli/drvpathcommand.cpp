// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/input.h"
#include "cli/nixcommands.h"
#include "nix/derivation.h"

#include <QCommandLineParser>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

/// One .drv at hand: its own bytes, and where those of its inputs are looked for.
struct DrvFile {
    QString name;
    QString folder;
    QByteArray bytes;
    std::optional<nix::StorePath> claimed; ///< when the file is named like a store path
};

QString word(nix::OutputKind kind)
{
    switch (kind) {
    case nix::OutputKind::InputAddressed:
        return u"input-addressed"_s;
    case nix::OutputKind::FixedOutput:
        return u"fixed-output"_s;
    case nix::OutputKind::Floating:
        return u"floating"_s;
    case nix::OutputKind::Deferred:
        return u"deferred"_s;
    case nix::OutputKind::Impure:
        return u"impure"_s;
    }
    return {};
}

Result<DrvFile> openDrv(const QString &name, const QCommandLineParser &parser)
{
    auto bytes = readInput(name, nix::maxDerivationSize);
    if (!bytes)
        return std::unexpected(std::move(bytes.error()));
    DrvFile file{.name = name, .folder = parser.value(u"inputs"_s), .bytes = std::move(*bytes), .claimed = {}};
    if (file.folder.isEmpty())
        file.folder = QFileInfo(name).path();
    if (auto path = nix::StorePath::fromBaseName(QFileInfo(name).fileName().toUtf8()); path && path->isDerivation())
        file.claimed = std::move(*path);
    return file;
}

/// The path that the file has by its name, or that its bytes have.
Result<nix::StorePath> pathOf(const DrvFile &file)
{
    if (file.claimed)
        return *file.claimed;
    const auto derivation = nix::readDerivation(file.bytes);
    if (!derivation)
        return std::unexpected(derivation.error());
    const auto name = derivation->environment.find("name"_ba);
    if (name == derivation->environment.end())
        return problemSaying(
            ProblemKind::Usage, u"Neither the file's name nor the derivation says what it is called."_s, file.name);
    return nix::derivationPath(*derivation, file.bytes, name->second);
}

Result<nix::DerivationCheck> checkDrv(const DrvFile &file)
{
    const auto path = pathOf(file);
    if (!path)
        return std::unexpected(path.error());
    nix::DerivationCloser closer([&](const nix::StorePath &wanted) -> Result<QByteArray> {
        if (wanted == *path)
            return file.bytes;
        auto bytes = readInput(file.folder + u'/' + QString::fromUtf8(wanted.baseName()), nix::maxDerivationSize);
        if (!bytes && bytes.error().kind == ProblemKind::NotFound)
            bytes.error().sentence = u"An input derivation is not there, so the output paths cannot be computed."_s;
        return bytes;
    });
    return closer.check(*path);
}

QString text(const std::optional<nix::StorePath> &path)
{
    return path ? QString::fromUtf8(path->text()) : QString();
}

QJsonValue json(const std::optional<nix::StorePath> &path)
{
    return path ? QJsonValue(text(path)) : QJsonValue();
}

QJsonObject json(const DrvFile &file, const nix::DerivationCheck &check)
{
    QJsonArray outputs;
    for (const auto &output : check.outputs) {
        outputs.append(QJsonObject{{u"name"_s, QString::fromUtf8(output.name)}, {u"kind"_s, word(output.kind)},
            {u"written"_s, json(output.written)}, {u"computed"_s, json(output.computed)},
            {u"agrees"_s, output.agrees()}});
    }
    return {{u"file"_s, file.name}, {u"path"_s, json(file.claimed)}, {u"computedPath"_s, json(check.computedPath)},
        {u"inputsHold"_s, check.inputsHold}, {u"outputs"_s, outputs}, {u"holds"_s, check.holds()}};
}

void printCheck(const DrvFile &file, const nix::DerivationCheck &check)
{
    print(u"%1: %2"_s.arg(terminalText(file.name.toUtf8()), check.holds() ? u"holds"_s : u"FAILS"_s));
    if (check.computedPath != check.path)
        print(u"  the file's bytes belong to %1"_s.arg(text(check.computedPath)));
    if (!check.inputsHold)
        print(u"  an input derivation's bytes do not belong to its path"_s);
    for (const auto &output : check.outputs) {
        const auto shown
            = output.computed ? text(output.computed) : u"known only after the build (%1)"_s.arg(word(output.kind));
        print(u"  %1  %2"_s.arg(terminalText(output.name), shown));
        if (!output.agrees())
            print(u"  %1  written: %2"_s.arg(
                terminalText(output.name), output.written ? text(output.written) : u"nothing"_s));
    }
}

Task<int> run(Context &context, const QCommandLineParser &parser, QStringList files)
{
    if (files.isEmpty())
        co_return fail(noFile(u"drv-path"_s));
    QJsonArray all;
    int code = Fine;
    for (const auto &name : files) {
        const auto file = openDrv(name, parser);
        const auto check = file ? checkDrv(*file) : Result<nix::DerivationCheck>(std::unexpected(file.error()));
        if (!check) {
            const auto problem = inFile(check.error(), name);
            fail(problem);
            code = worse(code, codeOf(problem));
            all.append(QJsonObject{{u"file"_s, name}, {u"problem"_s, problem.sentence}, {u"where"_s, problem.where}});
            continue;
        }
        code = worse(code, check->holds() ? Fine : Failing);
        all.append(json(*file, *check));
        if (!context.json)
            printCheck(*file, *check);
    }
    if (context.json)
        printJson(QJsonObject{{u"derivations"_s, all}});
    co_return code;
}

} // namespace

Command drvPathCommand()
{
    return {.name = u"drv-path"_s,
        .arguments = u"FILE.drv..."_s,
        .summary = u"Recompute the output paths of derivations"_s,
        .declare =
            [](QCommandLineParser &parser) {
                parser.addOption(
                    {u"inputs"_s, u"Where the input derivations are; else the folder of each file."_s, u"FOLDER"_s});
            },
        .run = &run};
}

} // namespace narscope::cli
