// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <QObject>

namespace narscope::settings {

/// Secrets of a person, kept by the desktop's keyring (Secret Service or KWallet) and nowhere else. GUI
/// thread. Each call is answered by exactly one signal, later.
class Secrets : public QObject {
    Q_OBJECT
public:
    /// A store that is there while the program runs: the real one, or a test's.
    using QObject::QObject;

    virtual void read(const QString &name) = 0;
    /// An empty secret removes it.
    virtual void write(const QString &name, const QByteArray &secret) = 0;

Q_SIGNALS:
    void wasRead(const QString &name, const QByteArray &secret); ///< empty: there is none
    void wasWritten(const QString &name);
    void failed(const QString &name, const narscope::Problem &problem); ///< no keyring, locked, refused
};

/// The desktop's keyring, entries of the service «narscope».
[[nodiscard]] std::unique_ptr<Secrets> keyring();

/// Name of GitHub's token.
inline const QString gitHubToken = QStringLiteral("api.github.com");

} // namespace narscope::settings
