"""The coded log of coaching: needs, supports and minutes of one conversation, without its words.

Here belongs the entry that adds up (VS-8). Not here: what was said (`ilr.coaching.sessions`), and how entries
are counted (`ilr.coaching.needs`).
"""

from __future__ import annotations

from datetime import date

import attrs

from ilr.base import Checker, read_only

__all__ = ["NONE", "LogEntry"]

NONE = "none"
"""The code that says outright that there was no need."""


@attrs.frozen(kw_only=True, field_transformer=read_only)
class LogEntry:
    """Support given in one conversation, as codes. Equal when all fields are equal.

    Attributes:
        on: the day of the conversation.
        needs: codes of need, or ``none`` said outright.
        supports: codes of the support given.
        minutes: how long, or None.
        protocol: id of the coaching protocol, or None.
        evidence: ids of walkthroughs that were talked about.
        logged_on: the day of the entry; the day of the conversation by default.
        session: id of the conversation, or None where only the codes are kept.

    Raises:
        InvalidInput: without a need code, or with none beside another.
    """

    on: date
    needs: tuple[str, ...]
    supports: tuple[str, ...] = ()
    minutes: float | None = None
    protocol: str | None = None
    evidence: tuple[str, ...] = ()
    logged_on: date | None = None
    session: str | None = None

    def __attrs_post_init__(self) -> None:
        check = Checker("LogEntry")
        check(bool(self.needs), "log.needs", "needs", "are missing", expected="one or more codes, or 'none'")
        check(
            NONE not in self.needs or len(self.needs) == 1,
            "log.none",
            "needs",
            "say none beside a need",
            expected="'none' alone",
        )
        check.done()
