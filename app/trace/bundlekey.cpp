// SPDX-License-Identifier: GPL-3.0-or-later
#include "trace/bundlekey.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace narscope::trace {

QString usualBundleKeyFile()
{
    // Not the program's own folder: window and terminal share the key.
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + u"/narscope/bundle-key"_s;
}

Result<nix::SecretKey> readBundleKey(const QString &file)
{
    QFile source(file);
    if (!source.exists())
        return problemSaying(ProblemKind::NotFound,
            u"There is no key to sign with. narscope-cli bundle key --make NAME makes one."_s, file);
    if (!source.open(QIODevice::ReadOnly))
        return problemSaying(ProblemKind::Io, u"The key cannot be read."_s, file, source.errorString());
    constexpr auto others
        = QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ReadOther | QFileDevice::WriteOther;
    if (source.permissions() & others)
        return problemSaying(ProblemKind::NotAllowed,
            u"Others may read the key: it is not used. Take their rights away (chmod 600)."_s, file);
    auto key = nix::parseSecretKey(source.read(4096).trimmed());
    if (!key)
        return problemSaying(ProblemKind::Malformed, u"The file is no Ed25519 secret key (NAME:BASE64)."_s, file);
    const auto same = nix::secretKeyFromSeed(key->name, key->bytes.first(nix::seedSize));
    if (!same || same->bytes != key->bytes)
        return problemSaying(
            ProblemKind::Malformed, u"The two halves of the secret key do not belong together."_s, file);
    return key;
}

Result<nix::SecretKey> makeBundleKey(const QString &file, const QByteArray &name)
{
    const bool isName = !name.isEmpty() && name.size() <= 200
        && std::ranges::all_of(name, [](char c) { return uchar(c) > ' ' && uchar(c) != 0x7f && c != ':'; });
    if (!isName)
        return problemSaying(ProblemKind::Usage,
            u"A key needs a name without spaces and colons, like mira.example.org-1."_s, QString::fromUtf8(name));
    QDir().mkpath(QFileInfo(file).absolutePath());
    const int handle = ::open(QFile::encodeName(file).constData(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    const auto failed = [&] {
        return problemSaying(
            ProblemKind::Io, u"The key could not be written."_s, file, QString::fromLocal8Bit(std::strerror(errno)));
    };
    if (handle < 0)
        return failed();
    auto key = nix::generateSecretKey(name);
    const auto text = key.text() + '\n';
    const bool isWritten
        = ::write(handle, text.constData(), size_t(text.size())) == text.size() && ::fsync(handle) == 0;
    if (::close(handle) != 0 || !isWritten)
        return failed();
    return key;
}

} // namespace narscope::trace
