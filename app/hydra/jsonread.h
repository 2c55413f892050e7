// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "json/jsonread.h"

// Hydra's readers are written in the words of json::.

namespace narscope::hydra {

using namespace json;

} // namespace narscope::hydra
