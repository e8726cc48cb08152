"""A leaf under a root, and a question about its revocation: what the tests of it share."""

from defa_trust.conformance.build import MOMENT
from defa_trust.conformance.revocation_build import ca, crl, leaf, root
from defa_trust.material import Evidence, EvidenceKind, Item
from defa_trust.policy import RevocationPolicy
from defa_trust.verdict import TIME_MAX, TIME_MIN
from defa_trust.x509.anchors import AnchorSet, TrustAnchor
from defa_trust.x509.path import PathOptions, find_path
from defa_trust.x509.profiles import ANY
from defa_trust.x509.revocation import check_path

STRICT = RevocationPolicy()


def path_of(certificate=None, others=(), moment=MOMENT, anchor=None):
    """The validated path from ``certificate`` (a leaf of the root's) to the root."""
    findings = []
    anchors = AnchorSet((TrustAnchor.from_certificate(anchor or root()),))
    path = find_path(certificate or leaf(), others, anchors, PathOptions(moment, ANY), findings)
    assert path is not None, [finding.code.id for finding in findings]
    return path


def evidence_of(crls=(), responses=(), certificates=()):
    return Evidence(
        Item(kind, octets)
        for kind, items in (
            (EvidenceKind.CRL, crls),
            (EvidenceKind.OCSP, responses),
            (EvidenceKind.CERTIFICATE, certificates),
        )
        for octets in items
    )


class Checked:
    """What ``check_path`` said."""

    def __init__(self, findings, needs):
        self.findings = findings
        self.needs = needs

    @property
    def codes(self):
        return [finding.code.id.removeprefix("revocation.") for finding in self.findings]

    @property
    def passed(self):
        against = [f for f in self.findings if f.code.indication is not None]
        # A pass and a fault never stand together, and a pass is never empty.
        assert ("path_checked" in self.codes) == (not against)
        return not against

    def of(self, code):
        return next(f for f in self.findings if f.code.id == f"revocation.{code}")

    @property
    def interval(self):
        return (
            max((f.start for f in self.findings), default=TIME_MIN),
            min((f.end for f in self.findings), default=TIME_MAX),
        )


def check(
    *crls,
    responses=(),
    certificates=(),
    path=None,
    control=None,
    now=MOMENT,
    policy=STRICT,
    **more,
):
    """Ask about the leaf (or ``path``); ``control`` is ``now`` unless given."""
    findings = []
    needs = check_path(
        path or path_of(),
        now if control is None else control,
        now,
        evidence_of(crls, responses, certificates),
        policy,
        findings,
        **more,
    )
    return Checked(findings, needs)


def three(*leaf_extensions, ca_extensions=()):
    """A path of leaf, CA and root."""
    middle = ca("ca", "root", *ca_extensions)
    return path_of(leaf(*leaf_extensions, issuer="ca"), [middle])


def root_crl(**members):
    """What the root says of the CA in ``three()``."""
    return crl(issuer="root", **members)
