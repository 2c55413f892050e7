// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace narscope::github {

/// A person's token for GitHub. It can be sent, and nothing else: it does not print, compare or convert.
class Token {
public:
    Token() = default;
    explicit Token(QByteArray secret)
        : m_secret(std::move(secret).trimmed())
    {
    }
    [[nodiscard]] bool isEmpty() const { return m_secret.isEmpty(); }
    /// The value of the header Authorization.
    [[nodiscard]] QByteArray authorization() const { return "Bearer " + m_secret; }

private:
    QByteArray m_secret;
};

} // namespace narscope::github
