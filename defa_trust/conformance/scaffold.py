"""A new vector to begin with: two functions that run as they stand (floor 13).

``scaffold(group, name)`` gives the text of a module with one good case and one that differs from it
in one fault. Both are met by our own implementation from the first, so that whoever changes them
sees at each step what the change does.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, NamedTuple

from ..errors import MisuseError
from .registry import GROUPS, definitions

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


class Pattern(NamedTuple):
    """What a group's example needs: imports, features, a good case, a bad one, and its code.

    ``{name}`` in an expression becomes the vector's name: it makes the example's octets its own.
    """

    imports: str
    features: tuple[str, ...]
    good: str
    bad: str
    code: str
    fault: str


_CREDENTIAL: Final = ("es256", "vc-jwt")
_RECOGNISED: Final = "from ..build import arrangement, recognised_by, request_of, vc"
PATTERNS: Final[dict[str, Pattern]] = {
    "codec": Pattern(
        "", ("decode", "json"),
        """Case(b'{{"name": "{name}"}}', {{}}, {{}}, 0, "json")""",
        """Case(b'{{"name": "{name}", "name": 1}}', {{}}, {{}}, 0, "json")""",
        "json.duplicate_member", "A member stands there twice.",
    ),
    "jose": Pattern(
        "from ..build import vc", _CREDENTIAL,
        """Case(vc(id="urn:test:{name}"))""",
        """Case(vc(id="urn:test:{name}", validUntil="2026-10-31T00:00:00Z"))""",
        "time.expired", "It ended the day before.",
    ),
    "sd_jwt": Pattern(
        "from ..build import sd_jwt", ("es256", "sd-jwt-vc"),
        """Case(sd_jwt(jti="{name}"))""",
        """Case(sd_jwt(jti="{name}", exp=1))""",
        "time.expired", "It ended long ago.",
    ),
    "cose": Pattern(
        "from ..build import hcert", ("es256", "hcert"),
        """Case(hcert(l7=b"{name}"))""",
        """Case(hcert(l7=b"{name}", l4=1))""",
        "time.expired", "It ended long ago.",
    ),
    "mdoc": Pattern(
        "from ..mdocs import date, issuer_signed, mdoc_request, mdoc_world, "
        "response, text, validity",
        ("es256", "mdoc", "mdoc-device-signature"),
        """Case(text(response(issuer_signed(note="{name}"))), mdoc_world(), mdoc_request())""",
        """Case(text(response(issuer_signed(note="{name}", validityInfo=validity("""
        """validUntil=date(1_793_400_000))))), mdoc_world(), mdoc_request())""",
        "time.expired", "It ended the day before.",
    ),
    "openid4vp": Pattern(
        "from ..presentations import asked, case, pid", ("es256", "openid4vp", "sd-jwt-vc"),
        """case(asked(), {{"pid": [pid(asked(), "family_name", jti="{name}")]}})""",
        """case(asked(), {{"pid": [pid(asked(), "birthdate", jti="{name}")]}})""",
        "presentation.claim_missing", "It discloses another claim than was asked for.",
    ),
    "qr": Pattern(
        "from ..build import hcert", ("es256", "hcert"),
        """Case(hcert(l7=b"{name}"))""",
        """Case(hcert(l7=b"{name}").replace(b"HC1:", b"HC2:"))""",
        "hcert.context", "The prefix is that of no code.",
    ),
    "x509": Pattern(
        "from ..certificates import certificate\nfrom ..path_cases import path_case",
        ("es256", "path"),
        """path_case(certificate("{name}", certificate("root")), certificate("root"))""",
        """path_case(certificate("{name}", certificate("root")), certificate("other root"))""",
        "path.no_issuer", "The root that is trusted is another.",
    ),
    "trust_list": Pattern(
        "from ..build import vc\nfrom ..lists import envelope, offered, recognition, signed_world, "
        "thai_list, update",
        ("es256", "signed-lists", "vc-jwt"),
        """Case(vc(id="urn:test:{name}"), signed_world(update("""
        """offered("member_state", "TH", envelope(thai_list(), "TH")), """
        """offered("recognition", "SG", envelope(recognition(), "SG")))))""",
        """Case(vc(id="urn:test:{name}"), signed_world(update("""
        """offered("recognition", "SG", envelope(recognition(), "SG")))))""",
        "resolve.no_anchors", "Thailand's list never arrived.",
    ),
    "recognition": Pattern(
        _RECOGNISED, ("es256", "recognition", "vc-jwt"),
        """Case(vc(), recognised_by(arrangement(purposes=["{name}"])), """
        """request_of(purpose="{name}"))""",
        """Case(vc(), recognised_by(arrangement(purposes=["{name}"])), """
        """request_of(purpose="another"))""",
        "recognition.purpose_not_covered", "The purpose is one that it does not cover.",
    ),
    "status_list": Pattern(
        "from ..build import vc\n"
        "from ..status_lists import INDEX, evidence, listing, token_reference",
        ("es256", "status-list-jwt", "vc-jwt"),
        """Case(vc(id="urn:test:{name}", status=token_reference()), """
        """evidence=(evidence(listing({{}})),))""",
        """Case(vc(id="urn:test:{name}", status=token_reference()), """
        """evidence=(evidence(listing({{INDEX: 1}})),))""",
        "status.revoked", "The list says that it is revoked.",
    ),
    "revocation": Pattern(
        "from ..revocation_build import crl, entry, number", ("crl", "decode"),
        """Case(crl(number({number}), entries=[entry(1)]), {{}}, {{}}, 0, "crl")""",
        """Case(crl(number({number}), number(1), entries=[entry(1)]), {{}}, {{}}, 0, "crl")""",
        "crl.malformed", "The list has its number twice.",
    ),
    "cades": Pattern(
        "from ..cms_build import cades, case",
        ("cades", "certificate-path", "crl", "es256"),
        """case(cades(b"TEST-ONLY {name}"))""",
        """case(cades(b"TEST-ONLY {name}").replace(b"TEST-ONLY {name}", b"TEST-0NLY {name}"))""",
        "signature.content_changed", "One letter of the signed content is another.",
    ),
    "jades": Pattern(
        "from ..cms_build import case\nfrom ..jades_build import compact, header",
        ("jades", "certificate-path", "crl", "es256"),
        """case(compact(b"TEST-ONLY {name}"))""",
        """case(compact(b"TEST-ONLY {name}", head=header(crit=["{name}"], {name}=1)))""",
        "jose.crit", "The header demands that something unknown be understood.",
    ),
    "xades": Pattern(
        "from ...formats.xades_sign import XmlPlacement, sign_xades\n"
        "from ..cms_build import ALICE, MADE, case",
        ("xades", "certificate-path", "crl", "es256"),
        """case(sign_xades(b"<{name}>TEST-ONLY</{name}>", ALICE, """
        """placement=XmlPlacement.ENVELOPED, signing_time=MADE))""",
        """case(sign_xades(b"<{name}>TEST-ONLY</{name}>", ALICE, """
        """placement=XmlPlacement.ENVELOPED, signing_time=MADE)"""
        """.replace(b"TEST-ONLY", b"TEST-0NLY"))""",
        "signature.content_changed", "One letter of the signed content is another.",
    ),
    "pades": Pattern(
        "from ..cms_build import case\nfrom ..pdf_build import TEXT, plain, signed",
        ("pades", "certificate-path", "crl", "es256"),
        """case(signed(plain({{4: TEXT, 9: b"(TEST-ONLY {name})"}}), room=5200))""",
        """case(signed(plain({{4: TEXT, 9: b"(TEST-ONLY {name})"}}), room=5200)"""
        """.replace(b"TEST-ONLY {name}", b"TEST-0NLY {name}"))""",
        "signature.content_changed", "One letter of what was signed is another.",
    ),
    "asic": Pattern(
        "from ...formats.asic_names import Kind\n"
        "from ...formats.asic_sign import Form, sign_asic\n"
        "from ..cms_build import ALICE, MADE, case",
        ("asic", "certificate-path", "crl", "es256"),
        """case(sign_asic({{"{name}.txt": b"TEST-ONLY"}}, ALICE, kind=Kind.SIMPLE, """
        """form=Form.CADES, signing_time=MADE))""",
        """case(sign_asic({{"{name}.txt": b"TEST-ONLY"}}, ALICE, kind=Kind.SIMPLE, """
        """form=Form.CADES, signing_time=MADE) + b"?")""",
        "zip.truncated", "An octet follows the end of the container.",
    ),
    "timestamp": Pattern(
        "from ..build import DAY, MOMENT\nfrom ..cms_build import SHORT, cades, case, clock, crls",
        ("cades", "certificate-path", "crl", "es256", "rfc3161"),
        """case(cades(b"TEST-ONLY {name}", SHORT, timestamps=clock(MOMENT - 20 * DAY)), """
        """lists=(*crls(MOMENT - 15 * DAY), *crls()))""",
        """case(cades(b"TEST-ONLY {name}", SHORT), """
        """lists=(*crls(MOMENT - 15 * DAY), *crls()))""",
        "path.expired", "Nothing shows that it is older than its certificate's end.",
    ),
    "cross_border": Pattern(
        _RECOGNISED, ("es256", "recognition", "vc-jwt"),
        """Case(vc(id="urn:test:{name}"), recognised_by(arrangement()), request_of())""",
        """Case(vc(id="urn:test:{name}"), recognised_by(arrangement("SG", "MY")), request_of())""",
        "recognition.no_arrangement", "The receiving state recognises another state alone.",
    ),
    "cache": Pattern(
        "from ..build import MOMENT, vc\nfrom ..registry import Step",
        ("es256", "timeline", "vc-jwt"),
        """Case(vc(id="urn:test:{name}", exp=MOMENT + 9), """
        """steps=(Step(MOMENT), Step(MOMENT + 1)))""",
        """Case(vc(id="urn:test:{name}", exp=MOMENT + 9), steps=(Step(MOMENT), """
        """Step(MOMENT + 9, ("time.expired",))))""",
        "time.expired", "It is asked for again after its end.",
    ),
}  # fmt: skip


def scaffold(group: str, name: str) -> str:
    """The text of the module. Raises ``MisuseError`` for a group or a name that cannot be."""
    if group not in PATTERNS:
        raise MisuseError(f"no group {group!r}; known: {', '.join(GROUPS)}")
    if _NAME.fullmatch(name) is None or len(name) > 60:
        raise MisuseError("a name is lower-case words joined by `_`, at most 60 characters")
    pattern = PATTERNS[group]
    number = sum(name.encode())
    good, bad = (text.format(name=name, number=number) for text in (pattern.good, pattern.bad))
    imports = f"{pattern.imports}\n" if pattern.imports else ""
    features = ", ".join(f'"{feature}"' for feature in pattern.features)
    return f'''"""State here what the vectors of this file are about."""

from __future__ import annotations

{imports}from ..registry import Case, Group, Importance

_group = Group("{group}", features=({features},), twin="{name}_good")


@_group.vector("STANDARD, CLAUSE", importance=Importance.PROFILE)
def {name}_good() -> Case:
    """Say what is special about this input, which passes."""
    return {good}


@_group.vector(
    "STANDARD, CLAUSE",
    "{pattern.code}",
    importance=Importance.PROFILE,
    notes="Say what goes wrong where the fault is missed.",
)
def {name}() -> Case:
    """{pattern.fault}"""
    return {bad}
'''


def write(group: str, name: str, directory: Path | None = None) -> Path:
    """The module as a file beside the other vectors; never over one that is there."""
    text = scaffold(group, name)
    known = {definition.id for definition in definitions()}
    taken = known & {f"{group}::{name}", f"{group}::{name}_good"}
    if taken:
        raise MisuseError(f"there is a vector {min(taken)} already")
    path = (directory or Path(__file__).parent / "vectors") / f"{group}_{name}.py"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise MisuseError(f"{path} is there already") from None
    except OSError as fault:
        raise MisuseError(f"{path} cannot be written: {fault.strerror}") from None
    return path
