"""mdoc: ten items under one issuer's signature, with and without the device's own."""

from defa_trust.codec import base64url
from defa_trust.conformance import mdocs
from defa_trust.conformance.trust import request_of, snapshot_of
from defa_trust.verify import Verifier

from .paired import ratio
from .test_cold import bare_es256, passes

ELEMENTS = {**mdocs.ELEMENTS, **{f"element_{n}": f"TEST-ONLY value {n}" for n in range(6)}}
SIGNED = mdocs.issuer_signed(mdocs.items(ELEMENTS))
VERIFIER = Verifier(snapshot_of(mdocs.mdoc_world()))


def asked(**members):
    return request_of(mdocs.mdoc_request(**members), mdocs.MOMENT)


def test_cold_mdoc(benchmark):
    octets = base64url.decode(mdocs.text(SIGNED))
    subject = passes(VERIFIER, octets, asked(holderBinding="if_present"))
    ratio(
        "cold verdict, mdoc, 10 items",
        subject,
        bare_es256(),
        goal=2.5,
        baseline_name="raw ES256",
        note=f"{len(octets)} octets, issuer's signature and every digest; no device signature",
    )
    benchmark(subject)


def test_cold_mdoc_with_device_signature(benchmark):
    octets = base64url.decode(mdocs.text(mdocs.response(SIGNED)))
    subject = passes(VERIFIER, octets, asked())
    raw = bare_es256()
    ratio(
        "cold verdict, mdoc, 10 items, device signature",
        subject,
        lambda: (raw(), raw()),
        goal=None,
        baseline_name="two raw ES256",
        note=f"{len(octets)} octets; the device's key is new at each presentation",
    )
    benchmark(subject)
