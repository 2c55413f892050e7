// SPDX-License-Identifier: GPL-3.0-or-later
#include "nix/realisation.h"

#include "base/hash.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace narscope::nix {

namespace {

std::unexpected<Problem> refuse(QString why)
{
    return problemSaying(ProblemKind::Malformed, std::move(why));
}

Result<QJsonObject> objectIn(QByteArrayView json)
{
    if (json.size() > maxRealisationSize)
        return problemSaying(ProblemKind::TooLarge, u"This realisation is larger than 4 MiB."_s);
    QJsonParseError error;
    const auto document = QJsonDocument::fromJson(json.toByteArray(), &error);
    if (!document.isObject())
        return problemSaying(ProblemKind::Malformed, u"A realisation is not a JSON object."_s, {}, error.errorString());
    return document.object();
}

/// `name:base64` strings (to 2.34, Hydra) or {keyName, sig} objects.
Result<QList<QByteArray>> signaturesIn(const QJsonObject &object)
{
    QList<QByteArray> signatures;
    const auto list = object.value(u"signatures"_s).toArray();
    for (const auto &entry : list) {
        const auto parts = entry.toObject();
        const auto text = entry.isString()
            ? entry.toString()
            : parts.value(u"keyName"_s).toString() + u':' + parts.value(u"sig"_s).toString();
        if (!entry.isString() && !entry.isObject())
            return refuse(u"A signature of a realisation is neither a text nor an object."_s);
        signatures.append(text.toUtf8());
    }
    return signatures;
}

Result<StorePath> outPathIn(const QJsonObject &object, const QByteArray &storeDir)
{
    const auto text = object.value(u"outPath"_s).toString().toUtf8();
    return text.startsWith('/') ? StorePath::fromText(text, storeDir) : StorePath::fromBaseName(text, storeDir);
}

Result<Realisation> keyed(const QJsonObject &value, Realisation::Form form, QByteArray derivation,
    QByteArray outputName, const QByteArray &storeDir)
{
    if (!storeNameFault(outputName).isEmpty())
        return refuse(u"A realisation names no valid output."_s);
    auto path = outPathIn(value, storeDir);
    if (!path)
        return std::unexpected(std::move(path.error()));
    auto signatures = signaturesIn(value);
    if (!signatures)
        return std::unexpected(std::move(signatures.error()));
    return Realisation{.form = form,
        .derivation = std::move(derivation),
        .outputName = std::move(outputName),
        .outPath = std::move(*path),
        .signatures = std::move(*signatures),
        .dependents = {}};
}

Result<Realisation> hashed(const QJsonObject &object, const QByteArray &storeDir)
{
    const auto id = object.value(u"id"_s).toString().toUtf8();
    const auto mark = id.indexOf('!');
    if (mark < 0 || !parseHash(id.first(mark)))
        return refuse(u"The id of a realisation is not HASH!OUTPUT."_s);
    auto realisation = keyed(object, Realisation::Form::Hashed, id.first(mark), id.sliced(mark + 1), storeDir);
    if (!realisation)
        return realisation;
    const auto dependents = object.value(u"dependentRealisations"_s).toObject();
    for (auto it = dependents.begin(); it != dependents.end(); ++it)
        realisation->dependents.emplace(it.key().toUtf8(), it.value().toString().toUtf8());
    return realisation;
}

} // namespace

QByteArray Realisation::signedText() const
{
    const auto path = QString::fromUtf8(outPath.baseName());
    const auto output = QString::fromUtf8(outputName);
    QJsonObject object;
    if (form == Form::BuildTrace) {
        object.insert(u"key"_s, QJsonObject{{u"drvPath"_s, QString::fromUtf8(derivation)}, {u"outputName"_s, output}});
        object.insert(u"value"_s, QJsonObject{{u"outPath"_s, path}});
    } else {
        QJsonObject dependentPaths;
        for (const auto &[id, dependent] : dependents)
            dependentPaths.insert(QString::fromUtf8(id), QString::fromUtf8(dependent));
        object.insert(u"dependentRealisations"_s, dependentPaths);
        object.insert(u"id"_s, QString::fromUtf8(id()));
        object.insert(u"outPath"_s, path);
    }
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

Result<Realisation> readRealisation(QByteArrayView json, const QByteArray &storeDir)
{
    const auto object = objectIn(json);
    if (!object)
        return std::unexpected(object.error());
    if (object->contains(u"id"_s))
        return hashed(*object, storeDir);
    const auto key = object->value(u"key"_s).toObject();
    const auto derivation = StorePath::fromBaseName(key.value(u"drvPath"_s).toString().toUtf8(), storeDir);
    if (!derivation)
        return refuse(u"A realisation has neither an id nor a key."_s);
    return keyed(object->value(u"value"_s).toObject(), Realisation::Form::BuildTrace, derivation->baseName(),
        key.value(u"outputName"_s).toString().toUtf8(), storeDir);
}

Result<Realisation> readBuildTrace(QByteArrayView json, const StorePath &derivation, QByteArrayView outputName)
{
    const auto object = objectIn(json);
    if (!object)
        return std::unexpected(object.error());
    return keyed(
        *object, Realisation::Form::BuildTrace, derivation.baseName(), outputName.toByteArray(), derivation.storeDir());
}

} // namespace narscope::nix
