// SPDX-License-Identifier: GPL-3.0-or-later
#include "qtreader.h"
#include "hydra/buildtabledata.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <deque>

using namespace Qt::StringLiterals;

namespace narscope::bench {

namespace {

/// Keeps the bytes that a RawBuild points at until the build is stored.
class Texts {
public:
    void clear() { m_texts.clear(); }
    std::string_view keep(const QString &text)
    {
        m_texts.push_back(text.toUtf8());
        return {m_texts.back().constData(), std::size_t(m_texts.back().size())};
    }

private:
    std::deque<QByteArray> m_texts;
};

std::optional<std::int64_t> number(const QJsonValue &value)
{
    return value.isDouble() ? std::optional<std::int64_t>(value.toInteger()) : std::nullopt;
}

void readMaps(const QJsonObject &object, hydra::RawBuild &build, Texts &texts)
{
    for (const auto &id : object.value("jobsetevals"_L1).toArray())
        build.evals.push_back(quint32(id.toInteger()));
    const auto outputs = object.value("buildoutputs"_L1).toObject();
    for (auto it = outputs.begin(); it != outputs.end(); ++it)
        build.outputs.push_back({texts.keep(it.key()), texts.keep(it.value().toObject().value("path"_L1).toString())});
    const auto products = object.value("buildproducts"_L1).toObject();
    for (auto it = products.begin(); it != products.end(); ++it) {
        const auto product = it.value().toObject();
        const auto text = [&](QLatin1StringView key) { return texts.keep(product.value(key).toString()); };
        build.products.push_back({it.key().toLongLong(), text("type"_L1), text("subtype"_L1), text("name"_L1),
            text("path"_L1), text("defaultpath"_L1), text("sha256hash"_L1), number(product.value("filesize"_L1))});
    }
    const auto metrics = object.value("buildmetrics"_L1).toObject();
    for (auto it = metrics.begin(); it != metrics.end(); ++it) {
        const auto metric = it.value().toObject();
        build.metrics.push_back({texts.keep(it.key()), texts.keep(metric.value("unit"_L1).toString()),
            metric.value("value"_L1).toDouble()});
    }
}

void readBuild(const QJsonObject &object, hydra::RawBuild &build, Texts &texts)
{
    build.clear();
    texts.clear();
    const auto text = [&](QLatin1StringView key) { return texts.keep(object.value(key).toString()); };
    build.id = number(object.value("id"_L1));
    build.finished = object.value("finished"_L1).toInteger() != 0;
    build.queued = number(object.value("timestamp"_L1));
    build.started = number(object.value("starttime"_L1));
    build.stopped = number(object.value("stoptime"_L1));
    build.status = number(object.value("buildstatus"_L1));
    build.priority = number(object.value("priority"_L1));
    build.project = text("project"_L1);
    build.jobset = text("jobset"_L1);
    build.job = text("job"_L1);
    build.nixName = text("nixname"_L1);
    build.system = text("system"_L1);
    build.releaseName = text("releasename"_L1);
    build.drvPath = text("drvpath"_L1);
    readMaps(object, build, texts);
}

} // namespace

hydra::BuildTable readWithQt(const QByteArray &body)
{
    const auto array = QJsonDocument::fromJson(body).array();
    hydra::BuildTableWriter writer(std::size_t(array.size()));
    hydra::RawBuild build;
    Texts texts;
    for (const auto &item : array) {
        readBuild(item.toObject(), build, texts);
        if (!writer.append(build))
            std::abort();
    }
    return hydra::BuildTable(writer.finish());
}

} // namespace narscope::bench
