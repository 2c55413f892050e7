# SPDX-License-Identifier: GPL-3.0-or-later
# Verifies a bundle's envelopes with securesystemslib.
import base64, json, sys
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey
from securesystemslib.exceptions import VerificationError
lines = [json.loads(line) for line in sys.stdin]
public = base64.b64decode(lines[0]["key"]).hex()
count = 0
for line in lines[1:]:
    if "payload" not in line:
        continue
    key = SSlibKey(line["signatures"][0]["keyid"], "ed25519", "ed25519", {"public": public})
    Envelope.from_dict(json.loads(json.dumps(line))).verify([key], 1)
    line["payloadType"] = "text/plain"
    try:
        Envelope.from_dict(line).verify([key], 1)
        sys.exit("another type was accepted")
    except VerificationError:
        count += 1
print(count)
