// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "github/types.h"

#include <QByteArrayView>

namespace narscope::github {

/// Of whose key an armored signature speaks: OpenPGP (RFC 9580 §5.2: packet 2, subpackets 33 and 16) or SSH
/// (PROTOCOL.sshsig). Fills kind and keyId; what cannot be read has no keyId. It checks nothing: that needs
/// the key.
[[nodiscard]] Signature readSignature(QByteArrayView armored);

} // namespace narscope::github
