// SPDX-License-Identifier: GPL-3.0-or-later
#include "log/marks.h"

#include "log/escapes.h"

#include <QCryptographicHash>
#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

using namespace Qt::StringLiterals;

namespace narscope::log {

namespace {

constexpr qint64 largestFile = 8 << 20; ///< bytes
constexpr qint64 remembered = 200; ///< bytes of a line
constexpr qint64 reach = 500; ///< lines up and down

QString fileOf(const QString &folder, const QString &name)
{
    return folder + u'/'
        + QString::fromLatin1(QCryptographicHash::hash(name.toUtf8(), QCryptographicHash::Sha256).toHex().first(40))
        + u".json"_s;
}

QByteArray textOf(Line line, const Bytes &bytes, const LineIndex &index)
{
    if (line.value < 0 || line.value >= index.lineCount())
        return {};
    const auto begin = index.offsetOf(line, bytes);
    auto raw = begin ? bytes.read(*begin, 4 * remembered) : Result<QByteArray>(QByteArray());
    if (!raw)
        return {};
    if (const auto end = raw->indexOf('\n'); end >= 0)
        raw->truncate(end);
    return visible(*raw).first(qMin<qsizetype>(remembered, visible(*raw).size()));
}

/// The nearest line with the text.
Line found(const LineMark &mark, const Bytes &bytes, const LineIndex &index)
{
    if (mark.text.isEmpty())
        return mark.line;
    for (qint64 step = 0; step <= reach; ++step) {
        for (const auto line : {Line(mark.line.value + step), Line(mark.line.value - step)}) {
            if (textOf(line, bytes, index) == mark.text)
                return line;
        }
    }
    return mark.line;
}

} // namespace

Result<QList<LineMark>> readMarks(
    const QString &folder, const QString &name, const Bytes &bytes, const LineIndex &index)
{
    QFile file(fileOf(folder, name));
    if (!file.exists())
        return QList<LineMark>{};
    if (!file.open(QIODevice::ReadOnly))
        return problemSaying(
            ProblemKind::Io, u"The bookmarks of this log cannot be read."_s, file.fileName(), file.errorString());
    const auto object = QJsonDocument::fromJson(file.read(largestFile)).object();
    if (object[u"log"_s].toString() != name)
        return problemSaying(ProblemKind::Malformed, u"The bookmarks of this log cannot be read."_s, file.fileName());
    QList<LineMark> marks;
    for (const auto &value : object[u"marks"_s].toArray()) {
        if (marks.size() >= maxMarks)
            break;
        LineMark mark{.line = Line(value[u"line"_s].toInteger() - 1),
            .note = value[u"note"_s].toString(),
            .text = QByteArray::fromBase64(value[u"text"_s].toString().toLatin1())};
        mark.line = found(mark, bytes, index);
        if (mark.line.value >= 0 && mark.line.value < index.lineCount())
            marks << mark;
    }
    return marks;
}

Result<void> writeMarks(
    const QString &folder, const QString &name, QList<LineMark> marks, const Bytes &bytes, const LineIndex &index)
{
    const auto path = fileOf(folder, name);
    if (marks.isEmpty()) {
        QFile::remove(path);
        return {};
    }
    QJsonArray array;
    for (const auto &mark : std::as_const(marks).first(qMin(marks.size(), maxMarks)))
        array << QJsonObject{{u"line"_s, mark.line.value + 1}, {u"note"_s, mark.note},
            {u"text"_s, QString::fromLatin1(textOf(mark.line, bytes, index).toBase64())}};
    QDir().mkpath(folder);
    QSaveFile file(path);
    const auto json = QJsonDocument(QJsonObject{{u"log"_s, name}, {u"marks"_s, array}}).toJson(QJsonDocument::Compact);
    if (!file.open(QIODevice::WriteOnly) || file.write(json) != json.size() || !file.commit())
        return problemSaying(ProblemKind::Io, u"The bookmarks of this log cannot be kept."_s, path, file.errorString());
    return {};
}

} // namespace narscope::log
