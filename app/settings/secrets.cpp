// SPDX-License-Identifier: GPL-3.0-or-later
#include "settings/secrets.h"

#include <qt6keychain/keychain.h>

using namespace Qt::StringLiterals;

namespace narscope::settings {

namespace {

const auto service = u"narscope"_s;

Problem problemOf(const QKeychain::Job &job)
{
    const bool isMissing = job.error() == QKeychain::NoBackendAvailable || job.error() == QKeychain::NotImplemented;
    const auto sentence = isMissing ? u"There is no keyring on this desktop: secrets cannot be kept."_s
                                    : u"The keyring did not answer as asked."_s;
    return problemSaying(ProblemKind::Io, sentence, job.key(), job.errorString()).error();
}

class Keyring final : public Secrets {
public:
    void read(const QString &name) override
    {
        auto *job = new QKeychain::ReadPasswordJob(service, this);
        job->setKey(name);
        connect(job, &QKeychain::Job::finished, this, [this, job, name] {
            if (job->error() == QKeychain::NoError || job->error() == QKeychain::EntryNotFound)
                Q_EMIT wasRead(name, job->error() == QKeychain::NoError ? job->textData().toUtf8() : QByteArray());
            else
                Q_EMIT failed(name, problemOf(*job));
        });
        job->start();
    }

    void write(const QString &name, const QByteArray &secret) override
    {
        QKeychain::Job *job = nullptr;
        if (secret.isEmpty()) {
            job = new QKeychain::DeletePasswordJob(service, this);
        } else {
            auto *writing = new QKeychain::WritePasswordJob(service, this);
            writing->setTextData(QString::fromUtf8(secret));
            job = writing;
        }
        job->setKey(name);
        connect(job, &QKeychain::Job::finished, this, [this, job, name] {
            const bool isDone = job->error() == QKeychain::NoError || job->error() == QKeychain::EntryNotFound;
            if (isDone)
                Q_EMIT wasWritten(name);
            else
                Q_EMIT failed(name, problemOf(*job));
        });
        job->start();
    }
};

} // namespace

std::unique_ptr<Secrets> keyring()
{
    return std::make_unique<Keyring>();
}

} // namespace narscope::settings
