// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QProcessEnvironment>
#include <QTemporaryDir>

#include <optional>

// Real tools whose answers ours are compared with.

namespace narscope::test {

struct ToolRun {
    int code = -1; ///< -1: it did not start, or it crashed
    QByteArray out;
    QByteArray err;

    /// Output without the line end.
    [[nodiscard]] QByteArray line() const { return out.trimmed(); }
};

/// Runs a tool to its end, in `folder`; `input` is its standard input.
inline ToolRun runTool(const QString &program, const QStringList &arguments, const QString &folder = {},
    const QByteArray &input = {}, const std::optional<QProcessEnvironment> &environment = {})
{
    QProcess process;
    process.setWorkingDirectory(folder);
    if (environment)
        process.setProcessEnvironment(*environment);
    process.start(program, arguments);
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(120'000) || process.exitStatus() != QProcess::NormalExit)
        return {.code = -1, .out = process.readAllStandardOutput(), .err = process.readAllStandardError()};
    return {.code = process.exitCode(), .out = process.readAllStandardOutput(), .err = process.readAllStandardError()};
}

/// A store of the real Nix for one test, empty at first, with a store dir of its own. No network, no daemon, no
/// sandbox, nothing outside of its folder.
class NixStore {
public:
    NixStore()
        : m_environment(QProcessEnvironment::systemEnvironment())
    {
        const auto set = [this](const char *name, const QString &value) {
            m_environment.insert(QString::fromLatin1(name), value);
        };
        QDir(root()).mkpath(QStringLiteral("conf"));
        writeFile(QStringLiteral("conf/nix.conf"),
            "experimental-features = nix-command ca-derivations impure-derivations\nsubstituters =\nbuild-users-group "
            "=\n"
            "sandbox = false\n");
        set("HOME", root());
        set("NIX_CONF_DIR", root() + QStringLiteral("/conf"));
        set("NIX_STORE_DIR", storeDir());
        set("NIX_STATE_DIR", root() + QStringLiteral("/state"));
        set("NIX_LOG_DIR", root() + QStringLiteral("/log"));
        m_environment.remove(QStringLiteral("NIX_REMOTE"));
    }

    NixStore(const NixStore &) = delete;
    NixStore &operator=(const NixStore &) = delete;
    /// QTemporaryDir cannot remove what Nix made read-only, nor names that are not UTF-8.
    ~NixStore()
    {
        runTool(QStringLiteral("chmod"), {QStringLiteral("-R"), QStringLiteral("u+w"), root()});
        runTool(QStringLiteral("rm"), {QStringLiteral("-rf"), root()});
    }

    [[nodiscard]] QString root() const { return m_folder.path(); } ///< also where tools run
    [[nodiscard]] QString storeDir() const { return root() + QStringLiteral("/store"); }
    [[nodiscard]] static bool isHere()
    {
        return runTool(QStringLiteral("nix"), {QStringLiteral("--version")}).code == 0;
    }
    [[nodiscard]] ToolRun run(const QString &program, const QStringList &arguments, const QByteArray &input = {}) const
    {
        return runTool(program, arguments, root(), input, m_environment);
    }
    /// Relative to root(); folders are made.
    void writeFile(const QString &name, const QByteArray &bytes, bool executable = false) const
    {
        const auto path = root() + QLatin1Char('/') + name;
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write %s", qPrintable(path));
        if (executable)
            file.setPermissions(file.permissions() | QFile::ExeOwner);
    }

private:
    QTemporaryDir m_folder;
    QProcessEnvironment m_environment;
};

} // namespace narscope::test
