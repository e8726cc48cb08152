"""SD-JWT disclosures (RFC 9901, 7.1): every one referenced once, and none that overwrites."""

from __future__ import annotations

from typing import Any

from ...codec import base64url
from ..build import (
    digest,
    disclosure,
    named,
    present,
    salt,
    sd_issuer,
    sd_jwt,
    sd_payload,
    world,
)
from ..registry import Case, Group

_group = Group("sd_jwt", features=("disclosures", "es256", "sd-jwt-vc"), twin="two_disclosures")
_NAME = named("family_name", "TEST-ONLY")
_BIRTH = named("birthdate", "1990-01-15")


def _presented(*disclosures: str, **members: Any) -> Case:
    return Case(present(sd_issuer(sd_payload(**members)), *disclosures), world())


def _listed(*disclosures: str, **members: Any) -> Case:
    """Presented, and their digests stand in the payload's `_sd`."""
    return Case(sd_jwt(*disclosures, **members), world())


# --- that pass -----------------------------------------
@_group.vector("RFC 9901, 4.2.1")
def two_disclosures() -> Case:
    """Two claims disclosed at the top level."""
    return _listed(_NAME, _BIRTH)


@_group.vector("RFC 9901, 4.2.5")
def decoys() -> Case:
    """Two disclosed and three decoy digests that belong to nothing."""
    hidden = [digest(salt(f"decoy {n}")) for n in range(3)]
    return _presented(_NAME, _BIRTH, _sd=sorted([digest(_NAME), digest(_BIRTH), *hidden]))


@_group.vector("RFC 9901, 7.2")
def one_of_two_withheld() -> Case:
    """The holder discloses one claim and withholds the other."""
    return _presented(_NAME, _sd=sorted([digest(_NAME), digest(_BIRTH)]))


@_group.vector("RFC 9901, 4.2.6")
def recursive_disclosure() -> Case:
    """A disclosed object holds the digest of another disclosure."""
    inner = named("locality", "TEST-ONLY")
    outer = named("address", {"_sd": [digest(inner)], "country": "TH"})
    return _presented(outer, inner, _sd=[digest(outer)])


@_group.vector("RFC 9901, 4.2.2")
def array_element() -> Case:
    """An array element is disclosed."""
    element = disclosure(salt("element"), "TH")
    return _presented(element, nationalities=[{"...": digest(element)}, "SG"])


@_group.vector("RFC 9901, 4.1.1")
def digests_by_sha_512() -> Case:
    """`_sd_alg` is sha-512, and so are the digests."""
    return _presented(_NAME, _sd=[digest(_NAME, "sha-512")], _sd_alg="sha-512")


@_group.vector("RFC 9901, 4.1.1", features=("sha3",))
def digests_by_sha3_256() -> Case:
    """`_sd_alg` is sha3-256, and so are the digests."""
    return _presented(_NAME, _sd=[digest(_NAME, "sha3-256")], _sd_alg="sha3-256")


# --- digests -----------------------------------------
@_group.vector(
    "RFC 9901, 7.1",
    "digest.mismatch",
    notes="Claims that nobody signed are read as signed.",
)
def unreferenced() -> Case:
    """A third disclosure whose digest stands nowhere."""
    return _presented(
        _NAME, _BIRTH, named("admin", True), _sd=sorted([digest(_NAME), digest(_BIRTH)])
    )


@_group.vector("RFC 9901, 7.1", "digest.mismatch")
def value_changed() -> Case:
    """A disclosed value was changed."""
    other = named("birthdate", "2010-01-15")
    return _presented(_NAME, other, _sd=sorted([digest(_NAME), digest(_BIRTH)]))


@_group.vector("RFC 9901, 7.1", "digest.mismatch")
def salt_changed() -> Case:
    """A disclosure's salt was changed, its value was not."""
    other = disclosure(salt("another"), "birthdate", "1990-01-15")
    return _presented(_NAME, other, _sd=sorted([digest(_NAME), digest(_BIRTH)]))


@_group.vector("RFC 9901, 7.1", "sd_jwt.disclosure_repeated")
def presented_twice() -> Case:
    """One disclosure is presented twice."""
    return _presented(_NAME, _NAME, _sd=[digest(_NAME)])


@_group.vector(
    "RFC 9901, 7.1",
    "sd_jwt.digest_repeated",
    notes="One disclosure fills two places.",
)
def digest_twice_in_one_place() -> Case:
    """One digest stands twice in `_sd`."""
    return _presented(_NAME, _BIRTH, _sd=[digest(_NAME), digest(_NAME), digest(_BIRTH)])


@_group.vector("RFC 9901, 7.1", "sd_jwt.digest_repeated")
def digest_in_two_places() -> Case:
    """One digest stands at the top level and within a nested object."""
    return _presented(
        _NAME, _BIRTH, _sd=sorted([digest(_NAME), digest(_BIRTH)]), address={"_sd": [digest(_NAME)]}
    )


@_group.vector(
    "RFC 9901, 4.1.1",
    "digest.mismatch",
    twin="digests_by_sha_512",
    notes="The algorithm guessed from the digest's length instead of read.",
)
def digests_by_another_algorithm() -> Case:
    """`_sd_alg` is sha-256, and the digests are SHA-512."""
    return _presented(_NAME, _sd=[digest(_NAME, "sha-512")], _sd_alg="sha-256")


@_group.vector("RFC 9901, 4.1.1", "sd_jwt.sd_alg", twin="digests_by_sha_512")
def sd_alg_weak() -> Case:
    """`_sd_alg` is md5."""
    return _presented(_NAME, _sd=[digest(_NAME)], _sd_alg="md5")


@_group.vector("RFC 9901, 4.1.1", "sd_jwt.sd_alg", twin="digests_by_sha_512")
def sd_alg_in_other_spelling() -> Case:
    """`_sd_alg` is `SHA-256`: names are case-sensitive."""
    return _presented(_NAME, _sd=[digest(_NAME)], _sd_alg="SHA-256")


@_group.vector("RFC 9901, 4.1.1", "sd_jwt.sd_alg", twin="digests_by_sha_512")
def sd_alg_not_a_string() -> Case:
    """`_sd_alg` is an array."""
    return _presented(_NAME, _sd=[digest(_NAME)], _sd_alg=["sha-256"])


@_group.vector("RFC 9901, 7.1", "sd_jwt.sd_member")
def sd_not_an_array() -> Case:
    """`_sd` is a string."""
    return _presented(_NAME, _sd=digest(_NAME))


@_group.vector("RFC 9901, 7.1", "sd_jwt.sd_member")
def sd_holds_a_number() -> Case:
    """`_sd` holds a number beside the digests."""
    return _presented(_NAME, _BIRTH, _sd=[digest(_NAME), digest(_BIRTH), 1])


# --- form of a disclosure
@_group.vector("RFC 9901, 7.1", "sd_jwt.disclosure_name", notes="Grafts further digests.")
def named_sd() -> Case:
    """A disclosure is named `_sd`."""
    return _listed(_NAME, named("_sd", []))


@_group.vector("RFC 9901, 7.1", "sd_jwt.disclosure_name")
def named_dots() -> Case:
    """A disclosure is named `...`."""
    return _listed(_NAME, named("...", digest(_NAME)))


@_group.vector(
    "RFC 9901, 7.1",
    "sd_jwt.claim_overwritten",
    notes="A disclosed claim replaces one that was open and signed as such.",
)
def overwrites_an_open_claim() -> Case:
    """A disclosure is named like an open claim of the same object."""
    return _listed(_NAME, named("nationality", "SG"), nationality="TH")


@_group.vector("RFC 9901, 7.1", "sd_jwt.claim_overwritten")
def two_of_one_name() -> Case:
    """Two disclosures of one object have the same name."""
    twin = disclosure(salt("second"), "family_name", "TEST-ONLY other")
    return _listed(_NAME, twin)


@_group.vector(
    "SD-JWT VC, 2.2.2.3",
    "sd_jwt.never_disclosable",
    notes="The holder drops an expiry date by not disclosing it.",
)
def exp_disclosed() -> Case:
    """`exp`, which must stand open, comes as a disclosure."""
    return _listed(_NAME, named("exp", 1_900_000_000), exp=None)


@_group.vector("SD-JWT VC, 2.2.2.3", "sd_jwt.never_disclosable")
def cnf_disclosed() -> Case:
    """`cnf`, the holder's key, comes as a disclosure."""
    return _listed(_NAME, named("cnf", {}), cnf=None)


@_group.vector("RFC 9901, 4.2.1", "sd_jwt.disclosure_form")
def four_elements() -> Case:
    """A disclosure has four elements."""
    return _listed(_NAME, disclosure(salt("x"), "a", "b", "c"))


@_group.vector("RFC 9901, 4.2.1", "sd_jwt.disclosure_place")
def two_elements_in_an_object() -> Case:
    """A disclosure for an array element is referenced from an object."""
    return _listed(_NAME, disclosure(salt("x"), "TH"))


@_group.vector("RFC 9901, 4.2.2", "sd_jwt.disclosure_place", twin="array_element")
def three_elements_in_an_array() -> Case:
    """A disclosure with a name is referenced from an array."""
    return _presented(_NAME, nationalities=[{"...": digest(_NAME)}, "SG"])


@_group.vector("RFC 9901, 7.1", "sd_jwt.array_digest", twin="array_element")
def dots_beside_another_member() -> Case:
    """An array's digest object has a second member."""
    element = disclosure(salt("element"), "TH")
    return _presented(element, nationalities=[{"...": digest(element), "x": 1}, "SG"])


@_group.vector("RFC 9901, 4.2.1", "sd_jwt.disclosure_form")
def salt_not_a_string() -> Case:
    """A disclosure's salt is a number."""
    return _listed(_NAME, disclosure(1, "a", "b"))


@_group.vector("RFC 9901, 4.2.1", "sd_jwt.disclosure_form")
def name_not_a_string() -> Case:
    """A disclosure's name is a number."""
    return _listed(_NAME, disclosure(salt("x"), 1, "b"))


@_group.vector("RFC 9901, 4.2.1", "sd_jwt.disclosure_form")
def disclosure_not_an_array() -> Case:
    """A disclosure is a JSON object."""
    return _listed(_NAME, base64url.encode(b'{"salt":"x","a":"b"}'))


@_group.vector(
    "RFC 9901, 7.1",
    "json.syntax",
    notes="Several disclosures parsed as one array smuggle elements from one into the next.",
)
def disclosure_with_two_values() -> Case:
    """A disclosure holds two arrays, one after the other, with a comma between."""
    smuggled = base64url.encode(f'["{salt("x")}","a","b"],["{salt("y")}","c","d"]'.encode())
    return _listed(_NAME, smuggled)


@_group.vector("RFC 9901, 4.2.1", "base64url.not_canonical")
def disclosure_padded() -> Case:
    """A disclosure carries base64 padding, and its digest was made over that text."""
    padded = base64url.encode(b'["x","a","b"]')
    padded += "=" * (-len(padded) % 4)
    return _listed(_NAME, padded)


@_group.vector("RFC 9901, 4", "sd_jwt.form")
def disclosure_empty() -> Case:
    """Two tildes in a row: an empty disclosure."""
    return Case(sd_jwt(_NAME, _BIRTH) + b"~", world())
