// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/hydraroutes.h"

#include <limits>

namespace narscope::sim {

QByteArray HydraAsk::rest(qsizetype place) const
{
    QByteArray path;
    for (qsizetype i = place; i < size(); ++i)
        path += '/' + encoded(http.segments[i]);
    return path;
}

qint64 HydraAsk::page() const
{
    const qint64 page = http.parameter("page").value_or("1").toLongLong();
    return page == 0 ? 1 : page;
}

HttpAnswer jsonAnswer(JsonWriter &json)
{
    return {.type = "application/json", .body = json.take()};
}

HttpAnswer pageAnswer(const QByteArray &html)
{
    return {.type = "text/html; charset=UTF-8", .body = html};
}

HttpAnswer textAnswer(const QByteArray &text)
{
    return {.type = "text/plain; charset=utf-8", .body = text};
}

HttpAnswer redirect(const HydraAsk &ask, int status, const QByteArray &path)
{
    const QByteArray url = ask.view.base + path;
    return {.status = status,
        .type = "text/html; charset=utf-8",
        .body = cat("<html>\n    <head>\n    <title>Moved</title>\n    </head>\n    <body>\n   <p>This item "
                    "has moved ",
            link(escaped(url), "here"), ".</p>\n</body>\n</html>\n"),
        .headers = {{"Location", url}}};
}

HttpAnswer failure(const HydraAsk &ask, int status, const QByteArray &message)
{
    HttpAnswer answer;
    if (ask.json) {
        JsonWriter json;
        json.beginObject();
        json.field("error", message);
        json.endObject();
        answer = jsonAnswer(json);
    } else {
        answer = pageAnswer(errorPage(ask.view, status, message));
    }
    answer.status = status;
    return answer;
}

HttpAnswer pageNotFound(const HydraAsk &ask)
{
    return failure(ask, 404, "Page not found.");
}

std::optional<HttpAnswer> numberFault(const HydraAsk &ask, const QByteArray &text)
{
    static const QByteArray start
        = "DBIx::Class::Storage::DBI::_dbh_execute(): DBI Exception: DBD::Pg::st execute failed: ERROR:  ";
    bool isNumber = false;
    const qint64 number = text.toLongLong(&isNumber);
    if (!isNumber)
        return failure(ask, 500, start + "invalid input syntax for type integer: \"" + text + "\"\n");
    if (number > std::numeric_limits<qint32>::max())
        return failure(ask, 500, start + "value \"" + text + "\" is out of range for type integer\n");
    return {};
}

HttpAnswer noTemplate(const HydraAsk &)
{
    return {.status = 500,
        .type = "text/html; charset=utf-8",
        .body = "<html>\n<head>\n    <title>Hydra</title>\n</head>\n<body>\n    <h1>Please come back "
                "later</h1>\n</body>\n</html>\n"};
}

NamedJobset namedJobset(const HydraAsk &ask)
{
    const QByteArray project = ask.at(1);
    const QByteArray name = ask.at(2);
    if (const auto found = ask.world().findJobset(project, name))
        return {.jobset = found, .instead = {}};
    for (const JobsetFacts &jobset : ask.world().jobsets()) {
        if (jobset.project != project || jobset.formerName.isEmpty() || jobset.formerName != name)
            continue;
        QByteArray query;
        for (const auto &[key, value] : ask.http.query)
            query += cat(query.isEmpty() ? "?" : "&", encoded(key), "=", encoded(value));
        return {.jobset = {},
            .instead = redirect(
                ask, 301, cat("/", ask.at(0), "/", encoded(project), "/", encoded(jobset.name), ask.rest(3), query))};
    }
    return {.jobset = {}, .instead = failure(ask, 404, "Jobset ‘" + name + "’ doesn't exist.")};
}

} // namespace narscope::sim
