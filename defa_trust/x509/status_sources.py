"""Who may speak of a certificate's revocation, and what they say (floor 4).

A CRL counts if its scope and issuer are right for the certificate, its issuer leads to the same
trust anchor, may sign CRLs, and signed it (RFC 5280, 6.3.3). An OCSP response counts if it names
the certificate's issuer by name and key, and was signed with that very key or by a responder that
it certified (RFC 6960, 4.2.2.2). Whatever else is in the evidence says nothing; why, goes to the
complaints.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, NamedTuple, TypeVar

from ..algorithms import AlgorithmPolicy
from ..codes import revocation as codes
from ..crypto import VerificationKey
from ..errors import Rejection
from ..material import EvidenceKind, EvidenceView
from ..policy import NoRevocationInfo, RequiredChecks, ResponderStatus, RevocationPolicy
from ..verdict import Code, Finding, Interval
from .anchors import AnchorSet, Purpose
from .certificate import UntrustedCertificate, open_certificate
from .crl import CertificateList, Reason
from .crl_scope import continues, covered_reasons, is_own_crl_issuer, issuers_of
from .extensions import OCSP_NO_CHECK
from .moments import Clock, Moment
from .ocsp import OcspResponse
from .path import (
    ANY_TERRITORY,
    DEFAULT_LIMITS,
    CertificatePool,
    ListedCertificate,
    PathOptions,
    ValidatedPath,
    find_path,
)
from .profiles import CRL_ISSUER, OCSP_RESPONDER
from .revocation_memo import MEMO
from .speakers import Notary, Source, Speaker, is_certified_among, may_not_sign, name_of, unsound
from .statements import Standing, Statement, Weighed, of_crl, of_ocsp, weigh, worst

MAX_ITEMS: Final = 1024
"""Ours: pieces of evidence of one kind that are read for one path."""
MAX_NESTED: Final = 3
"""Ours: CRL issuers and responders whose own status needs another CRL issuer, and so on."""
OCSP_SIGNING: Final = "1.3.6.1.5.5.7.3.9"
NO_REV_AVAIL: Final = "2.5.29.56"
"""RFC 9608, 2."""
SHORT_TERM: Final = "0.4.0.194121.2.1"
"""EN 319 412-1, validity assured short term: nobody publishes revocation information."""

_T = TypeVar("_T")


class Answer(NamedTuple):
    """What the evidence amounts to, and why other evidence did not serve, each reason once."""

    weighed: Weighed
    complaints: tuple[Finding, ...] = ()


class _Judged(NamedTuple):
    weighed: Weighed
    interval: Interval


class Sources:
    """The evidence of one evaluation of ``path``, read once."""

    __slots__ = (
        *("_active", "_algorithms", "_around", "_crls", "_cut", "_notary", "_now"),
        *("_off_path", "_path", "_policy", "_pool", "_responses", "_settled", "_unreadable"),
    )

    def __init__(
        self,
        path: ValidatedPath,
        evidence: EvidenceView,
        policy: RevocationPolicy,
        algorithms: AlgorithmPolicy,
        proofs: Mapping[bytes, int],
        now: int,
    ) -> None:
        self._path = path
        self._policy = policy
        self._now = now
        self._algorithms = algorithms
        self._notary = Notary(algorithms, proofs, now)
        self._unreadable: list[Finding] = []
        self._cut = False
        """Evidence was left out, so that a revocation among it would go unseen."""
        self._crls = self._read(evidence.pool(EvidenceKind.CRL), MEMO.crl)
        self._responses = self._read(evidence.pool(EvidenceKind.OCSP), MEMO.ocsp)
        self._pool = self._read(evidence.pool(EvidenceKind.CERTIFICATE), open_certificate)
        self._cut = self._cut or len(self._pool) + len(path.certificates) > DEFAULT_LIMITS.pool
        self._around: tuple[AnchorSet, CertificatePool] | None = None
        self._settled: dict[bytes, Speaker] = {}
        """CAs of the path that were judged already, by certificate."""
        self._active: list[bytes] = []
        self._off_path: dict[tuple[bytes, int | None], _Judged] = {}

    def _read(self, octets: tuple[bytes, ...], read: Callable[[bytes], _T]) -> list[_T]:
        if len(octets) > MAX_ITEMS:
            self._cut = True
        found: list[_T] = []
        for der in octets[:MAX_ITEMS]:
            try:
                found.append(read(der))
            except Rejection as refusal:
                self._unreadable.append(Finding(codes.UNREADABLE, None, refusal.code.id))
        return found

    def judge(
        self, certificate: UntrustedCertificate, issuer: Speaker, control: int, clock: Clock
    ) -> Answer:
        """What the evidence says of a certificate of the path, which ``issuer`` issued.

        ``clock`` learns how long that holds. The certificates above it were judged before.
        """
        self._notary.clock = clock
        answer = self._judge(certificate, issuer, Moment.at(clock, control))
        speaker = Speaker.of_certificate(certificate, issuer, answer.weighed)
        self._settled[certificate.der] = speaker
        return answer

    def speaker(self, certificate: UntrustedCertificate) -> Speaker:
        """A certificate of the path that was judged, as the issuer of the next."""
        return self._settled[certificate.der]

    def _judge(self, certificate: UntrustedCertificate, issuer: Speaker, control: Moment) -> Answer:
        complaints: list[Finding] = []
        statements: list[Statement] = []
        complete = not self._cut
        offered = True
        self._active.append(certificate.der)
        try:
            statements += self._by_ocsp(certificate, issuer, complaints)
            statements += self._by_crl(certificate, issuer, complaints)
            offered = self._offers_information(certificate)
        except Rejection as refusal:
            # What says who may sign its lists cannot be read: some of them may go unseen.
            complaints.append(Finding(codes.UNREADABLE, None, refusal.code.id))
            complete = False
        finally:
            self._active.pop()
        clock = self._notary.clock
        weighed = weigh(statements, certificate.not_after, control, clock, self._policy, complaints)
        if self._cut or self._notary.exhausted:
            complete = False
            complaints.insert(0, Finding(codes.BUDGET))
        if weighed.standing is not Standing.REVOKED and not complete:
            # What was not looked at may say that it is revoked.
            return Answer(Weighed(Standing.UNCHECKED), (complaints[0],))
        if weighed.standing is Standing.UNCHECKED:
            if not offered:
                weighed = Weighed(Standing.NONE_OFFERED)
            else:
                complaints = complaints or [*self._unreadable] or [Finding(codes.MISSING)]
        first: dict[Code, Finding] = {}
        for complaint in complaints:
            first.setdefault(complaint.code, complaint)
        return Answer(weighed, tuple(first.values()))

    def _offers_information(self, certificate: UntrustedCertificate) -> bool:
        """RFC 9608, 2 and 4: only end entities may say so, and not beside an address to ask at."""
        return not (
            self._policy.no_information is NoRevocationInfo.HONOUR
            and not certificate.is_ca
            and (NO_REV_AVAIL in certificate.extensions or SHORT_TERM in certificate.extensions)
            and not certificate.crl_distribution_points
            and not certificate.ocsp_urls
        )

    # --- CRLs ------------------------------------------------------------------------------------
    def _by_crl(
        self, certificate: UntrustedCertificate, issuer: Speaker, complaints: list[Finding]
    ) -> list[Statement]:
        names = issuers_of(certificate)
        speaking = [crl for crl in self._crls if crl.issuer_key in names]
        found: list[Statement] = []
        for crl in speaking:
            reasons, why = covered_reasons(crl, certificate)
            if not reasons:
                complaints.append(Finding(codes.OUT_OF_SCOPE, None, why, evidence=name_of(crl)))
                continue
            key = self._crl_key(crl, issuer, complaints)
            if key is None:
                continue
            try:
                found += self._read_off(crl, key, reasons, speaking, certificate, complaints)
            except Rejection as refusal:
                said = refusal.code.id
                complaints.append(Finding(codes.UNREADABLE, None, said, evidence=name_of(crl)))
        if speaking and all(crl.is_delta for crl in speaking):
            complaints.append(Finding(codes.DELTA_WITHOUT_BASE))
        return found

    def _read_off(
        self,
        crl: CertificateList,
        key: VerificationKey,
        reasons: frozenset[str],
        speaking: list[CertificateList],
        certificate: UntrustedCertificate,
        complaints: list[Finding],
    ) -> list[Statement]:
        """What a complete CRL says, and what it says together with the newest delta (5.2.4).

        NOTE: a delta that continues no complete list at hand clears nobody, and whom it names is
        revoked all the same.
        """
        serial, name = certificate.serial, certificate.issuer_key
        entry = worst(crl.find(serial, name))
        if crl.is_delta:
            named = entry is not None and entry.reason is not Reason.REMOVE_FROM_CRL
            return [of_crl(crl, crl, entry, reasons)] if named else []
        said = [of_crl(crl, crl, entry, reasons)]
        deltas = [delta for delta in speaking if continues(delta, crl)]
        for delta in sorted(deltas, key=lambda d: d.number or 0, reverse=True):
            item = self._notary.known_since(delta)
            # 6.3.3 (h): the key that signed the complete list.
            fault = self._notary.fault(delta, key, item)
            if fault is not None:
                complaints.append(fault)
                continue
            if not self._notary.clock.passed(delta.this_update - self._policy.clock_skew):
                continue
            change = worst(delta.find(serial, name))
            if change is None:
                change = entry
            elif change.reason is Reason.REMOVE_FROM_CRL:
                # Only a hold can be lifted; what else leaves the list has expired (5.3.1).
                held = entry is None or entry.reason is Reason.CERTIFICATE_HOLD
                change = None if held else entry
            said.append(of_crl(crl, delta, change, reasons))
            break
        return said

    def _crl_key(
        self, crl: CertificateList, issuer: Speaker, complaints: list[Finding]
    ) -> VerificationKey | None:
        """The validated key that signed the list, if its holder may (6.3.3 (f) and (g))."""
        heard: list[Finding] = []
        item = self._notary.known_since(crl)
        above = (*self._settled.values(), Speaker.of_anchor(self._path.anchor))
        speakers = (issuer, *(speaker for speaker in above if speaker != issuer))
        for speaker in speakers:
            if speaker.name_key != crl.issuer_key:
                continue
            fault = (
                self._notary.fault(crl, speaker.key, item)
                or may_not_sign(speaker.key_usage, crl)
                or unsound(speaker, crl, item)
            )
            if fault is None:
                MEMO.put(crl)
                return speaker.key
            heard.append(fault)
        for candidate in self._candidates(crl):
            try:
                fault = (
                    self._notary.fault(crl, candidate.key, item)
                    or may_not_sign(candidate.key_usage, crl)
                    or self._distrusted(candidate, crl, item, speakers)
                )
            except Rejection as refusal:
                said = refusal.code.id
                fault = Finding(codes.ISSUER_UNTRUSTED, None, said, evidence=name_of(crl))
            if fault is None:
                MEMO.put(crl)
                return candidate.key
            heard.append(fault)
        # That it is not signed with one key says nothing where another key signed it.
        telling = [fault for fault in heard if fault.code is not codes.SIGNATURE_INVALID]
        complaints += (
            telling or heard[:1] or [Finding(codes.ISSUER_NOT_FOUND, evidence=name_of(crl))]
        )
        return None

    def _candidates(self, crl: CertificateList) -> list[UntrustedCertificate]:
        """Certificates off the path of the CRL issuer's name.

        Those first that the list's key identifier points to: a hint that excludes nobody (4.2.1.1).
        """
        hint = crl.authority_key.key if crl.authority_key is not None else None
        named = [
            c
            for c in self._pool
            if c.subject_key == crl.issuer_key and c not in self._path.certificates
        ]
        return sorted(named, key=lambda c: hint is None or _key_identifier(c) != hint)

    # --- OCSP ------------------------------------------------------------------------------------
    def _by_ocsp(
        self, certificate: UntrustedCertificate, issuer: Speaker, complaints: list[Finding]
    ) -> list[Statement]:
        found: list[Statement] = []
        for response in self._responses:
            about = [r for r in response.responses if r.cert_id.serial == certificate.serial]
            if not about:
                continue
            name = certificate.issuer_name
            ours = [r for r in about if r.cert_id.names_issuer(name, issuer.key)]
            if not ours:
                complaints.append(Finding(codes.OTHER_ISSUER, evidence=name_of(response)))
                continue
            fault = self._unauthorised(response, issuer, self._notary.known_since(response))
            produced = response.produced_at
            if fault is None and not self._notary.clock.passed(produced - self._policy.clock_skew):
                fault = Finding(codes.NOT_YET_VALID, None, produced, evidence=name_of(response))
            if fault is not None:
                complaints.append(fault)
                continue
            MEMO.put(response)
            found += [of_ocsp(response, single) for single in ours]
        return found

    def _unauthorised(
        self, response: OcspResponse, issuer: Speaker, item: Moment
    ) -> Finding | None:
        """Why the response's signer may not speak for ``issuer`` (RFC 6960, 4.2.2.2)."""
        heard: list[Finding] = []
        if response.responder.is_of(issuer.name_key, issuer.key):
            fault = self._notary.fault(response, issuer.key, item)
            if fault is None:
                return unsound(issuer, response, item)
            heard.append(fault)
        for der in response.certificates:
            try:
                delegate = self._notary.delegate(der)
                if not response.responder.is_of(delegate.subject_key, delegate.key):
                    continue
                fault = self._undelegated(delegate, response, issuer, item)
            except Rejection as refusal:
                said = refusal.code.id
                fault = Finding(codes.ISSUER_UNTRUSTED, None, said, evidence=name_of(response))
            if fault is None:
                return None
            heard.append(fault)
        return heard[0] if heard else Finding(codes.ISSUER_NOT_FOUND, evidence=name_of(response))

    def _undelegated(
        self,
        delegate: UntrustedCertificate,
        response: OcspResponse,
        issuer: Speaker,
        item: Moment,
    ) -> Finding | None:
        """A delegate signs the response, says id-kp-OCSPSigning, and holds a certificate signed by
        the very key that signed the certificate in question."""
        fault = self._notary.fault(response, delegate.key, item)
        if fault is not None:
            return fault
        usage = delegate.key_usage
        said = None
        if OCSP_SIGNING not in delegate.extended_key_usage:
            said = "its certificate does not say id-kp-OCSPSigning"
        elif usage is not None and usage.isdisjoint({"digital_signature", "content_commitment"}):
            said = "its key usage does not include signing"
        elif delegate.issuer_key != issuer.name_key:
            said = "another issuer certified it"
        if said is not None:
            return Finding(codes.ISSUER_UNAUTHORISED, None, said, evidence=name_of(response))
        return unsound(issuer, response, item) or self._distrusted(
            delegate, response, item, (issuer,)
        )

    # --- whoever is off the path -----------------------------------------------------------------
    def _distrusted(
        self,
        certificate: UntrustedCertificate,
        source: Source,
        item: Moment,
        speakers: tuple[Speaker, ...],
    ) -> Finding | None:
        """Why a CRL issuer or responder off the path is not to be relied on.

        It needs a path to the same anchor (RFC 5280, 6.3.3 (f)), valid when ``source`` is known to
        have existed, on which nobody is revoked. A responder's path begins with the very key of the
        one among ``speakers``; a CRL issuer was named by one of them, or any CA of the anchor could
        certify somebody in the name of another and publish its lists.
        """
        evidence = name_of(source)
        delegating = speakers[0] if isinstance(source, OcspResponse) else None
        if len(self._active) > MAX_NESTED:
            return Finding(codes.ISSUER_UNCHECKED, evidence=evidence)
        lead = self._lead(certificate, item, delegating)
        if lead is None:
            return Finding(codes.ISSUER_UNTRUSTED, evidence=evidence)
        if delegating is None and not is_certified_among(speakers, lead):
            said = "nobody above the certificate certified it"
            return Finding(codes.ISSUER_UNAUTHORISED, None, said, evidence=evidence)
        speaker = Speaker.of_anchor(lead.anchor)
        for link in reversed(lead.certificates):
            last = link is lead.certificates[0]
            if last and delegating is not None and speaker.key != delegating.key:
                said = "another key than the certificate's issuer certified it"
                return Finding(codes.ISSUER_UNAUTHORISED, None, said, evidence=evidence)
            settled = self._settled.get(link.der)
            if settled is None:
                weighed = self._status_off_path(link, speaker, item)
                if weighed.standing is Standing.REVOKED and weighed.statement is not None:
                    return Finding(codes.ISSUER_REVOKED, weighed.statement.since, evidence=evidence)
                if not self._is_enough(weighed.standing, link, delegating if last else None):
                    return Finding(codes.ISSUER_UNCHECKED, evidence=evidence)
                settled = Speaker.of_certificate(link, speaker, weighed)
            speaker = settled
            fault = unsound(speaker, source, item)
            if fault is not None:
                return fault
        return None

    def _lead(
        self, certificate: UntrustedCertificate, item: Moment, delegating: Speaker | None
    ) -> ValidatedPath | None:
        """A path to the anchor of the path in question, as of ``item``."""
        anchor = self._path.anchor
        served = anchor.purposes
        # RFC 5280, 6.3.3 (f) demands this very anchor, whatever else it is listed for.
        purpose = Purpose.STATUS if served is None or Purpose.STATUS in served else min(served)
        profile = CRL_ISSUER if delegating is None else OCSP_RESPONDER
        options = PathOptions(
            item.value,
            replace(profile, purpose=purpose),
            self._algorithms,
            territory=ANY_TERRITORY,
            listed=ListedCertificate.DOES_NOT_COUNT,
        )
        heard: list[Finding] = []
        anchors, issuers = self._surroundings()
        found = find_path(certificate, issuers, anchors, options, heard)
        for finding in heard:
            item.narrow(finding.interval)
        return found

    def _surroundings(self) -> tuple[AnchorSet, CertificatePool]:
        """The anchor of the path alone, and the certificates that might lead to it."""
        if self._around is None:
            path = self._path
            anchors = AnchorSet((path.anchor,))
            above = path.certificates[1:]
            spkis = (*(c.spki for c in above), path.anchor.spki)[1:] if above else ()
            # What the path proved need not be proved again for whoever hangs on the same CAs.
            anchors.known.remember(above, zip((c.der for c in above), spkis, strict=True))
            ders = [certificate.der for certificate in (*above, *self._pool)]
            self._around = anchors, CertificatePool(ders, known=anchors.known)
        return self._around

    def _is_enough(
        self, standing: Standing, link: UntrustedCertificate, delegating: Speaker | None
    ) -> bool:
        """Whether what is known of somebody off the path lets them speak.

        RFC 6960, 4.2.2.2.1: a responder's issuer may say that nobody need ask about it, or say
        nothing at all, which leaves it to the policy.
        """
        if standing is not Standing.UNCHECKED:
            return standing in (Standing.GOOD, Standing.REVOKED_LATER, Standing.NONE_OFFERED)
        if self._policy.required is RequiredChecks.LEAF:
            return True
        if delegating is None:
            return False
        return OCSP_NO_CHECK in link.extensions or (
            self._policy.responders is ResponderStatus.AS_NAMED
            and not link.crl_distribution_points
            and not link.ocsp_urls
        )

    def _status_off_path(
        self, certificate: UntrustedCertificate, issuer: Speaker, item: Moment
    ) -> Weighed:
        """As of when the evidence in question existed. Each is judged once.

        Whoever is being judged already would vouch for itself. That counts only where its own
        issuer arranged it so: it named it as the CRL issuer for its own certificate.
        """
        place = (certificate.der, item.fixed)
        known = self._off_path.get(place)
        if known is None:
            if certificate.der in self._active:
                chosen = is_own_crl_issuer(certificate)
                return Weighed(Standing.NONE_OFFERED if chosen else Standing.UNCHECKED)
            outer, inner = self._notary.clock, Clock(self._now)
            self._notary.clock = inner
            try:
                answer = self._judge(certificate, issuer, Moment(inner, item.fixed))
            finally:
                self._notary.clock = outer
            known = self._off_path[place] = _Judged(answer.weighed, inner.interval)
        self._notary.clock.narrow(known.interval)
        return known.weighed


def _key_identifier(certificate: UntrustedCertificate) -> bytes | None:
    try:
        return certificate.ski
    except Rejection:
        return None
