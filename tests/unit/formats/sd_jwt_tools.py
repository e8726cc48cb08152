"""What the tests of SD-JWTs share: messages, and everything that is found wrong with one."""

import pytest

from defa_trust.authenticate import authenticate, check_holder
from defa_trust.conformance import build
from defa_trust.conformance.build import (
    MOMENT,
    digest,
    disclosure,
    named,
    present,
    sd_issuer,
    sd_payload,
)
from defa_trust.crypto import DEFAULT_ALGORITHM_POLICY
from defa_trust.errors import Rejection
from defa_trust.formats import sd_jwt
from defa_trust.request import HolderBinding, Profile, Request
from defa_trust.verdict import Outcome

NAME, BIRTH = named("family_name", "TEST-ONLY"), named("birthdate", "1990-01-15")
ELEMENT = disclosure("TEST-ONLY salt", "TH")


def request_with(*profiles):
    return Request(
        "SG", HolderBinding.IF_PRESENT, audience=build.VERIFIER, nonce=build.NONCE,
        profiles=frozenset(profiles),
    )  # fmt: skip


REQUEST = request_with()
GENERIC = request_with(Profile.SD_JWT_GENERIC)


def message(*disclosures, binding=None, header=None, **members):
    return present(sd_issuer(sd_payload(**members), header=header), *disclosures, binding=binding)


def parse(*disclosures, request=REQUEST, **more):
    return sd_jwt.parse(message(*disclosures, **more), request)


def problems(presented, request=REQUEST):
    """Codes of everything not met, from authentication to ``reveal``."""
    findings = []
    made = authenticate(
        presented, build.key().verification_key, DEFAULT_ALGORITHM_POLICY, MOMENT, findings
    )
    if made is not None:
        check_holder(made, request, DEFAULT_ALGORITHM_POLICY, MOMENT, 0, findings)
        try:
            presented.reveal()
        except Rejection as refusal:
            findings.append(refusal.finding())
    return [found.code.id for found in findings if found.code.outcome is not Outcome.MET]


def refused(function, *arguments, **more):
    with pytest.raises(Rejection) as caught:
        function(*arguments, **more)
    return caught.value


def revealed(*disclosures, **members):
    presented = parse(*disclosures, **members)
    assert problems(presented) == []
    claims = presented.reveal()
    assert claims == presented.reveal()
    for name in ("iss", "vct", "iat", "exp", "cnf"):
        del claims[name]
    return claims


def listed(*disclosures, **members):
    return parse(*disclosures, _sd=[digest(text) for text in disclosures], **members)
