"""Our certificate reader beside that of `cryptography`, on every certificate of the corpora.

Both give the same facts, or one of them refuses, and then the reason is one of those below.
"""

import re
from collections import Counter

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from defa_trust.crypto import VerificationKey
from defa_trust.errors import Rejection
from defa_trust.x509 import extensions as ext
from defa_trust.x509.certificate import read_certificate
from tests.conformance.certificate_sources import certificates
from tests.conformance.corpora import corpora_root, corpus_path

pytestmark = [pytest.mark.corpus, pytest.mark.filterwarnings("ignore")]
"""The other reader warns of much that it reads all the same."""

WE_REFUSE = {
    "crypto.rsa_key_roca": "a key whose secret can be computed; the other reader does not look",
    "crypto.key_type_unknown": "DSA, P-192 and keys restricted to RSASSA-PSS: no row verifies them",
    "crypto.rsa_key_too_small": "a modulus below 1024 bits is not worth a policy's opinion",
    "crypto.key_invalid": "a curve spelt out (RFC 5480, 2.1.1), or an exponent nobody should use",
    "list.certificate no signature of whole octets": "a signature is whole octets, whoever made it",
    "list.certificate another version than 3": "no version but 3 has extensions to rely on",
    "list.certificate two different signature algorithms": "RFC 5280, 4.1.1.2 wants them the same",
    "list.certificate N bytes": "larger than any certificate anybody needs",
    "list.certificate N.N.N.N: DNS that is not ASCII": "RFC 5280, 4.2.1.6: an IA5String",
    "list.certificate a name: N parts": "no name needs more parts",
    "list.certificate a name: N octets": "nor more octets; every name is compared with others",
}
"""What only we refuse, and why."""

THEY_REFUSE = {
    "EncodedDefault": "a FALSE that is written out means what its absence means",
    "InvalidValue": "characters in a string of another type: we read what can be read",
    "path_length must be None": "a path length without a CA says nothing and harms nobody",
    "IPAddress name constraints": "judged where a name is compared: it then fits nothing",
    "authority_cert_issuer and authority_cert_serial_number": "a hint; nothing rests on it",
    "name constraints must not contain": "judged where a name is compared: it then fits nothing",
}
"""What only `cryptography` refuses, and why we read it."""


def theirs(der):
    loaded = x509.load_der_x509_certificate(der)
    names = loaded.subject.rfc4514_string(), loaded.issuer.rfc4514_string()
    return loaded, loaded.extensions, names, loaded.public_key()


@pytest.fixture(scope="module")
def corpus():
    for folder in ("pkits-ocsp", "x509-limbo", "trust-lists", "ades"):
        corpus_path(folder)
    return certificates(corpora_root())


def test_the_same_facts_or_a_reason(corpus):
    outcome = Counter()
    unexplained = []
    for der, source in corpus.items():
        ours = loaded = None
        try:
            ours = read_certificate(der)
        except Rejection as refusal:
            why = explained(refusal)
        try:
            loaded = theirs(der)
        except Exception as error:  # noqa: BLE001 - it has no base class for what it refuses
            other = next((part for part in THEY_REFUSE if part in str(error)), str(error))
        if ours is not None and loaded is not None:
            compare(ours, *loaded)
            outcome["same"] += 1
        elif ours is not None:
            outcome["they refuse"] += 1
            if other not in THEY_REFUSE:
                unexplained.append((source, "they", other))
        elif loaded is not None:
            outcome["we refuse"] += 1
            if why not in WE_REFUSE:
                unexplained.append((source, "we", why))
        else:
            outcome["both refuse"] += 1
    assert unexplained == []
    assert outcome["same"] > 4000
    assert outcome["we refuse"] < 80
    assert outcome["they refuse"] > outcome["we refuse"]


def explained(refusal):
    """The code; for a certificate that cannot be read, with the reason and without its place."""
    if refusal.code.id != "list.certificate":
        return refusal.code.id
    said = str(refusal.actual).partition(", at ")[0].partition(", or ")[0]
    said = said.partition(" expected")[0]
    return f"list.certificate {re.sub('[0-9]+', 'N', said) if 'version' not in said else said}"


def compare(ours, loaded, extensions, names, public_key):
    assert ours.tbs == loaded.tbs_certificate_bytes
    assert ours.signature == loaded.signature
    assert ours.serial == loaded.serial_number
    assert (ours.subject, ours.issuer) == names
    assert ours.subject_name == loaded.subject.public_bytes()
    assert ours.not_before == loaded.not_valid_before_utc.timestamp()
    assert ours.not_after == loaded.not_valid_after_utc.timestamp()
    wanted = {"country": NameOID.COUNTRY_NAME, "organisation": NameOID.ORGANIZATION_NAME}
    for name, oid in wanted.items():
        values = [item.value for item in loaded.subject.get_attributes_for_oid(oid)]
        assert getattr(ours, name) == (values[0] if len(values) == 1 else None)
    assert ours.key.thumbprint == VerificationKey.from_public_key(public_key).thumbprint
    said = {item.oid.dotted_string: item.critical for item in extensions}
    assert {oid: item.critical for oid, item in ours.extensions.items()} == said
    assert ours.critical == {oid for oid, critical in said.items() if critical}
    for item in extensions:
        same_extension(ours, item.value)


def same_extension(ours, value):
    match value:
        case x509.BasicConstraints():
            assert (ours.is_ca, ours.path_length) == (value.ca, value.path_length)
        case x509.KeyUsage():
            held = {name for name in ext.KEY_USAGES[:7] if getattr(value, name)}
            if value.key_agreement:
                held |= {name for name in ext.KEY_USAGES[7:] if getattr(value, name)}
            assert ours.key_usage == held
        case x509.ExtendedKeyUsage():
            assert ours.extended_key_usage == tuple(oid.dotted_string for oid in value)
        case x509.SubjectKeyIdentifier():
            assert ours.ski == value.digest
        case x509.AuthorityKeyIdentifier():
            assert ours.aki == value.key_identifier
            assert ours.authority_key_identifier.serial == value.authority_cert_serial_number
        case x509.CertificatePolicies():
            held = [item.policy_identifier.dotted_string for item in value]
            assert [item.policy for item in ours.policies] == held
        case x509.PolicyConstraints():
            held = value.require_explicit_policy, value.inhibit_policy_mapping
            assert tuple(ours.policy_constraints) == held
        case x509.InhibitAnyPolicy():
            assert ours.inhibit_any_policy == value.skip_certs
        case x509.NameConstraints():
            same_names(ours.name_constraints.permitted, value.permitted_subtrees)
            same_names(ours.name_constraints.excluded, value.excluded_subtrees)
        case x509.SubjectAlternativeName():
            same_names(ours.subject_alt_names, list(value))
        case x509.CRLDistributionPoints():
            assert len(ours.crl_distribution_points) == len(list(value))
            for mine, held in zip(ours.crl_distribution_points, value, strict=True):
                same_names(mine.full_name, held.full_name)
                same_names(mine.crl_issuer, held.crl_issuer)
        case x509.AuthorityInformationAccess():
            held = [
                item.access_location.value.encode()
                for item in value
                if item.access_method.dotted_string == ext.ACCESS_OCSP
                and isinstance(item.access_location, x509.UniformResourceIdentifier)
            ]
            assert [url.encode() for url in ours.ocsp_urls] == held


def same_names(ours, held):
    held = list(held or ())
    assert len(ours or ()) == len(held)
    for mine, other in zip(ours or (), held, strict=True):
        if isinstance(other, x509.DNSName | x509.RFC822Name | x509.UniformResourceIdentifier):
            assert mine.value == other.value.encode()
        elif isinstance(other, x509.DirectoryName):
            assert mine.value == other.value.public_bytes()
        elif isinstance(other, x509.IPAddress) and mine.kind is ext.NameKind.IP:
            network = getattr(other.value, "network_address", None)
            packed = (
                other.value.packed
                if network is None
                else network.packed + other.value.netmask.packed
            )
            assert mine.value == packed
