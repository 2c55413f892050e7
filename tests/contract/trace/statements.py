# SPDX-License-Identifier: GPL-3.0-or-later
# Reads a bundle's statements by the schemas of in-toto; strict but for SLSA's rule for extensions.
import base64, json, sys
sys.path.insert(0, ".")
from google.protobuf.json_format import ParseDict
from in_toto_attestation.v1.statement_pb2 import Statement
from in_toto_attestation.predicates.provenance.v1.provenance_pb2 import Provenance
from in_toto_attestation.predicates.vsa.v1.vsa_pb2 import VerificationSummary
schemas = {"https://slsa.dev/provenance/v1": Provenance, "https://slsa.dev/verification_summary/v1": VerificationSummary}
seen = []
for line in sys.stdin:
    envelope = json.loads(line)
    if "payload" not in envelope:
        continue
    statement = json.loads(base64.b64decode(envelope["payload"]))
    ParseDict(statement, Statement())
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert all(subject["digest"] for subject in statement["subject"])
    predicate = {name: value for name, value in statement["predicate"].items() if not name.startswith("narscope_")}
    message = ParseDict(predicate, schemas[statement["predicateType"]]())
    if statement["predicateType"] == "https://slsa.dev/provenance/v1":
        assert message.build_definition.build_type and message.run_details.builder.id and len(message.build_definition.external_parameters) > 0
        assert message.run_details.metadata.started_on.seconds == 1795603000
    else:
        assert message.verification_result == "PASSED" and message.verified_levels and message.resource_uri and message.time_verified.seconds == 1795608000
    seen.append(statement["predicateType"])
print(len(seen), len(set(seen)))
