"""Status lists fetched ahead of time, for use without a network (floor 12)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from .errors import Rejection
from .fetch import Fetch, FetchError, FetchFault, fetch_status_list, https_get
from .formats.status_list import read_aggregation
from .material import Item
from .trustlist.hosts import may_fetch
from .trustlist.snapshot import TrustSnapshot

MAX_PREFETCHED: Final = 64
"""Ours: status lists that one aggregation may have fetched."""


class Prefetched(NamedTuple):
    """Status lists as evidence, and (URL, code) of those that were not fetched."""

    items: tuple[Item, ...]
    failed: tuple[tuple[str, str], ...]


def prefetch(
    url: str,
    snapshot: TrustSnapshot,
    territory: str,
    *,
    now: int,
    fetch: Fetch = https_get,
    hosts: Collection[str] = (),
) -> Prefetched:
    """The lists of a Status List Aggregation (Token Status List, 9).

    ``now`` is the moment of fetching, Unix seconds; ``hosts`` are allowed beside those that the
    trust list of ``territory`` names. Nobody signs an aggregation: each address in it is held to
    the same rule as one in a credential, and one list that fails stops no other (9). Raises
    ``FetchError`` where the aggregation itself cannot be fetched or read.
    """
    if not may_fetch(url, snapshot, territory, hosts):
        raise FetchError(FetchFault.HOST, url, "no host that the trust list names")
    try:
        addresses = read_aggregation(fetch(url), most=MAX_PREFETCHED)
    except Rejection:
        raise FetchError(FetchFault.CONTENT, url, "no aggregation of status lists") from None
    items: list[Item] = []
    failed: list[tuple[str, str]] = []
    for address in addresses:
        try:
            if not may_fetch(address, snapshot, territory, hosts):
                raise FetchError(FetchFault.HOST, address)  # noqa: TRY301 - one way out
            items.append(fetch_status_list(address, fetch, now))
        except FetchError as error:
            failed.append((address, error.fault.value))
    return Prefetched(tuple(items), tuple(failed))


__all__ = ["MAX_PREFETCHED", "Prefetched", "prefetch"]
