// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/trust.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

using namespace Qt::StringLiterals;

// A static library's resources are dropped by the linker unless named; the macro needs the global namespace.
static void keepKeysResource()
{
    Q_INIT_RESOURCE(keys);
}

namespace narscope::nix {

namespace {

constexpr qsizetype maxListSize = 16 * 1024 * 1024;

bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// What stands around a key in a shell line, a NixOS module or a web page.
bool isDelimiter(char c)
{
    return isSpace(c) || c == '"' || c == '\'' || c == '[' || c == ']' || c == ',' || c == ';' || c == '`' || c == '<'
        || c == '>' || c == '(' || c == ')';
}

template <typename Ends> QList<QByteArrayView> tokens(QByteArrayView text, Ends ends)
{
    QList<QByteArrayView> found;
    for (auto from = text.begin(); from != text.end();) {
        from = std::find_if_not(from, text.end(), ends);
        const auto to = std::find_if(from, text.end(), ends);
        if (from != to)
            found.append(QByteArrayView(from, to));
        from = to;
    }
    return found;
}

bool has(const std::vector<TrustedKey> &keys, const PublicKey &key)
{
    return std::ranges::any_of(keys, [&](const TrustedKey &known) { return known.key == key; });
}

void import(QByteArrayView token, const QString &source, KeyImport &into)
{
    auto key = parsePublicKey(token);
    if (!key)
        into.problems.push_back(std::move(key.error()));
    else if (!has(into.keys, *key))
        into.keys.push_back(
            {.key = std::move(*key), .purpose = {}, .source = source, .reference = {}, .added = {}, .retired = {}});
}

/// Without what a line says behind a '#' at its start or behind a space: a key that was commented out is not to be
/// trusted again.
QByteArray withoutComments(QByteArrayView text)
{
    QByteArray kept;
    kept.reserve(text.size());
    bool isComment = false;
    char last = '\n';
    for (const char c : text) {
        isComment = c != '\n' && (isComment || (c == '#' && isSpace(last)));
        if (!isComment)
            kept.append(c);
        last = c;
    }
    return kept;
}

/// Ordinary words with a colon («substituters:», «https://…») are no failed keys: those end in base 64.
bool looksLikeKey(QByteArrayView token)
{
    const auto colon = token.indexOf(':');
    if (colon <= 0 || token.size() - colon < 40 || token.contains("://"))
        return false;
    return std::ranges::all_of(token.sliced(colon + 1), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '/'
            || c == '=';
    });
}

Result<std::optional<QDate>> dateIn(const QJsonObject &object, const QString &name)
{
    const auto text = object.value(name).toString();
    if (text.isEmpty())
        return std::nullopt;
    const auto date = QDate::fromString(text, Qt::ISODate);
    if (!date.isValid())
        return problemSaying(ProblemKind::Malformed, u"A date in the list of keys is not YYYY-MM-DD."_s, name, text);
    return date;
}

Result<TrustedKey> keyIn(const QJsonObject &object, const QString &source)
{
    auto key = parsePublicKey(object.value(u"key"_s).toString().toUtf8());
    if (!key)
        return std::unexpected(std::move(key.error()));
    const auto added = dateIn(object, u"added"_s);
    if (!added)
        return std::unexpected(added.error());
    const auto retired = dateIn(object, u"retired"_s);
    if (!retired)
        return std::unexpected(retired.error());
    return TrustedKey{.key = std::move(*key),
        .purpose = object.value(u"purpose"_s).toString(),
        .source = object.value(u"source"_s).toString(source),
        .reference = object.value(u"reference"_s).toString(),
        .added = *added,
        .retired = *retired,
        .enabledByDefault = object.value(u"enabled"_s).toBool(true)};
}

QJsonObject toJson(const TrustedKey &key)
{
    QJsonObject object{{u"key"_s, QString::fromUtf8(key.key.text())}, {u"enabled"_s, key.enabledByDefault}};
    const auto put = [&object](const QString &name, const QString &text) {
        if (!text.isEmpty())
            object.insert(name, text);
    };
    put(u"purpose"_s, key.purpose);
    put(u"source"_s, key.source);
    put(u"reference"_s, key.reference);
    put(u"added"_s, key.added ? key.added->toString(Qt::ISODate) : QString());
    put(u"retired"_s, key.retired ? key.retired->toString(Qt::ISODate) : QString());
    return object;
}

std::vector<TrustedKey> readShippedKeys()
{
    keepKeysResource();
    QFile file(u":/narscope/keys.json"_s);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return parseKeysJson(file.readAll(), u"shipped"_s).value_or(std::vector<TrustedKey>());
}

} // namespace

const std::vector<TrustedKey> &shippedKeys()
{
    static const auto keys = readShippedKeys();
    return keys;
}

TrustPolicy defaultPolicy()
{
    TrustPolicy policy;
    std::ranges::copy_if(shippedKeys(), std::back_inserter(policy.keys), &TrustedKey::enabledByDefault);
    return policy;
}

Result<std::vector<TrustedKey>> parseKeysJson(QByteArrayView json, const QString &source)
{
    if (json.size() > maxListSize)
        return problemSaying(ProblemKind::TooLarge, u"The list of keys is larger than 16 MiB."_s, source);
    QJsonParseError error;
    const auto document = QJsonDocument::fromJson(json.toByteArray(), &error);
    if (!document.object().value(u"keys"_s).isArray())
        return problemSaying(
            ProblemKind::Malformed, u"The list of keys has no array «keys»."_s, source, error.errorString());
    std::vector<TrustedKey> keys;
    const auto list = document.object().value(u"keys"_s).toArray();
    for (const auto &entry : list) {
        auto key = keyIn(entry.toObject(), source);
        if (!key)
            return std::unexpected(std::move(key.error()));
        keys.push_back(std::move(*key));
    }
    return keys;
}

QByteArray writeKeysJson(const std::vector<TrustedKey> &keys)
{
    QJsonArray list;
    for (const auto &key : keys)
        list.append(toJson(key));
    return QJsonDocument(QJsonObject{{u"keys"_s, list}}).toJson();
}

KeyImport keysFromNixConf(QByteArrayView text)
{
    QList<QByteArrayView> base, extra;
    if (text.size() > maxListSize)
        return {.keys = {},
            .problems = {problemSaying(ProblemKind::TooLarge, u"This nix.conf is larger than 16 MiB."_s).error()}};
    for (const auto &line : tokens(text, [](char c) { return c == '\n'; })) {
        const auto comment = line.indexOf('#');
        const auto words = tokens(comment < 0 ? line : line.first(comment), isSpace);
        if (words.size() < 2 || words[1] != "=")
            continue;
        if (words[0] == "trusted-public-keys" || words[0] == "binary-cache-public-keys")
            base = words.sliced(2);
        else if (words[0] == "extra-trusted-public-keys" || words[0] == "extra-binary-cache-public-keys")
            extra.append(words.sliced(2));
    }
    KeyImport found;
    for (const auto &token : base + extra)
        import(token, u"nix.conf"_s, found);
    return found;
}

KeyImport keysFromText(QByteArrayView text, const QString &source)
{
    KeyImport found;
    if (text.size() > maxListSize) {
        found.problems.push_back(
            problemSaying(ProblemKind::TooLarge, u"This text is larger than 16 MiB."_s, source).error());
        return found;
    }
    const auto counting = withoutComments(text);
    for (const auto &token : tokens(counting, isDelimiter)) {
        if (looksLikeKey(token))
            import(token, source, found);
    }
    return found;
}

} // namespace narscope::nix
