// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/hash.h"

#include <QCoreApplication>
#include <QFile>
#include <QHttp1Configuration>
#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QThreadPool>

#include <lzma.h>
#include <sodium.h>

#include <atomic>
#include <vector>

// What the libraries themselves take for the requests of a check. Qt Network: asked one behind the other, so many at
// once, answers read and thrown away. With «work» also what no check can do without, on a pool: libsodium for each
// narinfo, liblzma and OpenSSL's SHA-256 for each file. Nothing built on them can be faster; ./run prints both.
//   bare URL IN_FLIGHT [with-files] [work] < paths

using namespace Qt::StringLiterals;
using namespace narscope;

namespace {

/// One signature over as many bytes as a fingerprint has. Pool threads.
class Signed {
public:
    Signed()
    {
        crypto_sign_keypair(m_public, m_secret);
        crypto_sign_detached(m_signature, nullptr, m_message, sizeof m_message, m_secret);
    }
    bool holds() const { return crypto_sign_verify_detached(m_signature, m_message, sizeof m_message, m_public) == 0; }

private:
    unsigned char m_public[crypto_sign_PUBLICKEYBYTES];
    unsigned char m_secret[crypto_sign_SECRETKEYBYTES];
    unsigned char m_signature[crypto_sign_BYTES];
    unsigned char m_message[200] = {};
};

bool digest(const QByteArray &file)
{
    static thread_local std::vector<char> contents(1024 * 1024);
    uint64_t memory = 128 * 1024 * 1024;
    size_t read = 0;
    size_t written = 0;
    const auto result
        = lzma_stream_buffer_decode(&memory, 0, nullptr, reinterpret_cast<const uint8_t *>(file.constData()), &read,
            size_t(file.size()), reinterpret_cast<uint8_t *>(contents.data()), &written, contents.size());
    const bool isEqual = hashOf(file) == hashOf(QByteArrayView(contents.data(), qsizetype(written)));
    return result == LZMA_OK && !isEqual;
}

struct Wanted {
    bool files = false;
    bool work = false;
};

class Loop : public QObject {
public:
    Loop(QUrl base, qsizetype inFlight, Wanted wanted)
        : m_base(std::move(base))
        , m_inFlight(inFlight)
        , m_wanted(wanted)
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
        if (m_running == 0) {
            m_pool.waitForDone();
            QCoreApplication::exit(m_failed == 0 ? 0 : 1);
        }
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
        const auto at = body.indexOf("\nURL: ");
        if (m_wanted.work)
            m_pool.start(
                [this, body, isNarInfo = at >= 0] { m_failed += !(isNarInfo ? m_signed.holds() : digest(body)); });
        if (m_wanted.files && at >= 0)
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
    Wanted m_wanted;
    Signed m_signed;
    std::atomic<int> m_failed = 0;
    QThreadPool m_pool; // last: ends before what it uses
};

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const auto arguments = QCoreApplication::arguments();
    if (arguments.size() < 3)
        return 2;
    if (sodium_init() < 0)
        return 2;
    Loop loop(QUrl(arguments.at(1)), arguments.at(2).toInt(),
        {.files = arguments.contains("with-files"_L1), .work = arguments.contains("work"_L1)});
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
