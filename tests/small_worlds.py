"""Small worlds in which everything changes within a few seconds, as Hypothesis strategies."""

from hypothesis import strategies as st

from defa_trust.trustlist.documents import time_text
from defa_trust.trustlist.model import (
    ArrangementPeriod,
    ArrangementStatus,
    ListType,
    Publication,
    Stage,
    Status,
    StatusPeriod,
)
from defa_trust.verdict import TIME_MAX, Interval
from tests.build import (
    GRANTED_URI,
    NOW,
    WITHDRAWN_URI,
    arrangement,
    jwk_identity,
    key,
    recognition_list,
    service,
    trust_list,
    vc_jwt,
)

OFFSETS = st.integers(-30, 30).map(lambda seconds: NOW + seconds)
STATUSES = st.sampled_from([Status.GRANTED] * 8 + list(Status))
STAGES = st.sampled_from(list(Stage))
PUBLICATIONS = st.sampled_from([Publication.AUTHORITATIVE] * 3 + [Publication.TRANSCRIBED])
ENACTMENTS = st.sampled_from([ArrangementStatus.ENACTED] * 3 + list(ArrangementStatus))


@st.composite
def spans(draw, *parts):
    """Periods in descending order without gaps, the current one first and without an end."""
    starts = sorted(draw(st.sets(OFFSETS, min_size=1, max_size=4)), reverse=True)
    ends = [TIME_MAX, *starts]
    return [
        (*(draw(part) for part in parts), Interval(start, end))
        for start, end in zip(starts, ends, strict=False)
    ]


@st.composite
def worlds(draw):
    """One issuer, one receiving state with up to three arrangements, lists that come and go."""
    history = tuple(
        StatusPeriod(status, GRANTED_URI if status in GOOD else WITHDRAWN_URI, interval)
        for status, interval in draw(spans(STATUSES))
    )
    arrangements = []
    for number in range(draw(st.integers(0, 3))):
        periods = tuple(ArrangementPeriod(*entry) for entry in draw(spans(ENACTMENTS, STAGES)))
        begin = periods[-1].interval.start
        until = draw(st.none() | st.integers(begin + 1, NOW + 40))
        grace = draw(st.none() | OFFSETS)
        arrangements.append(
            arrangement(
                id=f"test-{number}",
                periods=periods,
                interval=Interval(begin, TIME_MAX if until is None else until),
                grace_until=grace,
                valid_statuses=frozenset({GRANTED_URI, WITHDRAWN_URI}),
                invalid_statuses=frozenset(),
                limits=draw(st.sampled_from([(), (), (("maxPerDay", 3),)])),
                purposes=draw(st.sampled_from([frozenset(), frozenset({"account-opening"})])),
            )
        )
    identity = jwk_identity(key())
    if draw(st.booleans()):
        first = draw(OFFSETS)
        identity = identity._replace(not_before=first, not_after=draw(st.integers(first, NOW + 40)))
    listed = service("TH", (identity,), history=history)

    def life():
        issued = draw(st.integers(NOW - 40, NOW))
        return {"issued": issued, "next_update": draw(st.integers(NOW + 1, NOW + 40))}

    regional = trust_list("AP", type=ListType.REGIONAL, **life())
    via = draw(st.sampled_from([None, regional.digest]))
    return (
        regional,
        trust_list("TH", (listed,), via=via, publication=draw(PUBLICATIONS), **life()),
        recognition_list("SG", arrangements, via=via, **life()),
    )


GOOD = {Status.GRANTED, Status.SANDBOX}
TOKEN = vc_jwt(validFrom=time_text(NOW - 20), validUntil=time_text(NOW + 25))
