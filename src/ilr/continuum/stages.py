"""The five stages in which a leadership practice takes hold.

Here belongs `Stage` alone. Not here: what a practice looks like at a stage (`ilr.continuum.framework`).
"""

from __future__ import annotations

from enum import Enum
from functools import total_ordering
from typing import Literal

from ilr.base import UnknownCode, listed

__all__ = ["Stage"]


@total_ordering
class Stage(Enum):
    """The five stages in which a leadership practice takes hold; earlier is less (S-8).

    Example:
        >>> Stage.GETTING_STARTED < Stage.KEEP_IMPROVING
        True
        >>> Stage.of("KI").phase
        'progress'
    """

    GETTING_AWARE = "getting-aware"
    GETTING_READY = "getting-ready"
    GETTING_STARTED = "getting-started"
    GETTING_BETTER = "getting-better"
    KEEP_IMPROVING = "keep-improving"

    @classmethod
    def of(cls, stage: Stage | str) -> Stage:
        """The stage itself, or the one of that name or abbreviation.

        Raises:
            UnknownCode: when there is none.
        """
        for member in cls:
            if stage in (member, member.value, member.abbreviation):
                return member
        raise UnknownCode(
            f"no stage of that name; there are {listed(member.value for member in cls)}", code="stage.unknown"
        )

    @property
    def abbreviation(self) -> str:
        """The two letters that stand in the ids of criteria, for example ``GB``."""
        return "".join(word[0] for word in self.value.split("-")).upper()

    @property
    def phase(self) -> Literal["preparation", "progress"]:
        """Preparation before anything is done in classrooms, progress from then on."""
        return "preparation" if self < Stage.GETTING_STARTED else "progress"

    @property
    def title(self) -> str:
        """The stage as a heading prints it."""
        return self.value.replace("-", " ").title()

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Stage):
            return NotImplemented
        order = list(Stage)
        return order.index(self) < order.index(other)
