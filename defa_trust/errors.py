"""Two trees of exceptions (floor 1); nothing else ever escapes this library.

``MisuseError`` is the caller's fault (a wrong argument, a missing extra, an unreadable folder).
``Rejection`` is the input's fault and carries a stable code. They share no base but ``Exception``,
so that a handler for bad input can never swallow a bug of the caller.
"""

from __future__ import annotations

from .verdict import Code, Fact, Finding, Report


class MisuseError(Exception):
    """The caller asked for something that makes no sense; the message says what to do."""


class MissingExtraError(MisuseError):
    """A format needs an optional dependency; the message names the command that installs it."""

    def __init__(self, extra: str, what: str) -> None:
        super().__init__(f"{what} needs an optional package: pip install 'defa-trust[{extra}]'")
        self.extra = extra


class Rejection(Exception):
    """Input that is refused, with a stable code and, where known, the place.

    ``where`` is an offset, a member path or a header name. Neither side may hold a person's claim.
    """

    def __init__(
        self,
        code: Code,
        *,
        where: str | None = None,
        expected: Fact = None,
        actual: Fact = None,
    ) -> None:
        super().__init__(code.id)
        self.code = code
        self.where = where
        self.expected = expected
        self.actual = actual

    def __str__(self) -> str:
        place = f" at {self.where}" if self.where else ""
        return f"{self.code.id}{place}: {self.finding().text}"

    def finding(self, subject: str = "issuer") -> Finding:
        """The same refusal as a finding of a verdict."""
        actual = self.actual if self.actual is not None else self.where
        return Finding(self.code, self.expected, actual, subject=subject)


class NotVerified(Exception):
    """Raised by ``require()``: the report says why. Deliberately no kind of Rejection."""

    def __init__(self, report: Report) -> None:
        reason = report.verdict.reason
        super().__init__(reason.text if reason else report.verdict.recognition.outcome.value)
        self.report = report
