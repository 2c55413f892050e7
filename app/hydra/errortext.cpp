// SPDX-License-Identifier: GPL-3.0-or-later
#include "hydra/htmltree.h"
#include "hydra/jsonparsers.h"
#include "hydra/jsonread.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace narscope::hydra {

namespace {

constexpr qsizetype longestMessage = 400; ///< characters
constexpr qsizetype longestPlain = 4096; ///< bytes looked at

/// {"error": "..."}; also when a limit of ours has cut the body.
QString jsonError(QByteArrayView body)
{
    static const QRegularExpression message(u"\"error\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)"_s);
    simdjson::dom::parser parser;
    if (const auto top = parseJson(parser, body))
        return JsonObject(*top).text("error");
    auto text = message.match(QString::fromUtf8(body)).captured(1);
    return text.replace("\\n"_L1, "\n"_L1).replace("\\\""_L1, "\""_L1);
}

QString htmlError(QByteArrayView body)
{
    const auto tree = HtmlTree::parse(body);
    if (!tree)
        return {};
    if (const auto alert = tree->root().first(GUMBO_TAG_DIV, "alert-error"_L1))
        return alert.text();
    return tree->root().first(GUMBO_TAG_TITLE).text();
}

/// A database error comes with the statement and the server's file names; only its first line says what is wrong.
QString withoutInternals(const QString &text)
{
    static const QRegularExpression database(u"DBI Exception: .*?ERROR:\\s*([^\\n]*)"_s);
    if (const auto match = database.match(text); match.hasMatch())
        return match.captured(1);
    static const QRegularExpression place(u"^DBIx::\\S+: | at /\\S+ line \\d+\\.?"_s);
    return QString(text).remove(place);
}

} // namespace

QString errorText(QByteArrayView body)
{
    const auto start = body.trimmed();
    QString text;
    if (start.startsWith('{'))
        text = jsonError(start);
    else if (start.startsWith('<'))
        text = htmlError(start);
    else
        text = QString::fromUtf8(start.first(qMin(start.size(), longestPlain)));
    text = plainLine(withoutInternals(text));
    return text.size() > longestMessage ? text.first(longestMessage) + u'…' : text;
}

} // namespace narscope::hydra
