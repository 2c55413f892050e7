// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/trustchoices.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

constexpr qint64 largestFile = 16 * 1024 * 1024;

bool isKnown(const TrustChoices &choices, const PublicKey &key)
{
    return std::ranges::any_of(choices.keys, [&](const TrustedKey &known) { return known.key.bytes == key.bytes; });
}

QString fileIn(const QString &folder)
{
    return QDir(folder).filePath(u"keys.json"_s);
}

} // namespace

TrustChoices shippedChoices()
{
    return {.keys = shippedKeys()};
}

TrustPolicy policyOf(const TrustChoices &choices)
{
    TrustPolicy policy{.keys = {}, .threshold = choices.threshold};
    std::ranges::copy_if(choices.keys, std::back_inserter(policy.keys), &TrustedKey::enabledByDefault);
    return policy;
}

int addKeys(TrustChoices &choices, std::vector<TrustedKey> keys, QDate today)
{
    int added = 0;
    for (auto &key : keys) {
        if (isKnown(choices, key.key))
            continue;
        key.added = today;
        choices.keys.push_back(std::move(key));
        ++added;
    }
    return added;
}

Result<TrustChoices> parseChoices(QByteArrayView json)
{
    auto keys = parseKeysJson(json, u"keys.json"_s);
    if (!keys)
        return std::unexpected(std::move(keys.error()));
    TrustChoices choices{.keys = std::move(*keys)};
    const auto threshold = QJsonDocument::fromJson(json.toByteArray()).object().value(u"threshold"_s).toInt(1);
    choices.threshold = std::clamp(threshold, 1, mostNeededKeys);
    for (const auto &key : shippedKeys()) {
        if (!isKnown(choices, key.key))
            choices.keys.push_back(key);
    }
    return choices;
}

QByteArray writeChoices(const TrustChoices &choices)
{
    auto object = QJsonDocument::fromJson(writeKeysJson(choices.keys)).object();
    object.insert(u"threshold"_s, choices.threshold);
    return QJsonDocument(object).toJson();
}

Result<TrustChoices> readChoices(const QString &folder)
{
    QFile file(fileIn(folder));
    if (!file.exists())
        return shippedChoices();
    if (!file.open(QIODevice::ReadOnly))
        return problemSaying(
            ProblemKind::Io, u"The list of trusted keys cannot be read."_s, file.fileName(), file.errorString());
    if (file.size() > largestFile)
        return problem(ProblemKind::TooLarge, file.fileName());
    return parseChoices(file.readAll());
}

Result<void> saveChoices(const QString &folder, const TrustChoices &choices)
{
    QSaveFile file(fileIn(folder));
    const auto text = writeChoices(choices);
    if (!QDir().mkpath(folder) || !file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit())
        return problemSaying(
            ProblemKind::Io, u"The list of trusted keys cannot be saved."_s, file.fileName(), file.errorString());
    return {};
}

} // namespace narscope::nix
