// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QHttp1Configuration>
#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>

#include <cstdio>

// What Qt Network itself takes for the requests of a check: asked one behind the other, so many at once, answers read
// and thrown away. Nothing built on it can be faster; ./run prints it beside the program's own time.
//   bare URL IN_FLIGHT [with-files] < paths

using namespace Qt::StringLiterals;

namespace {

class Loop : public QObject {
public:
    Loop(QUrl base, qsizetype inFlight, bool withFiles)
        : m_base(std::move(base))
        , m_inFlight(inFlight)
        , m_withFiles(withFiles)
    {
        QHttp1Configuration http1;
        http1.setNumberOfConnectionsPerHost(inFlight);
        m_blank.setHttp1Configuration(http1);
        m_manager.setProxy(QNetworkProxy(QNetworkProxy::DefaultProxy)); // as app/net/systemproxies.cpp tells, and why
    }

    void add(const QByteArray &storePath)
    {
        m_waiting.append(QString::fromLatin1(storePath.mid(storePath.lastIndexOf('/') + 1, 32)) + u".narinfo"_s);
    }
    void pump()
    {
        while (m_running < m_inFlight && m_next < m_waiting.size())
            ask(m_waiting.at(m_next++));
        if (m_running == 0)
            QCoreApplication::exit(m_failed == 0 ? 0 : 1);
    }

private:
    void ask(const QString &place)
    {
        QNetworkRequest request = m_blank;
        request.setUrl(QUrl(m_base.toString() + u'/' + place));
        auto *reply = m_manager.get(request);
        ++m_running;
        connect(reply, &QNetworkReply::finished, this, [this, reply] { take(reply); });
    }
    void take(QNetworkReply *reply)
    {
        reply->deleteLater();
        --m_running;
        m_failed += reply->error() != QNetworkReply::NoError;
        const auto body = reply->readAll();
        if (const auto at = body.indexOf("\nURL: "); m_withFiles && at >= 0)
            m_waiting.append(QString::fromUtf8(body.mid(at + 6, body.indexOf('\n', at + 1) - at - 6)));
        pump();
    }

    QUrl m_base;
    QNetworkRequest m_blank;
    QNetworkAccessManager m_manager;
    QStringList m_waiting;
    qsizetype m_next = 0;
    qsizetype m_running = 0;
    qsizetype m_inFlight;
    int m_failed = 0;
    bool m_withFiles;
};

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const auto arguments = QCoreApplication::arguments();
    if (arguments.size() < 3)
        return 2;
    Loop loop(QUrl(arguments.at(1)), arguments.at(2).toInt(), arguments.contains("with-files"_L1));
    QFile input;
    if (!input.open(stdin, QIODevice::ReadOnly))
        return 2;
    for (const auto &path : input.readAll().split('\n')) {
        if (!path.isEmpty())
            loop.add(path);
    }
    QMetaObject::invokeMethod(&loop, [&loop] { loop.pump(); }, Qt::QueuedConnection);
    return QCoreApplication::exec();
}
