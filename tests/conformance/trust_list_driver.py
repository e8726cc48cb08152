"""The trust-list corpus: 108 XML files, each opened with its own signer (or its twin's).

A list's pins come from its own KeyInfo, and for a twin that somebody changed from the genuine list
that it was made of: whether a stranger's signature counts is what the attack tests ask.
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from functools import lru_cache

from defa_trust.codec import xml
from defa_trust.crypto import DEFAULT_ALGORITHM_POLICY, AlgorithmPolicy
from defa_trust.errors import Rejection
from defa_trust.formats.xmldsig import DS, XADES, Signer, open_enveloped
from defa_trust.trustlist.pin import SignerProfile
from defa_trust.trustlist.ts119612.opening import open_list
from defa_trust.trustlist.ts119612.read import read_list
from defa_trust.verdict import Interval
from defa_trust.x509.pinned_key import read_pinned_key

from .corpora import Case

LEGACY = AlgorithmPolicy(
    {**DEFAULT_ALGORITHM_POLICY.allowed, "ECDSA/brainpoolP256r1/SHA-256": Interval()},
    rsa_min_bits=1024,
)
"""What the lists of 2014 to 2021 were signed with: Brainpool, and RSA under 2048 bits."""

CHANGED = re.compile(r"broken-sig|altered|missing-pivot|no-tl-version|non-compliant|not-compliant")
UNSIGNED = re.compile(r"no-sig")
UNREADABLE = re.compile(r"not-pars|not-conform|_empty")
NO_LIST = re.compile(r"^(sample|tl-empty)")
SHORTENED = {
    "fi-v6-no-service-information.xml",
    "fi-v6-no-tsp-information.xml",
    "fr-65-docusign.xml",
    "mra-zz-lotl-duplicated-equivalence-context.xml",
    "tsl-sk-minimal-dss-1911.xml",
}
"""Real lists from which the corpus's makers cut a part without signing anew: nothing in the name
says so, but the digest does."""
TWO_SIGNATURES = re.compile(r"two-sigs")

TWINS = {
    "eu-lotl-broken-sig.xml": "eu-lotl.xml",
    "eu-lotl-no-tl-version.xml": "eu-lotl.xml",
    "lotlCache/CZ_broken-sig.xml": "lotlCache/CZ.xml",
    "lotlCache/CZ_not-compliant.xml": "lotlCache/CZ.xml",
    "lotlCache/CZ_two-sigs.xml": "lotlCache/CZ.xml",
    "lotlCache/eu-lotl_broken-sig.xml": "lotlCache/EU.xml",
    "lotlCache/eu-lotl_non-compliant.xml": "lotlCache/EU.xml",
    "lotlCache/tl_pivot_191_mp_broken-sig.xml": "lotlCache/tl_pivot_191_mp.xml",
    "lotlCache/tl_pivot_247_mp_broken-sig.xml": "lotlCache/tl_pivot_247_mp.xml",
    "lotlCache/tl_pivot_247_mp_missing-pivot.xml": "lotlCache/tl_pivot_247_mp.xml",
    "sk-tl-altered-tsp.xml": "sk-tl-sn-95.xml",
    "sk-tl-altered-trust-service.xml": "sk-tl-sn-95.xml",
    "sk-tl-altered-trust-service-with-time.xml": "sk-tl-sn-95.xml",
}
"""Changed list to the genuine one whose signer is pinned for it."""


@lru_cache(maxsize=256)
def own_signers(data):
    """Certificates beside a list's own signature."""
    try:
        root = xml.parse(data)
    except Rejection:
        return ()
    path = f"{{{DS}}}Signature/{{{DS}}}KeyInfo/{{{DS}}}X509Data/{{{DS}}}X509Certificate"
    return tuple(base64.b64decode(item.text) for item in root.iterfind(path))


def signed_at(data):
    """What the list claims, for the moment of opening; TIME_MIN-like 0 where it claims nothing."""
    from datetime import datetime

    try:
        found = next(xml.parse(data).iter(f"{{{XADES}}}SigningTime"), None)
    except Rejection:
        return 0
    return 0 if found is None else int(datetime.fromisoformat(found.text).timestamp())


def files(root):
    return sorted(root.rglob("*.xml"))


def pins(root, path):
    """The signers pinned for a file: its own, or its genuine twin's."""
    name = path.relative_to(root).as_posix()
    twin = TWINS.get(name)
    return own_signers((root / twin if twin else path).read_bytes())


def expected(name):
    base = name.rpartition("/")[2]
    for pattern in (CHANGED, UNSIGNED, UNREADABLE, NO_LIST, TWO_SIGNATURES):
        if pattern.search(base):
            return "reject"
    return "reject" if base in SHORTENED else "accept"


def reason(name):
    """Which codes are the right reason for a refusal."""
    base = name.rpartition("/")[2]
    if UNREADABLE.search(base):
        return {"xml.syntax"}
    if UNSIGNED.search(base) or NO_LIST.search(base):
        return {"xmldsig.unsigned"}
    if TWO_SIGNATURES.search(base):
        return {"xmldsig.signature_count"}
    return {"xmldsig.digest_mismatch"}


def open_file(root, path):
    """(signed document or ``None``, code of the refusal or ``None``)."""
    data = path.read_bytes()
    try:
        signers = [Signer(der, read_pinned_key(der)) for der in pins(root, path)]
        return open_enveloped(data, signers, now=signed_at(data), algorithms=LEGACY), None
    except Rejection as refusal:
        return None, refusal.code.id


def cases(root):
    """One case a file; a refusal for another reason than the file's fault counts as wrong."""
    for path in files(root):
        name = path.relative_to(root).as_posix()
        wanted = expected(name)
        _, code = open_file(root, path)
        if code is None:
            actual = "accept"
        elif wanted == "reject" and code not in reason(name):
            actual = f"reject for {code}"
        else:
            actual = "reject"
        yield Case(name, wanted, actual, code or "")


def census(root):
    """What the genuine lists hold: files, countries, providers, services, pointers."""
    counts: Counter[str] = Counter()
    territories = set()
    for path in files(root):
        signed, _ = open_file(root, path)
        if signed is None:
            continue
        counts["verified"] += 1
        try:
            found = read_list(signed.content)
        except Rejection as refusal:
            counts[refusal.code.id] += 1
            continue
        counts["read"] += 1
        counts["providers"] += len(found.providers)
        counts["services"] += sum(len(provider.services) for provider in found.providers)
        counts["history"] += sum(
            len(service.history) for provider in found.providers for service in provider.services
        )
        counts["pointers"] += len(found.pointers)
        counts["recognition"] += sum(p.recognition is not None for p in found.pointers)
        territories.add(found.territory)
    return counts, territories


def opened(root, name, **more):
    """A genuine list through the front door, at the moment it was signed."""
    path = root / name
    data = path.read_bytes()
    more = {"now": signed_at(data), "profile": SignerProfile.PINNED_KEY, **more}
    return open_list(data, pins(root, path), algorithms=LEGACY, **more)
