// SPDX-License-Identifier: GPL-3.0-or-later
#include "net/pathrules.h"

using namespace Qt::StringLiterals;

namespace narscope::net {

namespace {

constexpr int maxDecodings = 8;
constexpr int defaultHttp = 80;
constexpr int defaultHttps = 443;

std::optional<QByteArray> decoded(QByteArray path)
{
    for (int i = 0; i < maxDecodings; ++i) {
        if (!path.contains('%'))
            return path;
        auto next = QByteArray::fromPercentEncoding(path);
        if (next == path)
            return path;
        path = std::move(next);
    }
    return std::nullopt;
}

bool isControl(char c)
{
    const auto code = static_cast<unsigned char>(c);
    return code < 0x20 || code == 0x7f;
}

/// One expression for all patterns, each over the whole path. Qt compiles it when it is first asked.
std::optional<QRegularExpression> compile(const QStringList &patterns)
{
    if (patterns.isEmpty())
        return std::nullopt;
    return QRegularExpression(QRegularExpression::anchoredPattern(u"(?:"_s + patterns.join(u")|(?:"_s) + u")"_s));
}

int portOf(const QUrl &url)
{
    return url.port(url.scheme() == "https"_L1 ? defaultHttps : defaultHttp);
}

std::unexpected<Problem> refused(const QUrl &url, const QString &why)
{
    return problem(ProblemKind::NotAllowed, url.toDisplayString(), why);
}

} // namespace

std::optional<QString> plainPath(const QUrl &url)
{
    auto path = decoded(url.path(QUrl::FullyEncoded).toLatin1());
    if (!path || std::ranges::any_of(*path, isControl))
        return std::nullopt;
    path->replace('\\', '/');
    QByteArray plain;
    for (qsizetype at = 0; at < path->size();) {
        auto end = path->indexOf('/', at);
        if (end < 0)
            end = path->size();
        const auto segment = QByteArrayView(*path).sliced(at, end - at);
        if (segment == "." || segment == "..")
            return std::nullopt;
        if (!segment.isEmpty())
            plain.append('/').append(segment);
        at = end + 1;
    }
    return plain.isEmpty() ? u"/"_s : QString::fromUtf8(plain);
}

PathRules::PathRules(const Server &server)
    : m_base(plainPath(server.url).value_or(u"/"_s))
    , m_allowed(compile(server.policy.allowedPaths))
    , m_forbidden(compile(server.policy.forbiddenPaths))
{
    if (m_base == "/"_L1)
        m_base.clear();
}

bool PathRules::covers(const QUrl &url) const
{
    if (m_base.isEmpty())
        return true;
    const auto path = plainPath(url);
    return path && path->startsWith(m_base) && (path->size() == m_base.size() || path->at(m_base.size()) == u'/');
}

Result<void> PathRules::check(const QUrl &url) const
{
    if (!url.userInfo().isEmpty())
        return refused(url, u"the address holds a user's name"_s);
    auto path = plainPath(url);
    if (!path)
        return refused(url, u"the path could be understood in more than one way"_s);
    path->remove(0, m_base.size());
    if (path->isEmpty())
        *path = u"/"_s;
    if (m_forbidden && m_forbidden->match(*path).hasMatch())
        return refused(url, u"the policy forbids this path"_s);
    if (m_allowed && !m_allowed->match(*path).hasMatch())
        return refused(url, u"the policy does not name this path"_s);
    return {};
}

Result<void> checkRedirect(const QUrl &from, const QUrl &to, const Policy &policy)
{
    const auto denied = [&](const QString &why) {
        return problem(ProblemKind::Redirect, from.toDisplayString(), u"to %1: %2"_s.arg(to.toDisplayString(), why));
    };
    const bool secure = to.scheme() == "https"_L1;
    if (!to.isValid() || to.host().isEmpty() || (!secure && to.scheme() != "http"_L1))
        return denied(u"not a web address"_s);
    if (!to.userInfo().isEmpty())
        return denied(u"the address holds a user's name"_s);
    if (from.scheme() == "https"_L1 && !secure)
        return denied(u"from https to http"_s);
    const bool sameHost = from.host() == to.host();
    const bool upgrade = secure && portOf(from) == defaultHttp && portOf(to) == defaultHttps;
    if (sameHost && (portOf(from) == portOf(to) || upgrade))
        return {};
    const auto names = [&](const QString &host) {
        return host.startsWith("*."_L1) && to.host().endsWith(QStringView(host).sliced(1));
    };
    if (std::ranges::any_of(policy.redirectHosts, names))
        return {};
    const QString withPort = u"%1:%2"_s.arg(to.host()).arg(portOf(to));
    if (policy.redirectHosts.contains(to.host()) || policy.redirectHosts.contains(withPort))
        return {};
    return denied(u"another host, which the policy does not name"_s);
}

} // namespace narscope::net
