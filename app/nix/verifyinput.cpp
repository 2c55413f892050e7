// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/verifyinput.h"

#include "nix/pathcompute.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

constexpr qsizetype mostTargets = 1'000'000;

VerifyTarget targetOf(const StorePath &path)
{
    VerifyTarget target;
    target.text = QString::fromUtf8(path.text());
    target.question = {.hashPart = path.hashPart().toByteArray(), .path = path};
    return target;
}

Result<VerifyTarget> narInfoUrl(const QString &text)
{
    const QUrl url(text);
    const auto file = url.fileName();
    const auto hashPart = file.chopped(8).toLatin1();
    if (!isHashPart(hashPart))
        return problemSaying(ProblemKind::Usage, u"The URL's file name is not that of a narinfo."_s, text);
    VerifyTarget target;
    target.text = text;
    target.question.hashPart = hashPart;
    const auto folder = url.adjusted(QUrl::RemoveFilename | QUrl::RemoveQuery).toString(QUrl::FullyEncoded);
    target.cache = folder.endsWith(u'/') ? folder.chopped(1) : folder;
    return target;
}

/// Flakes put each source into the store under the name «source».
void addLockedSources(const QJsonObject &nodes, const QByteArray &storeDir, VerifyInput &input)
{
    QSet<QString> seen; // inputs of inputs are often the same one
    for (const auto &node : nodes) {
        const auto locked = node.toObject().value("narHash"_L1).isUndefined()
            ? node.toObject().value("locked"_L1).toObject()
            : node.toObject();
        const auto hash = parseHash(locked.value("narHash"_L1).toString().toUtf8());
        if (!hash || hash->algorithm != HashAlgorithm::Sha256)
            continue;
        const auto path = sourcePath(*hash, "source", storeDir);
        const auto text = path ? QString::fromUtf8(path->text()) : QString();
        if (!path || seen.contains(text))
            continue;
        seen.insert(text);
        input.targets.push_back(targetOf(*path));
    }
    if (input.targets.empty())
        input.problems.push_back(
            problemSaying(ProblemKind::Usage, u"This lock file pins no source by its SHA-256."_s).error());
}

void addPath(const QString &text, const QByteArray &storeDir, VerifyInput &input)
{
    auto target = verifyTarget(text, storeDir);
    if (target)
        input.targets.push_back(std::move(*target));
    else
        input.problems.push_back(std::move(target.error()));
}

/// A line with a path and more: others, or the sizes and signatures of `nix path-info`.
void addLine(const QString &line, const QByteArray &storeDir, VerifyInput &input)
{
    const auto store = QString::fromUtf8(storeDir) + u'/';
    const auto words = line.simplified().split(u' ');
    if (words.size() < 2 || !words.front().startsWith(store))
        return addPath(line, storeDir, input);
    for (const auto &word : words) {
        if (word.startsWith(store))
            addPath(word, storeDir, input);
    }
}

/// A path, an object with one (`nix path-info --json`), or one with a path for each output (`nix build --json`).
void addEntry(const QJsonValue &entry, const QByteArray &storeDir, VerifyInput &input)
{
    const auto outputs = entry.toObject().value("outputs"_L1).toObject();
    for (const auto &output : outputs)
        addPath(output.toString(), storeDir, input);
    if (outputs.isEmpty())
        addPath(entry.isString() ? entry.toString() : entry.toObject().value("path"_L1).toString(), storeDir, input);
}

/// A list as addEntry has it, or an object by path, in newer versions under "info".
void addPathInfo(const QJsonDocument &document, const QByteArray &storeDir, VerifyInput &input)
{
    for (const auto &entry : document.array())
        addEntry(entry, storeDir, input);
    const auto object = document.object();
    const auto infos = object.value("info"_L1).isObject() ? object.value("info"_L1).toObject() : object;
    if (document.isObject()) {
        for (const auto &path : infos.keys())
            addPath(path, storeDir, input);
    }
}

} // namespace

Result<VerifyTarget> verifyTarget(const QString &text, const QByteArray &storeDir)
{
    const bool isUrl = text.startsWith("http://"_L1) || text.startsWith("https://"_L1) || text.startsWith("file://"_L1);
    if (isUrl && QUrl(text).path().endsWith(".narinfo"_L1))
        return narInfoUrl(text);
    if (isUrl && isArchiveName(QUrl(text).fileName()))
        return problemSaying(ProblemKind::Usage,
            u"This is an archive's address. Name its store path or its narinfo: they say what it should be."_s, text);
    const auto mention = readStorePathMention(text.toUtf8(), storeDir);
    if (!mention)
        return problemSaying(
            ProblemKind::Usage, u"This is no store path, hash part or narinfo URL."_s, text, mention.error().sentence);
    if (mention->path)
        return targetOf(*mention->path);
    VerifyTarget target;
    target.text = text;
    target.question.hashPart = mention->hashPart;
    return target;
}

bool isImageAddress(const QString &text)
{
    const bool isUrl = text.startsWith("http://"_L1) || text.startsWith("https://"_L1);
    const auto file = QUrl(text).fileName();
    return isUrl && !file.endsWith(".narinfo"_L1) && !isArchiveName(file);
}

bool isArchiveName(const QString &file)
{
    return file.endsWith(".nar"_L1) || file.contains(".nar."_L1);
}

bool looksLikeNarInfo(QByteArrayView text)
{
    const auto start = text.first(qMin<qsizetype>(text.size(), 4096)).toByteArray();
    return start.startsWith("StorePath:") || start.contains("\nNarHash:") || start.contains("\nURL:")
        || start.startsWith("URL:");
}

VerifyInput readVerifyInput(QByteArrayView text, const QByteArray &storeDir)
{
    VerifyInput input;
    if (looksLikeNarInfo(text)) {
        VerifyTarget target;
        target.kind = VerifyTarget::Kind::NarInfoText;
        target.text = u"narinfo"_s;
        target.narInfo = text.toByteArray();
        input.targets.push_back(std::move(target));
        return input;
    }
    const auto document = QJsonDocument::fromJson(text.toByteArray());
    if (!document.isNull()) {
        if (const auto nodes = document.object().value("nodes"_L1); nodes.isObject())
            addLockedSources(nodes.toObject(), storeDir, input);
        else
            addPathInfo(document, storeDir, input);
        return input;
    }
    for (const auto &piece : text.toByteArray().split('\n')) {
        const auto word = piece.trimmed();
        const auto line = QString::fromUtf8(word);
        if (isImageAddress(line))
            input.images << line;
        else if (!word.isEmpty() && !word.startsWith('#') && qsizetype(input.targets.size()) < mostTargets)
            addLine(line, storeDir, input);
    }
    return input;
}

} // namespace narscope::nix
