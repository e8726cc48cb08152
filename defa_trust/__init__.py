"""defa_trust: verify digital IDs and e-signatures of ASEAN's states against each other's lists.

The public interface, and nothing else, stands in ``__all__``. Every name is loaded when it is
first used, so that ``import defa_trust`` costs next to nothing (floor 14).

>>> from defa_trust import HolderBinding, Request, TrustStore, Verifier  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .background import BackgroundRefresher, Condition
    from .errors import MissingExtraError, MisuseError, NotVerified, Rejection
    from .evidence import Replayed, record, replay
    from .fetch import FetchError, FetchPolicy, Gathered, gather, https_get
    from .material import Evidence, EvidenceKind, Item, Recorder
    from .policy import TranscribedLists, UncheckedStatus, UnreadCitations, VerificationPolicy
    from .refresh import UpdateSummary, update
    from .request import HolderBinding, MinimumLevel, Profile, Request
    from .store import TrustStore
    from .trustlist.snapshot import TrustSnapshot
    from .verdict import (
        ExitCode,
        Finding,
        Indication,
        Level,
        Outcome,
        RecognitionOutcome,
        Report,
        SubIndication,
        Verdict,
        VerifiedVerdict,
    )
    from .verify import Verifier

__version__: Final = "0.1.0"

_HOMES: Final = {
    "background": ("BackgroundRefresher", "Condition"),
    "errors": ("MissingExtraError", "MisuseError", "NotVerified", "Rejection"),
    "evidence": ("Replayed", "record", "replay"),
    "fetch": ("FetchError", "FetchPolicy", "Gathered", "gather", "https_get"),
    "material": ("Evidence", "EvidenceKind", "Item", "Recorder"),
    "policy": ("TranscribedLists", "UncheckedStatus", "UnreadCitations", "VerificationPolicy"),
    "refresh": ("UpdateSummary", "update"),
    "request": ("HolderBinding", "MinimumLevel", "Profile", "Request"),
    "store": ("TrustStore",),
    "trustlist.snapshot": ("TrustSnapshot",),
    "verdict": (
        "ExitCode",
        "Finding",
        "Indication",
        "Level",
        "Outcome",
        "RecognitionOutcome",
        "Report",
        "SubIndication",
        "Verdict",
        "VerifiedVerdict",
    ),
    "verify": ("Verifier",),
}
_HOME_OF: Final = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "BackgroundRefresher",
    "Condition",
    "Evidence",
    "EvidenceKind",
    "ExitCode",
    "FetchError",
    "FetchPolicy",
    "Finding",
    "Gathered",
    "HolderBinding",
    "Indication",
    "Item",
    "Level",
    "MinimumLevel",
    "MissingExtraError",
    "MisuseError",
    "NotVerified",
    "Outcome",
    "Profile",
    "RecognitionOutcome",
    "Recorder",
    "Rejection",
    "Replayed",
    "Report",
    "Request",
    "SubIndication",
    "TranscribedLists",
    "TrustSnapshot",
    "TrustStore",
    "UncheckedStatus",
    "UnreadCitations",
    "UpdateSummary",
    "Verdict",
    "VerificationPolicy",
    "VerifiedVerdict",
    "Verifier",
    "gather",
    "https_get",
    "record",
    "replay",
    "update",
]


def __getattr__(name: str) -> object:
    """Load a public name at its first use (PEP 562)."""
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'defa_trust' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
