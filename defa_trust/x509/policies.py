"""Certificate policies along a path: RFC 5280, 6.1 with the policy graph of RFC 9618 (floor 4).

The graph has one node a policy and depth, so that no combination of policies and mappings costs
more than their number (the tree of RFC 5280 grows exponentially). Qualifiers are for people and
take no part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, NamedTuple

from .anchors import TrustAnchor
from .certificate import UntrustedCertificate
from .extensions import ANY_POLICY, POLICY_CONSTRAINTS, POLICY_MAPPINGS


class ExplicitPolicy(Enum):
    """RFC 5280, 6.1.1 (f): must the path be valid for one of the wanted policies?"""

    AS_CERTIFICATES_SAY = "as_certificates_say"
    REQUIRED = "required"


class PolicyMapping(Enum):
    """RFC 5280, 6.1.1 (e)."""

    ALLOWED = "allowed"
    INHIBITED = "inhibited"


class AnyPolicy(Enum):
    """RFC 5280, 6.1.1 (g)."""

    ALLOWED = "allowed"
    INHIBITED = "inhibited"


@dataclass(frozen=True, slots=True)
class PolicyInputs:
    """What a caller wants of the policies (RFC 5280, 6.1.1 (c), (e), (f), (g)).

    ``initial``: dotted OIDs; `{anyPolicy}` is indifferent.
    """

    initial: frozenset[str] = frozenset({ANY_POLICY})
    explicit: ExplicitPolicy = ExplicitPolicy.AS_CERTIFICATES_SAY
    mapping: PolicyMapping = PolicyMapping.ALLOWED
    any_policy: AnyPolicy = AnyPolicy.ALLOWED


NO_INPUTS: Final = PolicyInputs()
_REQUIRED: Final = ExplicitPolicy.REQUIRED


class PolicyAnswer(NamedTuple):
    """``failed_at`` and ``mapped_any_at`` count as findings do (1: the first certificate of the
    path), ``None`` where that did not happen. ``policies``: the user-constrained policy set, in the
    terms of the anchor's domain; `anyPolicy` stands for all."""

    failed_at: int | None
    mapped_any_at: int | None
    policies: frozenset[str]


@dataclass(slots=True, eq=False)
class _Node:
    """One policy at one depth. ``parents`` are nodes one level up; none at the root."""

    policy: str
    expected: set[str]
    parents: list[_Node] = field(default_factory=list)
    children: int = 0


_Graph = list[dict[str, _Node]]
_NEVER: Final = 1 << 30
"""In place of n + 1 (6.1.2): more certificates than any path has."""


def must_evaluate(
    chain: Sequence[UntrustedCertificate], anchor: TrustAnchor, inputs: PolicyInputs
) -> bool:
    """Could policies make this path fail? Otherwise they are only worked out when asked for."""
    if (
        inputs.explicit is _REQUIRED
        or anchor.constraints.policies is not None
        or anchor.policy_constraints.require_explicit is not None
    ):
        return True
    for certificate in chain:
        extensions = certificate.extensions
        if POLICY_CONSTRAINTS in extensions or POLICY_MAPPINGS in extensions:
            return True
    return False


def evaluate(
    chain: Sequence[UntrustedCertificate], anchor: TrustAnchor, inputs: PolicyInputs
) -> PolicyAnswer:
    """Process the policies of a path (``chain``: first the certificate asked about)."""
    initial = inputs.initial
    if anchor.constraints.policies is not None:
        # RFC 5937, 3: the anchor's policy set narrows the caller's.
        own = anchor.constraints.policies
        initial = own if ANY_POLICY in initial else initial & own
    own_limits = anchor.policy_constraints
    explicit = 0 if inputs.explicit is _REQUIRED else _NEVER
    if anchor.constraints.policies is not None:
        explicit = 0
    mapping = 0 if inputs.mapping is PolicyMapping.INHIBITED else _NEVER
    any_policy = 0 if inputs.any_policy is AnyPolicy.INHIBITED else _NEVER
    explicit = _lower(explicit, own_limits.require_explicit)
    mapping = _lower(mapping, own_limits.inhibit_mapping)
    any_policy = _lower(any_policy, anchor.inhibit_any_policy)
    graph: _Graph | None = [{ANY_POLICY: _Node(ANY_POLICY, {ANY_POLICY})}]
    for at in range(len(chain), 0, -1):
        certificate = chain[at - 1]
        last, self_issued = at == 1, certificate.self_issued
        graph = _descend(graph, certificate, any_policy > 0 or (not last and self_issued))
        if explicit == 0 and graph is None:
            return PolicyAnswer(at, None, frozenset())
        if last:
            break
        if certificate.policy_mappings:
            if any(ANY_POLICY in pair for pair in certificate.policy_mappings):
                return PolicyAnswer(None, at, frozenset())
            if graph is not None:
                graph = _map(graph, certificate, mapping > 0)
        if not self_issued:
            explicit, mapping, any_policy = _less(explicit), _less(mapping), _less(any_policy)
        limits = certificate.policy_constraints
        explicit = _lower(explicit, limits.require_explicit)
        mapping = _lower(mapping, limits.inhibit_mapping)
        any_policy = _lower(any_policy, certificate.inhibit_any_policy)
    explicit = _less(explicit)
    if chain[0].policy_constraints.require_explicit == 0:
        explicit = 0
    policies = _user_constrained(graph, initial)
    failed = explicit == 0 and not policies
    return PolicyAnswer(1 if failed else None, None, policies)


def _less(counter: int) -> int:
    return counter - 1 if counter else 0


def _lower(counter: int, limit: int | None) -> int:
    return counter if limit is None or limit > counter else limit


def _descend(
    graph: _Graph | None, certificate: UntrustedCertificate, any_allowed: bool
) -> _Graph | None:
    """RFC 9618, 5.3: step (d) and (e) of 6.1.3, one certificate further down."""
    if certificate.policies is None or graph is None:
        return None
    above = graph[-1]
    expecting: dict[str, list[_Node]] = {}
    for node in above.values():
        for policy in node.expected:
            expecting.setdefault(policy, []).append(node)
    level: dict[str, _Node] = {}
    asserted = {information.policy for information in certificate.policies}
    for policy in sorted(asserted - {ANY_POLICY}):
        parents = expecting.get(policy)
        if parents is None and ANY_POLICY in above:
            parents = [above[ANY_POLICY]]
        if parents:
            level[policy] = _Node(policy, {policy}, list(parents))
    if ANY_POLICY in asserted and any_allowed:
        for policy, parents in expecting.items():
            if policy not in level:
                level[policy] = _Node(policy, {policy}, list(parents))
    graph.append(level)
    for node in level.values():
        for parent in node.parents:
            parent.children += 1
    return _pruned(graph)


def _pruned(graph: _Graph) -> _Graph | None:
    """Take away nodes above the last level that have no child left; ``None`` for an empty graph."""
    if not graph[-1]:
        return None
    for depth in range(len(graph) - 2, -1, -1):
        childless = [node for node in graph[depth].values() if not node.children]
        if not childless:
            break
        for node in childless:
            del graph[depth][node.policy]
            for parent in node.parents:
                parent.children -= 1
    return graph if graph[0] else None


def _map(graph: _Graph, certificate: UntrustedCertificate, allowed: bool) -> _Graph | None:
    """RFC 9618, 5.4: step (b) of 6.1.4."""
    level = graph[-1]
    targets: dict[str, set[str]] = {}
    for issuer_policy, subject_policy in certificate.policy_mappings:
        targets.setdefault(issuer_policy, set()).add(subject_policy)
    for policy, mapped in sorted(targets.items()):
        node = level.get(policy)
        if not allowed:
            if node is not None:
                del level[policy]
                for parent in node.parents:
                    parent.children -= 1
        elif node is not None:
            node.expected = mapped
        elif ANY_POLICY in level:
            # The parent is the anyPolicy node one level up, from which this level's descends.
            parents = list(level[ANY_POLICY].parents)
            level[policy] = _Node(policy, set(mapped), parents)
            for parent in parents:
                parent.children += 1
    return _pruned(graph)


def _user_constrained(graph: _Graph | None, initial: frozenset[str]) -> frozenset[str]:
    """RFC 9618, 5.5: step (g) of 6.1.5."""
    if graph is None:
        return frozenset()
    authority = {
        node.policy
        for level in graph[1:]
        for node in level.values()
        if node.policy != ANY_POLICY
        and len(node.parents) == 1
        and node.parents[0].policy == ANY_POLICY
    }
    everything = ANY_POLICY in graph[-1]
    if ANY_POLICY in initial:
        return frozenset(authority | ({ANY_POLICY} if everything else set()))
    return frozenset(initial if everything else authority & initial)
