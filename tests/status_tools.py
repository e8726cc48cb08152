"""Asking about credentials with status lists at hand: what the status tests share."""

from defa_trust.conformance import build
from defa_trust.conformance import status_lists as lists
from defa_trust.conformance.trust import snapshot_of
from defa_trust.material import Evidence, EvidenceKind, Item
from defa_trust.policy import DEFAULT_POLICY
from defa_trust.request import HolderBinding, Request
from defa_trust.verdict import Outcome
from defa_trust.verify import Verifier

NOW = build.MOMENT
URI, IDX = lists.URI, lists.INDEX
STATUS = EvidenceKind.STATUS_LIST
WORLD = snapshot_of(build.world())


def item(octets, uri=URI, fetched=None):
    return Item(STATUS, octets, uri, fetched)


def held(*octets, fetched=None):
    """Each under the same address; usually one."""
    return Evidence(item(one, fetched=fetched) for one in octets)


def credential(idx=IDX, uri=URI, **members):
    """A VC-JWT whose status stands in a token status list."""
    return build.vc(status=lists.token_reference(idx, uri), **members)


def w3c_credential(**entry):
    return build.vc(credentialStatus=lists.bitstring_entry(**entry))


def verdict(data, evidence, *, trust=WORLD, at=NOW, policy=DEFAULT_POLICY, **asked):
    request = Request("SG", HolderBinding.IF_PRESENT, at=at, **asked)
    return Verifier(trust, policy).evaluate(data, request, evidence).verdict


def against(judged):
    """Codes of what stands in the way, in order."""
    return [f.code.id for f in judged.findings if f.code.outcome is not Outcome.MET]


def ask(octets, *, data=None, fetched=None, **more):
    """Codes that stand in the way of a credential whose list is ``octets``; empty for "good"."""
    return against(verdict(data or credential(), held(octets, fetched=fetched), **more))


def finding(judged, code):
    (found,) = [f for f in judged.findings if f.code.id == code]
    return found
