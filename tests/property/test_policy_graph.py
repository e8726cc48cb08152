"""The policy graph (RFC 9618) beside the policy tree of RFC 5280, 6.1, which is written out here
as it stands there: both decide alike, and find the same policies.
"""

from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from defa_trust.x509.anchors import UNCONSTRAINED
from defa_trust.x509.extensions import ANY_POLICY, PolicyConstraints, PolicyInformation
from defa_trust.x509.policies import (
    AnyPolicy,
    ExplicitPolicy,
    PolicyInputs,
    PolicyMapping,
    evaluate,
)

OIDS = ["1.2.1", "1.2.2", "1.2.3"]


@dataclass
class Certificate:
    """What the evaluation asks of a certificate."""

    policies: tuple[PolicyInformation, ...] | None = None
    policy_mappings: tuple[tuple[str, str], ...] = ()
    policy_constraints: PolicyConstraints = field(default_factory=PolicyConstraints)
    inhibit_any_policy: int | None = None
    self_issued: bool = False


class Anchor:
    constraints = UNCONSTRAINED
    policy_constraints = PolicyConstraints()
    inhibit_any_policy = None


@dataclass(eq=False)
class Node:
    policy: str
    expected: set[str]
    depth: int
    parent: "Node | None"
    children: "list[Node]" = field(default_factory=list)


def tree(certificates, inputs):
    """RFC 5280, 6.1: (whether the path fails by policy, the user-constrained policies).

    ``certificates``: the one the anchor issued first.
    """
    n = len(certificates)
    explicit = 0 if inputs.explicit is ExplicitPolicy.REQUIRED else n + 1
    mapping = 0 if inputs.mapping is PolicyMapping.INHIBITED else n + 1
    inhibit = 0 if inputs.any_policy is AnyPolicy.INHIBITED else n + 1
    root = Node(ANY_POLICY, {ANY_POLICY}, 0, None)
    nodes = [root]

    def add(policy, expected, depth, parent):
        node = Node(policy, expected, depth, parent)
        parent.children.append(node)
        nodes.append(node)

    def drop(node):
        nodes.remove(node)
        if node.parent is not None:
            node.parent.children.remove(node)

    def prune(depth):
        while childless := [x for x in nodes if x.depth < depth and not x.children]:
            for node in childless:
                drop(node)

    alive = True
    for i, certificate in enumerate(certificates, 1):
        if certificate.policies is not None and alive:
            asserted = [p.policy for p in certificate.policies]
            above = [x for x in nodes if x.depth == i - 1]
            for policy in asserted:
                if policy == ANY_POLICY:
                    continue
                matches = [x for x in above if policy in x.expected]
                for parent in matches:
                    add(policy, {policy}, i, parent)
                if not matches:
                    for parent in above:
                        if parent.policy == ANY_POLICY:
                            add(policy, {policy}, i, parent)
            if ANY_POLICY in asserted and (inhibit > 0 or (i < n and certificate.self_issued)):
                for parent in above:
                    for policy in sorted(parent.expected):
                        if all(child.policy != policy for child in parent.children):
                            add(policy, {policy}, i, parent)
            prune(i)
            alive = any(x.depth == i for x in nodes)
        else:
            alive = False
        if not alive:
            nodes.clear()
        if explicit == 0 and not alive:
            return True, frozenset()
        if i == n:
            break
        if any(ANY_POLICY in pair for pair in certificate.policy_mappings):
            return True, frozenset()
        targets = {}
        for issuer, subject in certificate.policy_mappings:
            targets.setdefault(issuer, set()).add(subject)
        for policy, mapped in sorted(targets.items()):
            level = [x for x in nodes if x.depth == i and x.policy == policy]
            if mapping > 0:
                for node in level:
                    node.expected = set(mapped)
                if not level:
                    for node in [x for x in nodes if x.depth == i and x.policy == ANY_POLICY]:
                        add(policy, set(mapped), i, node.parent)
            else:
                for node in level:
                    drop(node)
                prune(i)
                alive = bool(nodes) and any(x.depth == i for x in nodes)
                if not alive:
                    nodes.clear()
        if not certificate.self_issued:
            explicit, mapping, inhibit = (max(0, x - 1) for x in (explicit, mapping, inhibit))
        limits = certificate.policy_constraints
        asked, barred = limits.require_explicit, limits.inhibit_mapping
        explicit = explicit if asked is None else min(explicit, asked)
        mapping = mapping if barred is None else min(mapping, barred)
        skip = certificate.inhibit_any_policy
        inhibit = inhibit if skip is None else min(inhibit, skip)
    explicit = max(0, explicit - 1)
    if certificates[-1].policy_constraints.require_explicit == 0:
        explicit = 0
    found = frozenset()
    if nodes:
        authority = {
            x.policy for x in nodes if x.parent is not None and x.parent.policy == ANY_POLICY
        } - {ANY_POLICY}
        whole = any(x.depth == n and x.policy == ANY_POLICY for x in nodes)
        if ANY_POLICY in inputs.initial:
            found = frozenset(authority | ({ANY_POLICY} if whole else set()))
        else:
            found = inputs.initial if whole else frozenset(authority & inputs.initial)
    return explicit == 0 and not found, found


POLICIES = st.none() | st.lists(
    st.sampled_from([*OIDS, ANY_POLICY]), min_size=1, max_size=3, unique=True
).map(lambda oids: tuple(map(PolicyInformation, oids)))
PAIRS = st.lists(
    st.tuples(st.sampled_from(OIDS), st.sampled_from(OIDS)), max_size=3, unique=True
).map(tuple)
SKIP = st.none() | st.integers(0, 3)
CERTIFICATES = st.builds(
    Certificate,
    POLICIES,
    PAIRS,
    st.builds(PolicyConstraints, SKIP, SKIP),
    SKIP,
    st.booleans(),
)
INPUTS = st.builds(
    PolicyInputs,
    st.sampled_from([frozenset({ANY_POLICY}), frozenset(OIDS[:1]), frozenset(OIDS[:2])]),
    st.sampled_from(ExplicitPolicy),
    st.sampled_from(PolicyMapping),
    st.sampled_from(AnyPolicy),
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(CERTIFICATES, min_size=1, max_size=5), INPUTS)
def test_the_graph_decides_as_the_tree(certificates, inputs):
    answer = evaluate(certificates[::-1], Anchor, inputs)
    failed = answer.failed_at is not None or answer.mapped_any_at is not None
    expected, policies = tree(certificates, inputs)
    assert failed == expected
    if not failed:
        assert answer.policies == policies


def test_a_tree_that_grows_without_end_is_a_small_graph():
    """Each authority maps every policy to every other: the tree would have 20 ** 12 leaves."""
    oids = [f"1.2.{n}" for n in range(20)]
    certificate = Certificate(
        tuple(map(PolicyInformation, oids)), tuple((a, b) for a in oids for b in oids)
    )
    chain = [certificate] * 12
    assert evaluate(chain, Anchor, PolicyInputs()).policies == frozenset(oids)
