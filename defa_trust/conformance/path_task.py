"""The task `path`: from a certificate to an anchor, under a profile (floor 13)."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from typing import Any, Final

from ..errors import MisuseError
from ..finding import ALWAYS, Finding, Interval
from ..x509.anchors import AnchorSet, Constraints, Purpose, TrustAnchor
from ..x509.extensions import GeneralName, NameConstraints, NameKind
from ..x509.form import Conformance
from ..x509.path import ListedCertificate, PathOptions, find_path
from ..x509.policies import NO_INPUTS, AnyPolicy, ExplicitPolicy, PolicyInputs, PolicyMapping
from ..x509.profiles import PROFILES

Json = Mapping[str, Any]
_KNOWN: Final = frozenset(
    {
        *("profile", "territory", "initialPolicies", "explicitPolicy", "policyMapping"),
        *("anyPolicy", "conformance", "listed"),
    }
)


def findings_of(vector: Json, data: bytes) -> list[Finding]:
    """Everything the search says of one vector."""
    findings: list[Finding] = []
    anchors = AnchorSet(map(anchor_of, vector["trust"]["anchors"]))
    pool = [b64decode(item["base64"]) for item in vector.get("evidence", ())]
    options = options_of(vector["request"], vector["moment"])
    find_path(data, pool, anchors, options, findings)
    return findings


def anchor_of(item: Json) -> TrustAnchor:
    """An anchor as the vectors write it: a certificate, and what limits it."""
    validity = item.get("validity")
    purposes, policies = item.get("purposes"), item.get("policies")
    names = {side: _names(item[side]) for side in ("permitted", "excluded") if side in item}
    constraints = Constraints(
        validity=ALWAYS if validity is None else Interval(*validity),
        name_constraints=NameConstraints(**names) if names else None,
        path_length=item.get("pathLength"),
        policies=None if policies is None else frozenset(policies),
        territory=item.get("territory"),
        purposes=None if purposes is None else frozenset(map(Purpose, purposes)),
    )
    return TrustAnchor.from_certificate(b64decode(item["certificate"]), constraints)


def _names(items: list[Json]) -> tuple[GeneralName, ...]:
    return tuple(
        GeneralName(NameKind[item["kind"].upper()], b64decode(item["base64"])) for item in items
    )


def options_of(request: Json, moment: int) -> PathOptions:
    """The question; members left out take the defaults of the README."""
    if request.keys() - _KNOWN:
        raise MisuseError(f"a path request has no {', '.join(sorted(request.keys() - _KNOWN))}")
    policies = NO_INPUTS
    if request.keys() & {"initialPolicies", "explicitPolicy", "policyMapping", "anyPolicy"}:
        policies = PolicyInputs(
            frozenset(request.get("initialPolicies", NO_INPUTS.initial)),
            ExplicitPolicy(request.get("explicitPolicy", NO_INPUTS.explicit)),
            PolicyMapping(request.get("policyMapping", NO_INPUTS.mapping)),
            AnyPolicy(request.get("anyPolicy", NO_INPUTS.any_policy)),
        )
    return PathOptions(
        moment,
        PROFILES[request["profile"]],
        policies=policies,
        conformance=Conformance(request.get("conformance", Conformance.PATH)),
        territory=request.get("territory"),
        listed=ListedCertificate(request.get("listed", ListedCertificate.COUNTS)),
    )
