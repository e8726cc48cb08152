"""Certificate policies along a path (RFC 5280, 6.1; RFC 9618)."""

from __future__ import annotations

from typing import Any

from ...x509.extensions import ANY_POLICY
from ..certificates import (
    Extension,
    certificate,
    inhibit_any_policy,
    policies,
    policy_constraints,
    policy_mappings,
)
from ..path_cases import anchor, path_case
from ..registry import Case, Group, Importance

_group = Group("x509", features=("certificate-policies", "es256", "path"), twin="policy_all_along")
_RFC = "RFC 5280"
P1, P2, P3 = "1.2.3.4.1", "1.2.3.4.2", "1.2.3.4.3"


def _case(
    upper: list[Extension],
    lower: list[Extension],
    leaf: list[Extension],
    limits: dict[str, Any] | None = None,
    **question: Any,
) -> Case:
    """Root, two authorities and a signer, each with its policy extensions."""
    top = certificate("root")
    first = certificate("upper", top, ca=True, extensions=upper)
    second = certificate("lower", first, ca=True, extensions=lower)
    last = certificate("signer", second, extensions=leaf)
    trusted = [anchor(top, **(limits or {}))]
    return path_case(last, second, first, top, trusted=trusted, **question)


def _required(*initial: str) -> dict[str, Any]:
    return {"explicitPolicy": "required", "initialPolicies": list(initial)}


@_group.vector(f"{_RFC}, 6.1.5")
def policy_all_along() -> Case:
    """Every certificate has the policy that is asked for."""
    each = [policies(P1, P2)]
    return _case(each, each, [policies(P1)], **_required(P1))


@_group.vector(f"{_RFC}, 6.1.5", "path.policy")
def policy_of_another_name() -> Case:
    """Every certificate has a policy, and it is not the one that is asked for."""
    each = [policies(P1)]
    return _case(each, each, each, **_required(P2))


@_group.vector(f"{_RFC}, 6.1.3", "path.policy")
def policy_missing_in_between() -> Case:
    """The lower authority has no policies, and one is required."""
    return _case([policies(P1)], [], [policies(P1)], **_required(P1))


@_group.vector(f"{_RFC}, 6.1.3", "path.policy")
def policy_changed_in_between() -> Case:
    """The lower authority has another policy, and maps nothing."""
    return _case([policies(P1)], [policies(P2)], [policies(P1)], **_required(P1))


@_group.vector(f"{_RFC}, 6.1.1")
def no_policy_and_none_asked_for() -> Case:
    """No certificate has a policy, and nobody asks."""
    return _case([], [], [])


@_group.vector(f"{_RFC}, 6.1.3")
def any_policy_of_the_authorities() -> Case:
    """The authorities stand for any policy, the signer's certificate for the one asked for."""
    each = [policies(ANY_POLICY)]
    return _case(each, each, [policies(P1)], **_required(P1))


@_group.vector(f"{_RFC}, 6.1.4", "path.policy", twin="any_policy_of_the_authorities")
def any_policy_inhibited_by_an_authority() -> Case:
    """The upper authority lets no certificate below it stand for any policy."""
    upper = [policies(ANY_POLICY), inhibit_any_policy(0)]
    return _case(upper, [policies(ANY_POLICY)], [policies(P1)], **_required(P1))


@_group.vector(f"{_RFC}, 6.1.1", "path.policy", twin="any_policy_of_the_authorities")
def any_policy_inhibited_by_the_question() -> Case:
    """The question itself excludes anyPolicy."""
    each = [policies(ANY_POLICY)]
    return _case(each, each, [policies(P1)], anyPolicy="inhibited", **_required(P1))


@_group.vector(f"{_RFC}, 6.1.4")
def policy_mapped() -> Case:
    """The upper authority's policy is the lower one's under another name."""
    upper = [policies(P1), policy_mappings((P1, P2))]
    return _case(upper, [policies(P2)], [policies(P2)], **_required(P1))


@_group.vector(
    f"{_RFC}, 6.1.5",
    "path.policy",
    twin="policy_mapped",
    notes="The policy asked for is in the anchor's terms, not in the signer's.",
)
def policy_mapped_and_asked_for_by_its_other_name() -> Case:
    """The question names the policy as the lower authority does."""
    upper = [policies(P1), policy_mappings((P1, P2))]
    return _case(upper, [policies(P2)], [policies(P2)], **_required(P2))


@_group.vector(f"{_RFC}, 6.1.1", "path.policy", twin="policy_mapped")
def policy_mapping_inhibited_by_the_question() -> Case:
    """The question excludes mappings."""
    upper = [policies(P1), policy_mappings((P1, P2))]
    leaf = [policies(P2)]
    return _case(upper, leaf, leaf, policyMapping="inhibited", **_required(P1))


@_group.vector(f"{_RFC}, 6.1.4", "path.policy", twin="policy_mapped")
def policy_mapping_inhibited_by_an_authority() -> Case:
    """The upper authority lets no authority below it map."""
    upper = [policies(P1), policy_constraints(mapping=0)]
    lower = [policies(P1), policy_mappings((P1, P2))]
    return _case(upper, lower, [policies(P2)], **_required(P1))


@_group.vector(f"{_RFC}, 6.1.4", "path.policy_mapping_any", twin="policy_mapped")
def policy_mapping_of_any_policy() -> Case:
    """An authority maps anyPolicy, which nobody may."""
    upper = [policies(ANY_POLICY), policy_mappings((ANY_POLICY, P2))]
    return _case(upper, [policies(P2)], [policies(P2)], **_required(P2))


@_group.vector(f"{_RFC}, 6.1.4")
def policy_required_by_an_authority() -> Case:
    """The upper authority requires a policy below it, and there is one."""
    upper = [policies(P1), policy_constraints(explicit=0)]
    return _case(upper, [policies(P1)], [policies(P1)])


@_group.vector(f"{_RFC}, 6.1.4", "path.policy", twin="policy_required_by_an_authority")
def policy_required_by_an_authority_and_missing() -> Case:
    """The upper authority requires a policy below it; the signer's certificate has another."""
    upper = [policies(P1), policy_constraints(explicit=0)]
    return _case(upper, [policies(P1)], [policies(P3)])


@_group.vector(f"{_RFC}, 6.1.4", "path.policy", twin="policy_required_by_an_authority")
def policy_required_two_certificates_later() -> Case:
    """The upper authority requires a policy from the second certificate below it on."""
    return _case([policies(P1), policy_constraints(explicit=1)], [policies(P1)], [])


@_group.vector("RFC 5937, 3", importance=Importance.PROFILE)
def policy_an_anchor_is_listed_for() -> Case:
    """The list names the anchor for one policy, and the path has it."""
    each = [policies(P1)]
    return _case(each, each, each, {"policies": [P1]})


@_group.vector(
    "RFC 5937, 3",
    "path.policy",
    twin="policy_an_anchor_is_listed_for",
    importance=Importance.PROFILE,
)
def policy_an_anchor_is_not_listed_for() -> Case:
    """The list names the anchor for one policy, and the path has another."""
    each = [policies(P1)]
    return _case(each, each, each, {"policies": [P2]})
