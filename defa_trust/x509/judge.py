"""One chain, judged from its anchor down: RFC 5280, 6.1.2 to 6.1.5 (floor 4).

``Judge`` collects everything that stands in a chain's way, not only the first fault. Wherever it
compares the moment with a date, that date bounds the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ..algorithms import Algorithm
from ..codes import crypto as crypto_codes
from ..codes import x509 as codes
from ..crypto import VerificationKey
from ..errors import Rejection
from ..finding import TIME_MAX, TIME_MIN, Finding, Outcome
from . import extensions as ext
from .anchors import Purpose, TrustAnchor
from .certificate import UntrustedCertificate
from .form import Conformance, Role, form_faults
from .name_constraints import check_names
from .names import COUNTRY, only_value
from .path_options import ANY_TERRITORY, PathOptions, Reading
from .policies import evaluate, must_evaluate
from .profiles import SUBJECT, check_profile

PROCESSED: Final = frozenset(
    {
        ext.KEY_USAGE,
        ext.EXTENDED_KEY_USAGE,
        ext.BASIC_CONSTRAINTS,
        ext.CERTIFICATE_POLICIES,
        ext.POLICY_MAPPINGS,
        ext.POLICY_CONSTRAINTS,
        ext.INHIBIT_ANY_POLICY,
        ext.NAME_CONSTRAINTS,
        ext.SUBJECT_ALT_NAME,
        # Hints and addresses: read, and nothing follows from them that could be missed here.
        ext.AUTHORITY_KEY_IDENTIFIER,
        ext.SUBJECT_KEY_IDENTIFIER,
        ext.ISSUER_ALT_NAME,
        ext.CRL_DISTRIBUTION_POINTS,
        ext.QC_STATEMENTS,
    }
)
"""Critical extensions that are taken into account (RFC 5280, 4.2)."""

_UNBOUNDED: Final = 1 << 30
# Bound once: looking up a member of an enumeration by its name is not cheap in Python 3.11.
_MET: Final = Outcome.MET
_PROFILE: Final = Conformance.PROFILE
_WHOLE: Final = Reading.WHOLE


class Judge:
    """Judges chains under one set of options, at one moment.

    ``start`` and ``end`` bound the time in which every comparison made so far would turn out the
    same; they grow narrower.
    """

    __slots__ = ("end", "moment", "options", "spent", "start")

    def __init__(self, options: PathOptions) -> None:
        self.options = options
        self.spent = 0
        """Comparisons of names with subtrees, over all chains: however many there are, one search
        makes no more than ``name_constraints.MAX_COMPARISONS``."""
        self.moment = options.moment
        self.start, self.end = TIME_MIN, TIME_MAX

    def within(self, start: int, end: int) -> bool:
        """Is the moment in [start, end)?"""
        moment = self.moment
        if moment < start:
            self.end = min(self.end, start)
            return False
        if moment >= end:
            self.start = max(self.start, end)
            return False
        self.narrow(start, end)
        return True

    def narrow(self, start: int, end: int) -> None:
        """The moment lies in [start, end): so does the answer."""
        if start > self.start:
            self.start = start
        if end < self.end:
            self.end = end

    def chain(
        self,
        chain: Sequence[UntrustedCertificate],
        anchor: TrustAnchor | None,
        *,
        listed: bool = False,
    ) -> list[Finding]:
        """Everything that stands in the way of this chain (RFC 5280, 6.1.2 to 6.1.5).

        Without an ``anchor``, what can be said of the part that was found; ``listed``: the first
        certificate is the anchor's own. What is in order costs no call: this is the hot path.
        """
        found: list[Finding] = []
        moment = self.moment
        longest, key = _UNBOUNDED, None
        limited = False
        whole = self.options.reading is _WHOLE
        if anchor is not None:
            self._judge_anchor(anchor, listed, found)
            if not listed:
                key = anchor.key
            if anchor.path_length is not None:
                longest = anchor.path_length
            limited = bool(anchor.name_constraints)
        for place in range(len(chain), 0, -1):
            certificate = chain[place - 1]
            try:
                if key is not None:
                    self._judge_algorithm(certificate, key, found)
                if certificate.not_before <= moment <= certificate.not_after:
                    self.narrow(certificate.not_before, certificate.not_after + 1)
                else:
                    self._judge_period(certificate, place, found)
                if not certificate.critical <= PROCESSED:
                    self._judge_critical(certificate, place, found)
                if place > 1:
                    if whole:
                        certificate.check()
                    longest = self._judge_issuer(certificate, place, longest, found)
                    limited = limited or ext.NAME_CONSTRAINTS in certificate.extensions
                    key = certificate.key
            except Rejection as refusal:
                said = str(refusal.actual)
                found.append(Finding(codes.FORM, said, place, subject=SUBJECT))
                break
        else:
            try:
                if limited:
                    self._judge_names(chain, anchor, found)
                self._judge_whole(chain, anchor, found)
            except Rejection as refusal:
                found.append(refusal.finding(SUBJECT))
        return found

    def _judge_anchor(self, anchor: TrustAnchor, listed: bool, found: list[Finding]) -> None:
        options = self.options
        # A listed certificate's own period is judged with the certificate.
        start, end = anchor.constraints.validity if listed else anchor.validity
        if not self.within(start, end):
            early = self.moment < start
            code, bound = (codes.ANCHOR_NOT_YET, start) if early else (codes.ANCHOR_ENDED, end)
            found.append(Finding(code, bound, anchor.digest, subject=SUBJECT))
        asked = options.territory
        if asked != ANY_TERRITORY and anchor.territory is not None and anchor.territory != asked:
            found.append(
                Finding(codes.ANCHOR_OUT_OF_SCOPE, anchor.territory, asked, subject=SUBJECT)
            )
        purpose = options.profile.purpose
        served = anchor.purposes
        if served is not None and purpose not in served and Purpose.ANY not in served:
            shown = tuple(sorted(item.value for item in served))
            found.append(Finding(codes.ANCHOR_OUT_OF_SCOPE, shown, purpose, subject=SUBJECT))
        if listed:
            return
        origin = anchor.origin
        if origin is not None and not origin.critical <= PROCESSED:
            self._judge_critical(origin, 0, found)
        if not anchor.is_ca:
            found.append(Finding(codes.NOT_A_CA, None, 0, subject=SUBJECT))
        if anchor.key_usage is not None and "key_cert_sign" not in anchor.key_usage:
            shown = tuple(sorted(anchor.key_usage))
            found.append(Finding(codes.CA_KEY_USAGE, shown, 0, subject=SUBJECT))

    def _judge_algorithm(
        self, certificate: UntrustedCertificate, key: VerificationKey, found: list[Finding]
    ) -> None:
        """RFC 5280, 6.1.3 (a)(1), as far as it is a matter of policy."""
        algorithm = row_for(certificate, key)
        if algorithm is None:
            names = tuple(row.name for row in certificate.algorithms)
            found.append(
                Finding(crypto_codes.KEY_TYPE_MISMATCH, names, key.key_type, subject=SUBJECT)
            )
            return
        judged = self.options.algorithms.judge(algorithm, key, self.moment)
        self.narrow(judged.start, judged.end)
        if judged.code.outcome is not _MET:
            found.append(judged._replace(subject=SUBJECT))

    def _judge_period(
        self, certificate: UntrustedCertificate, place: int, found: list[Finding]
    ) -> None:
        """RFC 5280, 6.1.3 (a)(2)."""
        start, end = certificate.not_before, certificate.not_after + 1
        if not self.within(start, end):
            early = self.moment < start
            code, bound = (codes.NOT_YET_VALID, start) if early else (codes.EXPIRED, end)
            found.append(Finding(code, bound, place, subject=SUBJECT))

    def _judge_critical(
        self, certificate: UntrustedCertificate, place: int, found: list[Finding]
    ) -> None:
        """RFC 5280, 6.1.4 (o), 6.1.5 (f)."""
        unprocessed = certificate.critical - PROCESSED
        if place == 1:
            unprocessed -= self.options.profile.understood
        if unprocessed:
            shown = tuple(sorted(unprocessed))
            found.append(Finding(codes.CRITICAL_EXTENSION, shown, place, subject=SUBJECT))

    def _judge_issuer(
        self, certificate: UntrustedCertificate, place: int, longest: int, found: list[Finding]
    ) -> int:
        """RFC 5280, 6.1.4 (k) to (n): how many CAs may follow below this one."""
        if not certificate.is_ca:
            found.append(Finding(codes.NOT_A_CA, None, place, subject=SUBJECT))
        usage = certificate.key_usage
        if usage is not None and "key_cert_sign" not in usage:
            shown = tuple(sorted(usage))
            found.append(Finding(codes.CA_KEY_USAGE, shown, place, subject=SUBJECT))
        if not certificate.self_issued:
            if not longest:
                found.append(Finding(codes.TOO_LONG, longest, place, subject=SUBJECT))
            else:
                longest -= 1
        own = certificate.path_length
        return longest if own is None or own > longest else own

    def _judge_whole(
        self,
        chain: Sequence[UntrustedCertificate],
        anchor: TrustAnchor | None,
        found: list[Finding],
    ) -> None:
        """Names, policies, form and purpose: what takes the whole chain, or only its first."""
        options, leaf = self.options, chain[0]
        if anchor is not None and must_evaluate(chain, anchor, options.policies):
            answer = evaluate(chain, anchor, options.policies)
            if answer.mapped_any_at is not None:
                found.append(
                    Finding(codes.POLICY_MAPPING_ANY, None, answer.mapped_any_at, subject=SUBJECT)
                )
            if answer.failed_at is not None:
                wanted = tuple(sorted(options.policies.initial))
                found.append(Finding(codes.POLICY, wanted, answer.failed_at, subject=SUBJECT))
        if options.conformance is _PROFILE:
            origin = None if anchor is None else anchor.origin
            whose = [
                (place, certificate, Role.ISSUED) for place, certificate in enumerate(chain, 1)
            ]
            if origin is not None:
                whose.append((0, origin, Role.ANCHOR))
            for place, certificate, role in whose:
                found += [
                    Finding(codes.FORM, fault, place, subject=SUBJECT)
                    for fault in form_faults(certificate, role)
                ]
        profile, country = options.profile, None
        if profile.same_country:
            if anchor is None:
                # No anchor, no country to compare with: that there is none is said elsewhere.
                profile = replace(profile, same_country=False)
            else:
                country = only_value(anchor.subject_name, COUNTRY)
        check_profile(leaf, profile, country, found)

    def _judge_names(
        self,
        chain: Sequence[UntrustedCertificate],
        anchor: TrustAnchor | None,
        found: list[Finding],
    ) -> None:
        limits = [] if anchor is None else list(anchor.name_constraints)
        for place in range(len(chain), 0, -1):
            certificate = chain[place - 1]
            if limits and (place == 1 or not certificate.self_issued):
                breach, self.spent = check_names(certificate, limits, self.spent)
                if breach is not None:
                    sides: tuple[str | int, str | int] = (breach.kind, place)
                    if breach.code is codes.BUDGET:
                        sides = (self.spent, breach.kind)
                    found.append(Finding(breach.code, *sides, subject=SUBJECT))
            own = certificate.name_constraints
            if own is not None and place > 1:
                limits.append(own)


def row_for(subject: UntrustedCertificate, key: VerificationKey) -> Algorithm | None:
    """The algorithm of the subject's signature, if that type of key can have made it."""
    key_type = key.key_type
    for algorithm in subject.rows or subject.algorithms:
        if algorithm.key_type is key_type:
            return algorithm
    return None
