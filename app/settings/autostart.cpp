// SPDX-License-Identifier: GPL-3.0-or-later
#include "settings/autostart.h"

#include <QDir>
#include <QFile>
#include <QSaveFile>
#include <QStandardPaths>

using namespace Qt::StringLiterals;

namespace narscope::settings {

namespace {

/// As an argument of Exec: quoted, with what is special inside quotes escaped, and once more as a value of
/// the file (Desktop Entry Specification, «The Exec key»). A percent sign would be a field code.
QString execArgument(const QString &text)
{
    QString quoted;
    for (const auto c : text) {
        if (c == u'"' || c == u'`' || c == u'$' || c == u'\\')
            quoted += u'\\';
        quoted += c;
        if (c == u'%')
            quoted += c;
    }
    return u'"' + quoted.replace(u'\\', u"\\\\"_s) + u'"';
}

} // namespace

Autostart::Autostart(QString folder, QString program, QString profile)
    : m_folder(std::move(folder))
    , m_program(std::move(program))
    , m_profile(std::move(profile))
{
}

QString Autostart::file() const
{
    return QDir(m_folder).filePath(u"org.narscope.Narscope.desktop"_s);
}

bool Autostart::isOn() const
{
    QFile entry(file());
    // Hidden=true in it is how desktops switch an entry off.
    return entry.open(QIODevice::ReadOnly) && !entry.read(64 * 1024).contains("\nHidden=true");
}

Result<void> Autostart::setOn(bool on)
{
    const auto failed = [this](const QString &reason) {
        return problemSaying(ProblemKind::Io, u"Starting with the desktop could not be changed."_s, file(), reason);
    };
    if (!on) {
        QFile entry(file());
        return !entry.exists() || entry.remove() ? Result<void>() : failed(entry.errorString());
    }
    const auto profile = m_profile.isEmpty() ? QString() : u" --profile "_s + execArgument(m_profile);
    const auto text
        = u"[Desktop Entry]\nType=Application\nName=Narscope\nComment=Watches how NixOS is built\nIcon=org.narscope.Narscope\nExec=%1 --hidden%2\nTerminal=false\n"_s
              .arg(execArgument(m_program), profile);
    QDir().mkpath(m_folder);
    QSaveFile entry(file());
    if (!entry.open(QIODevice::WriteOnly) || entry.write(text.toUtf8()) < 0 || !entry.commit())
        return failed(entry.errorString());
    return {};
}

QString autostartFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + u"/autostart"_s;
}

} // namespace narscope::settings
