"""A child that is forked while another thread holds a lock: it waits for nobody."""

import os
import signal
import sys
from _thread import allocate_lock

import pytest

from defa_trust.bounded_memo import BoundedMemo
from defa_trust.forking import Locked
from defa_trust.trustlist.signing_authorities import AnchoredObject, Authorities, AuthorityIndex
from defa_trust.x509.anchors import Known

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork") or sys.version_info >= (3, 12), reason="needs fork"
)


class NotRenewed:
    """The twin: a lock that nobody renews."""

    def __init__(self):
        self._lock = allocate_lock()


def in_child(work):
    """How a child ended that was to do ``work`` within seconds: its code, or minus a signal."""
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, 2)
        try:
            work()
        except BaseException:  # noqa: BLE001  the test goes on in the parent alone
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def forked_while_held(held, work):
    """As where another thread is at work behind the lock."""
    assert held._lock.acquire(timeout=1)
    try:
        return in_child(work)
    finally:
        held._lock.release()


def locked(held):
    with held._lock:
        pass


@pytest.mark.parametrize(
    "held",
    [
        Locked(),
        BoundedMemo(lambda place, item: item, 100, 10),
        Known(),
        Authorities("TH", (), AnchoredObject.SIGNATURE),
        AuthorityIndex(()),
    ],
    ids=lambda held: type(held).__name__,
)
def test_a_child_takes_a_lock_that_its_parent_held(held):
    assert forked_while_held(held, lambda: locked(held)) == 0
    locked(held)


def test_a_lock_that_is_not_renewed_is_waited_for():
    held = NotRenewed()
    assert forked_while_held(held, lambda: locked(held)) == -signal.SIGALRM


def test_a_memory_left_halfway_counts_right_in_the_child():
    """Between taking something out and counting it, as a thread may stand when it is forked."""
    memo = BoundedMemo(lambda place, item: len(place) + item, 100, 10)
    memo.keep(b"a", 1)
    memo.keep(b"b", 7)
    del memo._kept[b"a"]

    def work():
        assert (memo.size, memo.find(b"b")) == (8, 7)
        memo.keep(b"c", 2)
        assert memo.size == 11

    assert forked_while_held(memo, work) == 0
