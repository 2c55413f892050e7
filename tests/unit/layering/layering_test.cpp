// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDirIterator>
#include <QFile>
#include <QMap>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

using namespace Qt::StringLiterals;

namespace {

/// ARCHITECTURE.md's table: which folders the sources of a folder may include from, besides their own.
const QMap<QString, QStringList> allowed{
    {u"app/base"_s, {}},
    {u"app/json"_s, {u"app/base"_s}},
    {u"app/net"_s, {u"app/base"_s}},
    {u"app/nix"_s, {u"app/base"_s, u"app/net"_s}},
    {u"app/hydra"_s, {u"app/base"_s, u"app/json"_s, u"app/net"_s}},
    {u"app/github"_s, {u"app/base"_s, u"app/json"_s, u"app/net"_s}},
    {u"app/ofborg"_s, {u"app/base"_s, u"app/json"_s, u"app/net"_s}},
    // Its pages and JSON are read by Hydra's readers, its archives by the cache's decoder.
    {u"app/channels"_s, {u"app/base"_s, u"app/json"_s, u"app/net"_s, u"app/hydra"_s, u"app/nix"_s}},
    {u"app/history"_s, {u"app/base"_s, u"app/hydra"_s}},
    {u"app/log"_s, {u"app/base"_s, u"app/net"_s, u"app/hydra"_s, u"app/nix"_s, u"app/ofborg"_s}},
    {u"app/settings"_s, {u"app/base"_s, u"app/net"_s}},
    {u"app/trace"_s,
        {u"app/base"_s, u"app/net"_s, u"app/nix"_s, u"app/hydra"_s, u"app/github"_s, u"app/ofborg"_s, u"app/channels"_s,
            u"app/history"_s}},
    {u"app/watch"_s,
        {u"app/base"_s, u"app/net"_s, u"app/nix"_s, u"app/hydra"_s, u"app/github"_s, u"app/ofborg"_s, u"app/channels"_s,
            u"app/history"_s}},
    {u"app/sim"_s, {u"app/base"_s, u"app/net"_s, u"app/nix"_s}},
};

QString folderOf(const QString &path)
{
    return path.section(u'/', 0, 1);
}

QString targetOf(const QString &include)
{
    return include.startsWith("ui/"_L1) ? folderOf(include) : u"app/"_s + include.section(u'/', 0, 0);
}

QStringList sourcesBelow(const QString &folder)
{
    QStringList files;
    const QDir top(QStringLiteral(NARSCOPE_SOURCE_DIR));
    QDirIterator it(top.filePath(folder), {u"*.cpp"_s, u"*.h"_s}, QDir::Files, QDirIterator::Subdirectories);
    while (it.hasNext())
        files << top.relativeFilePath(it.next());
    return files;
}

QByteArray contents(const QString &file)
{
    QFile source(QDir(QStringLiteral(NARSCOPE_SOURCE_DIR)).filePath(file));
    return source.open(QIODevice::ReadOnly) ? source.readAll() : QByteArray();
}

QStringList includesOf(const QString &file, const QString &pattern)
{
    QStringList includes;
    const QRegularExpression line(u"^\\s*#include "_s + pattern, QRegularExpression::MultilineOption);
    auto matches = line.globalMatch(QString::fromUtf8(contents(file)));
    while (matches.hasNext())
        includes << matches.next().captured(1);
    return includes;
}

} // namespace

/// Debian keeps all of Qt under one include root, so a wrong include compiles; this reads them instead.
class LayeringTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void foldersOfAppIncludeOnlyWhatStandsBelowThem()
    {
        QStringList wrong;
        for (const auto &file : sourcesBelow(u"app"_s)) {
            const auto folder = folderOf(file);
            if (folder == "app/cli"_L1)
                continue;
            QVERIFY2(allowed.contains(folder), qPrintable(folder + u" is not in the table"_s));
            for (const auto &include : includesOf(file, u"\"([^\"]+/[^\"]+)\""_s)) {
                const auto target = targetOf(include);
                if (target != folder && !allowed[folder].contains(target))
                    wrong << file + u" includes "_s + include;
            }
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(u'\n')));
    }

    void appKnowsNoWidgetsAndOnlyNetOwnsTheNetwork()
    {
        static const QRegularExpression gui(
            u"^(QtGui|QtWidgets)/|^(QWidget|QApplication|QGuiApplication|QPainter|QIcon|QPixmap|QImage|QColor|QFont|QDialog|QLabel|QMainWindow)$"_s);
        QStringList wrong;
        for (const auto &file : sourcesBelow(u"app"_s) + sourcesBelow(u"ui"_s)) {
            for (const auto &include : includesOf(file, u"<([^>]+)>"_s)) {
                if (file.startsWith("app/"_L1) && gui.match(include).hasMatch())
                    wrong << file + u" includes "_s + include;
                const bool isDoor = include.endsWith("QNetworkAccessManager"_L1)
                    || (include.endsWith("QWebSocket"_L1) && !file.startsWith("app/sim/"_L1));
                if (!file.startsWith("app/net/"_L1) && isDoor)
                    wrong << file + u" reaches the network past app/net"_s;
            }
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(u'\n')));
    }

    void placesDoNotIncludeOneAnother()
    {
        const QSet<QString> shared{u"ui/models"_s, u"ui/widgets"_s};
        QStringList wrong;
        for (const auto &file : sourcesBelow(u"ui"_s)) {
            const auto folder = folderOf(file);
            if (folder == "ui/shell"_L1 || file.count(u'/') == 1)
                continue;
            for (const auto &include : includesOf(file, u"\"(ui/[^\"]+)\""_s)) {
                if (targetOf(include) != folder && !shared.contains(targetOf(include)))
                    wrong << file + u" includes "_s + include;
            }
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(u'\n')));
    }
};

QTEST_APPLESS_MAIN(LayeringTest)
#include "layering_test.moc"
