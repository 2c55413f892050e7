// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/world.h"
#include "support/tool.h"

#include <QHash>
#include <QRegularExpression>
#include <QUrl>

namespace narscope::test {

/// The simulated sources as a repository of the real git. Its commits have hashes of their own, so that what passes
/// between a client and the simulator is translated.
class GitWorld {
public:
    /// `folder` exists and is empty.
    GitWorld(const sim::Source &source, const QString &folder)
    {
        using namespace Qt::StringLiterals;
        const auto git = [&folder](const QStringList &arguments, const QByteArray &input = {}) {
            const auto run = runTool(u"git"_s, arguments, folder, input);
            if (run.code != 0)
                qFatal("git: %s", run.err.constData());
            return run.out;
        };
        git({u"init"_s, u"-q"_s, u"--bare"_s});
        git({u"fast-import"_s, u"--quiet"_s, u"--export-marks=marks"_s}, stream(source));
        QFile marks(folder + u"/marks"_s);
        if (!marks.open(QIODevice::ReadOnly))
            qFatal("git leaves no marks");
        for (const auto &line : marks.readAll().split('\n')) {
            const auto parts = line.split(' ');
            if (parts.size() != 2)
                continue;
            const auto &simulated = source.commits()[size_t(parts[0].mid(1).toLongLong() - 1)].sha;
            m_real.insert(simulated, parts[1]);
            m_simulated.insert(parts[1], simulated);
        }
    }

    [[nodiscard]] QByteArray toReal(const QByteArray &text) const { return translated(text, m_real); }
    [[nodiscard]] QUrl toSimulated(const QUrl &url) const
    {
        return QUrl::fromEncoded(translated(url.toEncoded(), m_simulated));
    }

private:
    static QByteArray stream(const sim::Source &source)
    {
        QByteArray text;
        const auto mark = [](sim::CommitIndex index) { return ':' + QByteArray::number(qint64(index) + 1); };
        qint64 number = 0;
        for (const auto &commit : source.commits()) {
            if (commit.parents.empty())
                text += "reset refs/heads/made\n\n";
            text += "commit refs/heads/made\nmark :" + QByteArray::number(++number) + "\ncommitter " + commit.author
                + " <a@example.org> " + QByteArray::number(commit.time) + " +0000\ndata "
                + QByteArray::number(commit.subject.size()) + '\n' + commit.subject + '\n';
            for (size_t i = 0; i < commit.parents.size(); ++i)
                text += (i == 0 ? "from " : "merge ") + mark(commit.parents[i]) + '\n';
        }
        for (const auto &[branch, head] : source.branches())
            text += "reset refs/heads/" + branch + "\nfrom " + mark(head) + "\n\n";
        return text + "done\n";
    }

    static QByteArray translated(const QByteArray &text, const QHash<QByteArray, QByteArray> &names)
    {
        QByteArray made;
        qsizetype digits = 0; // hexadecimal ones just before
        for (qsizetype i = 0; i <= text.size(); ++i) {
            const bool isDigit = i < text.size() && QByteArrayView("0123456789abcdef").contains(text[i]);
            if (isDigit) {
                ++digits;
                continue;
            }
            const auto word = text.sliced(i - digits, digits);
            made += digits == 40 ? names.value(word, word) : word;
            digits = 0;
            if (i < text.size())
                made += text[i];
        }
        return made;
    }

    QHash<QByteArray, QByteArray> m_real;
    QHash<QByteArray, QByteArray> m_simulated;
};

} // namespace narscope::test
