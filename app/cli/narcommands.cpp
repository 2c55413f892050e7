// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/hash.h"
#include "cli/input.h"
#include "cli/nixcommands.h"
#include "nix/narlisting.h"

#include <QFile>
#include <QJsonObject>

#include <algorithm>
#include <cstdio>

using namespace Qt::StringLiterals;

namespace narscope::cli {

namespace {

/// Follows where in the archive the reader is; memory is one name for each open directory.
class PathEvents : public nix::NarEvents {
protected:
    [[nodiscard]] QByteArray pathOf(QByteArrayView name) const
    {
        if (m_open.isEmpty())
            return "."_ba;
        return m_open.size() == 1 ? name.toByteArray() : m_open.sliced(1).join('/') + '/' + name.toByteArray();
    }
    void enter(QByteArrayView name) { m_open.append(name.toByteArray()); }
    void leave() { m_open.removeLast(); }

private:
    QByteArrayList m_open; ///< the root's name, which is empty, comes first
};

/// Prints each entry as it passes by, like ls -l.
class ListPrinter final : public PathEvents {
public:
    ~ListPrinter() override { flush(); }

    void beginDirectory(QByteArrayView name) override
    {
        add(u"dr-xr-xr-x"_s, 0, pathOf(name), {});
        enter(name);
    }
    void endDirectory() override { leave(); }
    void beginFile(QByteArrayView name, const nix::NarFile &file) override
    {
        add(file.executable ? u"-r-xr-xr-x"_s : u"-r--r--r--"_s, file.size, pathOf(name), {});
    }
    void symlink(QByteArrayView name, QByteArrayView target) override
    {
        add(u"lrwxrwxrwx"_s, 0, pathOf(name), u" -> "_s + terminalText(target));
    }

private:
    void add(const QString &mode, std::uint64_t size, const QByteArray &path, const QString &more)
    {
        m_lines << mode + QString::number(size).rightJustified(14) + u' ' + terminalText(path) + more;
        if (m_lines.size() >= 1000)
            flush();
    }
    void flush()
    {
        if (!m_lines.isEmpty())
            print(m_lines.join(u'\n'));
        m_lines.clear();
    }

    QStringList m_lines;
};

/// Takes one file out of the archive.
class FilePicker final : public PathEvents {
public:
    FilePicker(QByteArray wanted, std::function<void(QByteArrayView)> take)
        : m_wanted(std::move(wanted))
        , m_take(std::move(take))
    {
    }

    enum class Found { Nothing, File, Directory, Link };
    Found found = Found::Nothing;
    bool done = false; ///< the rest of the archive does not matter
    nix::NarFile file;

    void beginDirectory(QByteArrayView name) override
    {
        note(name, Found::Directory);
        enter(name);
    }
    void endDirectory() override { leave(); }
    void beginFile(QByteArrayView name, const nix::NarFile &node) override
    {
        m_inside = note(name, Found::File);
        if (m_inside)
            file = node;
    }
    void fileData(QByteArrayView bytes) override
    {
        if (m_inside)
            m_take(bytes);
    }
    void endFile() override
    {
        done = done || m_inside;
        m_inside = false;
    }
    void symlink(QByteArrayView name, QByteArrayView) override { note(name, Found::Link); }

private:
    bool note(QByteArrayView name, Found kind)
    {
        if (pathOf(name) != m_wanted)
            return false;
        found = kind;
        done = kind != Found::File;
        return true;
    }

    QByteArray m_wanted;
    std::function<void(QByteArrayView)> m_take;
    bool m_inside = false;
};

/// The argument's own bytes: names in archives need not be UTF-8, and Qt put a replacement character where they are
/// not.
QByteArray bytesOf(const QString &argument)
{
    QFile line(u"/proc/self/cmdline"_s);
    if (!argument.contains(QChar::ReplacementCharacter) || !line.open(QIODevice::ReadOnly))
        return argument.toUtf8();
    const auto given = line.readAll().split('\0');
    const auto isIt = [&](const QByteArray &bytes) { return QString::fromLocal8Bit(bytes) == argument; };
    const auto found = std::find_if(given.rbegin(), given.rend(), isIt); // the path stands behind the file
    return found == given.rend() ? argument.toUtf8() : *found;
}

/// "/bin//hello/", "./bin/hello" and "lib/../bin/hello" are "bin/hello", as for Nix; the root is ".".
QByteArray plainPath(const QByteArray &path)
{
    QByteArrayList names;
    for (const auto &name : path.split('/')) {
        if (name == "..")
            names.resize(qMax<qsizetype>(0, names.size() - 1));
        else if (!name.isEmpty() && name != ".")
            names << name;
    }
    return names.isEmpty() ? "."_ba : names.join('/');
}

/// Feeds an archive at hand to `events`. A broken archive and one that cannot be unpacked are Malformed.
Result<void> readArchive(const QString &file, nix::NarEvents &events, const std::function<bool()> &isEnough)
{
    nix::NarReader reader(&events);
    Result<void> read;
    const auto unpacked = unpackInput(file, [&](QByteArrayView bytes) {
        read = reader.feed(bytes);
        return read.has_value() && !isEnough();
    });
    if (isEnough())
        return {};
    if (read && unpacked)
        read = reader.finish();
    if (!read)
        return std::unexpected(inFile(read.error(), file));
    return unpacked;
}

bool never()
{
    return false;
}

Task<int> listArchive(Context &context, const QCommandLineParser &, QStringList arguments)
{
    if (arguments.size() != 1)
        co_return fail(problemSaying(ProblemKind::Usage, u"nar ls takes one archive."_s).error());
    if (!context.json) {
        ListPrinter printer;
        const auto read = readArchive(arguments[0], printer, &never);
        if (!read)
            fail(read.error());
        co_return read ? int(Fine) : codeOf(read.error());
    }
    nix::NarLister lister;
    const auto read = readArchive(arguments[0], lister, &never);
    if (!read) {
        fail(read.error());
        co_return codeOf(read.error());
    }
    if (lister.isCut())
        co_return fail(problemSaying(
            ProblemKind::TooLarge, u"The archive has too many entries for one JSON listing."_s, arguments[0])
                .error());
    const auto json = nix::writeListing(lister.take());
    if (!json)
        co_return fail(json.error());
    print(QString::fromUtf8(*json));
    co_return Fine;
}

Result<void> foundAFile(const FilePicker &picker, const QString &path)
{
    switch (picker.found) {
    case FilePicker::Found::File:
        return {};
    case FilePicker::Found::Directory:
        return problemSaying(ProblemKind::Usage, u"This is a directory."_s, path);
    case FilePicker::Found::Link:
        return problemSaying(ProblemKind::Usage, u"This is a symbolic link."_s, path);
    case FilePicker::Found::Nothing:
        return problemSaying(ProblemKind::NotFound, u"The archive has no such file."_s, path);
    }
    return {};
}

Task<int> catFile(Context &context, const QCommandLineParser &, QStringList arguments)
{
    if (arguments.size() != 2)
        co_return fail(problemSaying(ProblemKind::Usage, u"nar cat takes an archive and a path in it."_s).error());
    const auto path = plainPath(bytesOf(arguments[1]));
    Hasher hasher;
    FilePicker picker(path, [&](QByteArrayView bytes) {
        hasher.add(bytes);
        if (!context.json)
            std::fwrite(bytes.data(), 1, size_t(bytes.size()), stdout);
    });
    const auto read = readArchive(arguments[0], picker, [&] { return picker.done; });
    std::fflush(stdout);
    if (!read) {
        fail(read.error());
        co_return codeOf(read.error());
    }
    if (const auto file = foundAFile(picker, arguments[1]); !file)
        co_return fail(file.error());
    if (std::ferror(stdout))
        co_return fail(problem(ProblemKind::Io, u"standard output"_s).error());
    if (context.json)
        printJson(QJsonObject{{u"path"_s, QString::fromUtf8(path)}, {u"size"_s, qint64(picker.file.size)},
            {u"executable"_s, picker.file.executable}, {u"sha256"_s, QString::fromLatin1(hasher.finish().sri())}});
    co_return Fine;
}

} // namespace

Command narListCommand()
{
    return {.name = u"nar ls"_s,
        .arguments = u"FILE"_s,
        .summary = u"List what an archive holds"_s,
        .declare = nullptr,
        .run = &listArchive};
}

Command narCatCommand()
{
    return {.name = u"nar cat"_s,
        .arguments = u"FILE PATH"_s,
        .summary = u"Write one file of an archive to standard output"_s,
        .declare = nullptr,
        .run = &catFile};
}

} // namespace narscope::cli
