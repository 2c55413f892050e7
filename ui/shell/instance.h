// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <memory>

class KDSingleApplication;

namespace narscope::ui {

/// What a second start asks of the first.
struct HandOver {
    QString open; ///< as if typed into the field
    QString place;

    bool operator==(const HandOver &) const = default;
};

[[nodiscard]] QByteArray writeHandOver(const HandOver &wish);
/// Empty when the message makes no sense: it comes from another program of this user.
[[nodiscard]] HandOver readHandOver(QByteArrayView message);

/// One program per profile: two would write the same files. The first one listens on a local socket of this
/// user.
class Instance : public QObject {
    Q_OBJECT
public:
    explicit Instance(const QString &profile, QObject *parent = nullptr);
    ~Instance() override;

    [[nodiscard]] bool isFirst() const;
    /// To the first; false when it does not answer within five seconds.
    [[nodiscard]] bool handOver(const HandOver &wish);

Q_SIGNALS:
    void wanted(const narscope::ui::HandOver &wish);

private:
    std::unique_ptr<KDSingleApplication> m_single;
};

} // namespace narscope::ui
