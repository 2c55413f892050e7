// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/jsonshape.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace narscope::test {

namespace {

// What two recorded values have in common: all keys of both, null where their types differ.
QJsonValue merged(const QJsonValue &a, const QJsonValue &b)
{
    if (a.isNull() || a.isUndefined())
        return b;
    if (b.isNull() || b.isUndefined())
        return a;
    if (a.type() != b.type())
        return QJsonValue::Null;
    if (a.isArray()) {
        QJsonArray all = a.toArray();
        for (const QJsonValue &element : b.toArray())
            all.append(element);
        return all;
    }
    if (!a.isObject())
        return a;
    QJsonObject all = a.toObject();
    const QJsonObject more = b.toObject();
    for (auto it = more.begin(); it != more.end(); ++it)
        all.insert(it.key(), merged(all.value(it.key()), it.value()));
    return all;
}

QJsonValue merged(const QJsonArray &elements)
{
    QJsonValue all;
    for (const QJsonValue &element : elements)
        all = merged(all, element);
    return all;
}

struct Comparison {
    QStringList maps;
    QStringList differences;

    void compare(const QJsonValue &recorded, const QJsonValue &answer, const QString &path)
    {
        if (recorded.isNull() || answer.isNull() || recorded.isUndefined())
            return;
        if (recorded.type() != answer.type())
            differences += u"%1: type %2 instead of %3"_s.arg(path).arg(answer.type()).arg(recorded.type());
        else if (recorded.isObject() && maps.contains(path))
            compareMaps(recorded.toObject(), answer.toObject(), path);
        else if (recorded.isObject())
            compareObjects(recorded.toObject(), answer.toObject(), path);
        else if (recorded.isArray())
            compareLists(recorded.toArray(), answer.toArray(), path);
    }

    void compareMaps(const QJsonObject &recorded, const QJsonObject &answer, const QString &path)
    {
        QJsonArray values;
        for (const QJsonValue &value : recorded)
            values.append(value);
        for (auto it = answer.begin(); it != answer.end(); ++it)
            compare(merged(values), it.value(), path + u".*"_s);
    }

    void compareObjects(const QJsonObject &recorded, const QJsonObject &answer, const QString &path)
    {
        for (auto it = recorded.begin(); it != recorded.end(); ++it) {
            if (!answer.contains(it.key()))
                differences += u"%1.%2: missing"_s.arg(path, it.key());
        }
        for (auto it = answer.begin(); it != answer.end(); ++it) {
            if (!recorded.contains(it.key()))
                differences += u"%1.%2: not in the recorded answer"_s.arg(path, it.key());
            else
                compare(recorded.value(it.key()), it.value(), path + u'.' + it.key());
        }
    }

    void compareLists(const QJsonArray &recorded, const QJsonArray &answer, const QString &path)
    {
        const QJsonValue expected = merged(recorded);
        for (const QJsonValue &element : answer)
            compare(expected, element, path + u"[]"_s);
    }
};

} // namespace

QStringList shapeDifferences(const QJsonValue &recorded, const QJsonValue &answer, const QStringList &maps)
{
    Comparison comparison{.maps = maps, .differences = {}};
    comparison.compare(recorded, answer, {});
    comparison.differences.removeDuplicates();
    return comparison.differences;
}

QJsonValue sampleBody(const QString &file)
{
    QFile in(file);
    if (!in.open(QIODevice::ReadOnly))
        return QJsonValue::Undefined;
    return QJsonDocument::fromJson(in.readAll()).object().value("body"_L1);
}

} // namespace narscope::test
