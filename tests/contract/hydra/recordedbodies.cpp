// SPDX-License-Identifier: GPL-3.0-or-later
#include "recordedbodies.h"

#include <QFile>
#include <QProcess>
#include <QTest>

using namespace Qt::StringLiterals;

namespace narscope::test {

namespace {

QString folder(const QString &generation)
{
    return QStringLiteral(NARSCOPE_SHARED_DIR) + u"/recorded/"_s + generation + u'/';
}

QByteArray unpacked(const QString &file)
{
    QProcess zstd;
    zstd.start(u"zstd"_s, {u"-dcq"_s, file});
    if (!zstd.waitForFinished(60'000) || zstd.exitCode() != 0)
        QTest::qFail(qPrintable(u"zstd cannot read "_s + file), __FILE__, __LINE__);
    return zstd.readAllStandardOutput();
}

} // namespace

QList<Recorded> recordedAnswers(const QString &generation)
{
    QFile index(folder(generation) + u"index.tsv"_s);
    QList<Recorded> answers;
    if (!index.open(QIODevice::ReadOnly))
        return answers;
    const auto lines = QString::fromUtf8(index.readAll()).split(u'\n', Qt::SkipEmptyParts);
    const auto columns = lines.value(0).split(u'\t');
    const auto at
        = [&columns](const QStringList &cells, const QString &column) { return cells.value(columns.indexOf(column)); };
    for (const auto &line : lines.mid(1)) {
        const auto cells = line.split(u'\t');
        answers.append({at(cells, u"slug"_s), at(cells, u"method"_s), at(cells, u"path"_s), at(cells, u"accept"_s),
            at(cells, u"status"_s).toInt(), at(cells, u"content_type"_s).section(u';', 0, 0)});
    }
    return answers;
}

QByteArray recordedBody(const QString &generation, const QString &slug)
{
    const auto path = folder(generation) + slug + u".body"_s;
    QFile plain(path);
    if (plain.open(QIODevice::ReadOnly))
        return plain.readAll();
    return unpacked(path + u".zst"_s);
}

} // namespace narscope::test
