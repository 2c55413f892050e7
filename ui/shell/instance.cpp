// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/instance.h"

#include <kdsingleapplication.h>

#include <QCryptographicHash>
#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace narscope::ui {

namespace {

constexpr int patience = 5000; ///< ms
constexpr qsizetype longestMessage = 64 * 1024;

QString nameOf(const QString &profile)
{
    const auto path = QDir(profile).absolutePath().toUtf8();
    return u"narscope-"_s
        + QString::fromLatin1(QCryptographicHash::hash(path, QCryptographicHash::Sha256).toHex().first(16));
}

} // namespace

QByteArray writeHandOver(const HandOver &wish)
{
    return QJsonDocument(QJsonObject{{u"open"_s, wish.open}, {u"place"_s, wish.place}}).toJson(QJsonDocument::Compact);
}

HandOver readHandOver(QByteArrayView message)
{
    if (message.size() > longestMessage)
        return {};
    const auto object = QJsonDocument::fromJson(message.toByteArray()).object();
    return {.open = object.value("open"_L1).toString(), .place = object.value("place"_L1).toString()};
}

Instance::Instance(const QString &profile, QObject *parent)
    : QObject(parent)
    , m_single(std::make_unique<KDSingleApplication>(
          nameOf(profile), KDSingleApplication::Option::IncludeUsernameInSocketName))
{
    connect(m_single.get(), &KDSingleApplication::messageReceived, this,
        [this](const QByteArray &message) { Q_EMIT wanted(readHandOver(message)); });
}

Instance::~Instance() = default;

bool Instance::isFirst() const
{
    return m_single->isPrimaryInstance();
}

bool Instance::handOver(const HandOver &wish)
{
    return m_single->sendMessageWithTimeout(writeHandOver(wish), patience);
}

} // namespace narscope::ui
