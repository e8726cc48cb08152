"""Random chains for differential tests: what they are made of, and the engines asked about them."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from hypothesis import strategies as st

from defa_trust.algorithms import KeyType
from defa_trust.conformance import certificates as make
from defa_trust.conformance.build import DAY, MOMENT, YEAR
from defa_trust.conformance.certificates import certificate, key_of
from defa_trust.x509 import extensions as ext
from defa_trust.x509.anchors import AnchorSet, TrustAnchor
from defa_trust.x509.path import PathOptions, find_path
from defa_trust.x509.policies import AnyPolicy, ExplicitPolicy, PolicyInputs, PolicyMapping
from defa_trust.x509.profiles import ANY

OIDS = ["1.2.3.1", "1.2.3.2", ext.ANY_POLICY]
HOSTS = ["th.test.example", "a.th.test.example", "sg.test.example", "noth.test.example"]
MAILBOXES = ["x@th.test.example", "y@a.th.test.example", "x@sg.test.example"]
ADDRESSES = ["https://th.test.example/a", "https://a.th.test.example", "https://sg.test.example/"]
NETWORKS = [bytes((192, 0, 2, 0, 255, 255, 255, 0)), bytes((192, 0, 2, 128, 255, 255, 255, 128))]
NUMBERS = [bytes((192, 0, 2, 1)), bytes((192, 0, 2, 200)), bytes((198, 51, 100, 1))]
THAI = make.name((make.C, "TH"))
LISTED = make.name((make.C, "TH"), (make.O, "TEST-ONLY defa_trust"))

BASES = (
    st.sampled_from(HOSTS).map(make.dns)
    | st.sampled_from([*MAILBOXES, "th.test.example", ".th.test.example"]).map(make.email)
    | st.sampled_from(["th.test.example", ".th.test.example"]).map(make.uri)
    | st.sampled_from(NETWORKS).map(make.ip)
    | st.sampled_from([THAI, LISTED, make.name((make.C, "SG"))]).map(make.directory)
)
NAMES = (
    st.sampled_from(HOSTS).map(make.dns)
    | st.sampled_from(MAILBOXES).map(make.email)
    | st.sampled_from(ADDRESSES).map(make.uri)
    | st.sampled_from(NUMBERS).map(make.ip)
)
SOMETIMES = st.integers(0, 11).map(lambda n: n == 0)
"""True once in twelve times."""


@st.composite
def authority_extensions(draw):
    chosen = [make.basic_constraints(path_length=draw(st.none() | st.integers(0, 3)))]
    if draw(SOMETIMES):
        chosen = draw(st.sampled_from([[], [make.basic_constraints(is_ca=False)]]))
    if draw(SOMETIMES):
        chosen.append(make.key_usage(draw(st.sampled_from(["crl_sign", "digital_signature"]))))
    if draw(st.integers(0, 3)) == 0:
        bases = draw(st.lists(BASES, min_size=1, max_size=2))
        side = draw(st.sampled_from(["permitted", "excluded"]))
        chosen.append(make.name_constraints(**{side: bases}))
    if draw(st.booleans()):
        oids = draw(st.lists(st.sampled_from(OIDS), min_size=1, max_size=2, unique=True))
        chosen.append(make.policies(*oids))
    if draw(st.integers(0, 5)) == 0:
        pairs = draw(st.lists(st.tuples(*[st.sampled_from(OIDS[:2])] * 2), min_size=1, max_size=2))
        chosen.append(make.policy_mappings(*pairs))
    if draw(SOMETIMES):
        limits = [(0, None), (1, None), (2, None), (None, 0), (0, 1)]
        explicit, mapping = draw(st.sampled_from(limits))
        chosen.append(make.policy_constraints(explicit, mapping))
    if draw(SOMETIMES):
        chosen.append(make.inhibit_any_policy(draw(st.integers(0, 1))))
    if draw(SOMETIMES):
        chosen.append(("1.2.3.4.5", draw(st.booleans()), b"\x05\x00"))
    return chosen


@st.composite
def leaf_extensions(draw):
    chosen = []
    names = draw(st.lists(NAMES, max_size=2))
    if names:
        chosen.append(make.alternative_names(*names))
    if draw(st.booleans()):
        oids = draw(st.lists(st.sampled_from(OIDS), min_size=1, max_size=2, unique=True))
        chosen.append(make.policies(*oids))
    if draw(SOMETIMES):
        chosen.append(("1.2.3.4.5", draw(st.booleans()), b"\x05\x00"))
    return chosen


PERIODS = st.sampled_from(
    [(MOMENT - YEAR, MOMENT + YEAR)] * 9
    + [(MOMENT - YEAR, MOMENT - DAY), (MOMENT + DAY, MOMENT + YEAR), (MOMENT, MOMENT + 5)]
)
_REQUIRED = ExplicitPolicy.REQUIRED
KEYS = st.sampled_from([KeyType.P256] * 4 + [KeyType.P384, KeyType.ED25519])


@dataclass(frozen=True)
class World:
    """A certificate, a pool in any order, one root that is trusted, and the question."""

    leaf: bytes
    pool: tuple[bytes, ...]
    root: bytes
    moment: int
    inputs: PolicyInputs
    length: int


@st.composite
def worlds(draw, longest=4):
    period = dict(zip(("not_before", "not_after"), draw(PERIODS), strict=True))
    root_more = draw(authority_extensions()) if draw(st.integers(0, 3)) == 0 else []
    issuer = root = certificate(
        "root", key=key_of("root", draw(KEYS)), extensions=root_more, **period
    )
    between = []
    length = draw(st.integers(0, longest))
    for number in range(length):
        label = f"CA {number}"
        more = {"key": key_of(label, draw(KEYS))}
        if number and draw(SOMETIMES):
            more["subject"] = issuer.subject  # self-issued
        if draw(SOMETIMES):
            more["signed_with"] = key_of("somebody else", issuer.key.key_type)
        period = dict(zip(("not_before", "not_after"), draw(PERIODS), strict=True))
        gone = [ext.BASIC_CONSTRAINTS] if draw(SOMETIMES) and draw(SOMETIMES) else []
        issuer = certificate(
            label,
            issuer,
            ca=True,
            extensions=draw(authority_extensions()),
            without=gone,
            **period,
            **more,
        )
        between.append(issuer.der)
    period = dict(zip(("not_before", "not_after"), draw(PERIODS), strict=True))
    subject = draw(st.sampled_from([None, None, make.usual_name("signer", "SG")]))
    more = draw(leaf_extensions())
    leaf = certificate("signer", issuer, extensions=more, subject=subject, **period)
    decoys = draw(
        st.lists(st.sampled_from([certificate("stranger").der, root.der, leaf.der]), max_size=2)
    )
    pool = draw(st.permutations([*between, *decoys]))
    inputs = PolicyInputs(
        explicit=draw(st.sampled_from([*[ExplicitPolicy.AS_CERTIFICATES_SAY] * 3, _REQUIRED])),
        mapping=draw(st.sampled_from([PolicyMapping.ALLOWED] * 3 + [PolicyMapping.INHIBITED])),
        any_policy=draw(st.sampled_from([AnyPolicy.ALLOWED] * 3 + [AnyPolicy.INHIBITED])),
    )
    moment = draw(st.sampled_from([MOMENT] * 5 + [MOMENT + 5, MOMENT + 6, MOMENT - DAY]))
    return World(leaf.der, tuple(pool), root.der, moment, inputs, length)


# --- engines -------------------------------------------------------------------------------------
def ours(world):
    """(whether a path is found, codes of what stands in the way)"""
    findings = []
    anchors = AnchorSet([TrustAnchor.from_certificate(world.root)])
    options = PathOptions(world.moment, ANY, policies=world.inputs)
    path = find_path(world.leaf, world.pool, anchors, options, findings)
    return path is not None, sorted({f.code.id for f in findings if f.code.indication})


def openssl(world):
    """The same of OpenSSL, through pyOpenSSL."""
    from cryptography import x509
    from OpenSSL import crypto

    def load(der):
        return crypto.X509.from_cryptography(x509.load_der_x509_certificate(der))

    store = crypto.X509Store()
    store.add_cert(load(world.root))
    flags = crypto.X509StoreFlags.POLICY_CHECK
    if world.inputs.explicit is ExplicitPolicy.REQUIRED:
        flags |= crypto.X509StoreFlags.EXPLICIT_POLICY
    if world.inputs.mapping is PolicyMapping.INHIBITED:
        flags |= crypto.X509StoreFlags.INHIBIT_MAP
    if world.inputs.any_policy is AnyPolicy.INHIBITED:
        flags |= 0x200  # X509_V_FLAG_INHIBIT_ANY
    store.set_flags(flags)
    store.set_time(datetime.fromtimestamp(world.moment, UTC))
    context = crypto.X509StoreContext(store, load(world.leaf), [load(der) for der in world.pool])
    try:
        context.verify_certificate()
    except crypto.X509StoreContextError as error:
        return False, str(error)
    return True, ""


def certvalidator(world):
    """The same of pyhanko-certvalidator."""
    from asn1crypto import x509
    from pyhanko_certvalidator import CertificateValidator, ValidationContext
    from pyhanko_certvalidator.errors import PathBuildingError, ValidationError
    from pyhanko_certvalidator.policy_decl import PKIXValidationParams

    context = ValidationContext(
        trust_roots=[x509.Certificate.load(world.root)],
        other_certs=[x509.Certificate.load(der) for der in world.pool],
        moment=datetime.fromtimestamp(world.moment, UTC),
        allow_fetching=False,
    )
    params = PKIXValidationParams(
        initial_explicit_policy=world.inputs.explicit is ExplicitPolicy.REQUIRED,
        initial_policy_mapping_inhibit=world.inputs.mapping is PolicyMapping.INHIBITED,
        initial_any_policy_inhibit=world.inputs.any_policy is AnyPolicy.INHIBITED,
    )
    validator = CertificateValidator(
        x509.Certificate.load(world.leaf), validation_context=context, pkix_params=params
    )
    try:
        asyncio.run(validator.async_validate_path())
    except (PathBuildingError, ValidationError) as error:
        return False, str(error)
    return True, ""
