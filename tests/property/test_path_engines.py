"""Random chains put to other engines too: every disagreement is one that is explained below.

``EXPLAINED`` is the whole table. Each entry is shown by a world of its own (if the engines come to
agree there, the entry goes), and covers only worlds that have its cause.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings

from defa_trust.conformance import certificates as make
from defa_trust.conformance.build import DAY, MOMENT
from defa_trust.conformance.certificates import certificate
from defa_trust.x509 import extensions as ext
from defa_trust.x509.certificate import open_certificate
from defa_trust.x509.policies import NO_INPUTS, ExplicitPolicy, PolicyInputs
from tests.path_worlds import World, certvalidator, openssl, ours, worlds

ENGINES = {"OpenSSL": openssl, "certvalidator": certvalidator}


@dataclass(frozen=True)
class Explained:
    """Why an engine may answer otherwise, in which direction, and a world that shows it."""

    engine: str
    we_accept: bool
    reason: str
    covers: Callable[[World], bool]
    shown_by: Callable[[], World]


def world(leaf, *above, inputs=NO_INPUTS, moment=MOMENT):
    pool = tuple(made.der for made in above[:-1])
    return World(leaf.der, pool, above[-1].der, moment, inputs, len(pool))


def limited(*extensions):
    return certificate("root", extensions=extensions)


def root_says(world, *oids):
    return not set(oids).isdisjoint(open_certificate(world.root).extensions)


def policy_is_required(world):
    """By the question, or by anything among the certificates?"""
    certificates = map(open_certificate, (world.root, world.leaf, *world.pool))
    return world.inputs.explicit is ExplicitPolicy.REQUIRED or any(
        certificate.policy_constraints.require_explicit is not None for certificate in certificates
    )


def root_is_limited(world):
    """Does the root's own certificate limit it, by anything but being a CA?"""
    root = open_certificate(world.root)
    plain = root.is_ca and root.path_length is None and "key_cert_sign" in root.key_usage
    usual = {ext.BASIC_CONSTRAINTS, ext.KEY_USAGE, ext.SUBJECT_KEY_IDENTIFIER,
             ext.AUTHORITY_KEY_IDENTIFIER, ext.CERTIFICATE_POLICIES}  # fmt: skip
    return not (plain and root.extensions.keys() <= usual and root.valid_at(world.moment))


REQUIRED = PolicyInputs(explicit=ExplicitPolicy.REQUIRED)
EXPLAINED = [
    Explained(
        "OpenSSL",
        True,
        "A policy is required, by the question or by an authority: OpenSSL takes the caller's set "
        "of policies for empty, and this binding has no call to fill it. certvalidator, PKITS and "
        "the policy tree stand in.",
        policy_is_required,
        lambda: world(
            certificate("signer", limited(), extensions=[make.policies("1.2.3.1")]),
            limited(),
            inputs=REQUIRED,
        ),
    ),
    Explained(
        "OpenSSL",
        False,
        "Policy constraints in the anchor's own certificate count here (RFC 5937, 3); OpenSSL "
        "begins below the anchor.",
        lambda w: root_says(w, ext.POLICY_CONSTRAINTS, ext.INHIBIT_ANY_POLICY),
        lambda: world(
            certificate("signer", limited(make.policy_constraints(explicit=0))),
            limited(make.policy_constraints(explicit=0)),
        ),
    ),
    Explained(
        "certvalidator",
        False,
        "An anchor's own period, path length, usage, names and policies count here (RFC 5937, 3); "
        "certvalidator takes name and key of it, unless it is told otherwise.",
        root_is_limited,
        lambda: world(
            certificate("signer", certificate("root", not_after=MOMENT - DAY)),
            certificate("root", not_after=MOMENT - DAY),
        ),
    ),
]


def explanation(engine, we_accept, world):
    return next(
        (
            entry
            for entry in EXPLAINED
            if entry.engine == engine and entry.we_accept == we_accept and entry.covers(world)
        ),
        None,
    )


def compare(name, world):
    mine, why = ours(world)
    theirs, said = ENGINES[name](world)
    if mine != theirs:
        assert explanation(name, mine, world) is not None, (name, mine, why, said)
    return mine, theirs


@settings(
    max_examples=250, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(worlds())
def test_openssl_agrees(world):
    compare("OpenSSL", world)


@settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(worlds(longest=3))
def test_certvalidator_agrees(world):
    compare("certvalidator", world)


@pytest.mark.parametrize("entry", EXPLAINED, ids=lambda entry: entry.reason[:40])
def test_each_explanation_is_shown(entry):
    shown = entry.shown_by()
    mine, theirs = compare(entry.engine, shown)
    assert (mine, theirs) == (entry.we_accept, not entry.we_accept)
    assert entry.covers(shown)


def test_all_engines_accept_a_plain_chain_and_refuse_a_forged_one():
    """So that agreement above is not that of engines that refuse everything."""
    root = certificate("root")
    middle = certificate("authority", root, ca=True)
    plain = world(certificate("signer", middle), middle, root)
    forged = world(certificate("signer", middle, signed_with=make.key_of("x")), middle, root)
    for engine in (ours, openssl, certvalidator):
        assert engine(plain)[0]
        assert not engine(forged)[0]
