// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sim/service.h"

namespace narscope::sim {

/// An object as S3 behind Fastly serves it: with ETag, Last-Modified and the CDN's own headers.
[[nodiscard]] HttpAnswer cdnObject(
    const QByteArray &type, QByteArray body, qint64 modified, const QByteArray &encoding = {});
/// The same, or 304 when the request says that the client has it already.
[[nodiscard]] HttpAnswer ifChanged(HttpAnswer answer, const HttpRequest &request);
/// The CDN's short 404.
[[nodiscard]] HttpAnswer cdnNotFound();
/// "Wed, 25 Nov 2026 14:41:10 GMT"
[[nodiscard]] QByteArray httpDate(qint64 epochSeconds);

} // namespace narscope::sim
