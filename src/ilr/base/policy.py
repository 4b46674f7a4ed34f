"""Policy: every number that the rules need, as a named parameter with unit, default and source.

Here belongs each threshold of the domain under its ``P-`` id. Not here: anything a rule computes.
"""

from __future__ import annotations

from typing import Any, Literal

import attrs

from ilr.base.errors import Checker, UnknownCode, listed
from ilr.base.records import read_only

__all__ = ["Parameter", "Policy"]


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Parameter:
    """What is known of one parameter. Equal when all fields are equal.

    Attributes:
        id: the ``P-`` id by which rules and documents cite it.
        name: the attribute of `Policy`.
        unit: what the number counts.
        default: the default value.
        source: where the default comes from: the published practices, a field norm, or this library.
        least: the smallest value allowed, None for a choice.
        most: the largest value allowed, or None.
        choices: the words of a choice, the default first; empty for a number.
    """

    id: str
    name: str
    unit: str
    default: float | str
    source: str
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()


def _parameter(
    id: str,
    default: Any,
    unit: str,
    source: str,
    *,
    least: float | None = 0,
    most: float | None = None,
    choices: tuple[str, ...] = (),
) -> Any:
    metadata = {"id": id, "unit": unit, "source": source, "least": least, "most": most, "choices": choices}
    return attrs.field(default=default, metadata=metadata)


def _choice(id: str, choices: tuple[str, ...], unit: str, source: str) -> Any:
    return _parameter(id, choices[0], unit, source, least=None, choices=choices)


def _share(id: str, default: float, unit: str, source: str) -> Any:
    return _parameter(id, default, unit, source, least=0, most=1)


_OURS = "this library"
_KNUDSEN = "field: Knudsen et al. 2019"
_DAYS = "instructional days"
_MONTHS = "calendar months"


@attrs.frozen(kw_only=True, field_transformer=read_only)
class Policy:
    """The numbers a district decides on; each has a default, so that ``Policy()`` works.

    Equal when all fields are equal. Results name `version`, so a changed number needs a new one.

    Raises:
        InvalidInput: listing every parameter that lies outside its range.

    Example:
        >>> Policy(version="2026-27", gap=8).gap
        8
        >>> Policy.parameter("P-GAP").unit
        'instructional days'
    """

    version: str = "default-1"

    floor: int = _parameter("P-FLOOR", 1, "observations a teacher and month", "practice 3, Getting Started")
    aim: int = _parameter("P-AIM", 2, "observations a teacher and month", "practice 3, Getting Started")
    gap: int = _parameter("P-GAP", 10, _DAYS, "practice 3, Keep Improving", least=1)
    gap_aim: int = _parameter("P-GAPAIM", 5, _DAYS, "practice 3, Keep Improving", least=1)
    review_days: int = _parameter("P-REVDAYS", 31, "calendar days", "practice 5", least=1)
    review_count: int = _parameter("P-REVN", 30, "new observations", "practice 5", least=1)
    review_mode: Literal["first", "both"] = _choice(
        "P-REVMODE", ("first", "both"), "which trigger counts", _OURS
    )
    grace: int = _parameter("P-GRACE", 5, _DAYS, _OURS)
    pilot_gap: int = _parameter("P-PILOTGAP", 10, _DAYS, "practice 7", least=1)
    pilot_visits: int = _parameter("P-PILOT", 1, "visits a pilot teacher and week", f"{_OURS}, for frequent")
    pilot_points: int = _parameter("P-PILOTPOINTS", 6, "points of a series", _OURS, least=1)
    mix: float = _share("P-MIX", 0.20, "share of each visit mode", _OURS)
    bin_most: float = _share("P-BINMAX", 0.50, "share of visits in one bin", _OURS)
    unknown_part_most: float = _share("P-UNKNOWNPART", 0.20, "share of visits without lesson part", _OURS)
    paired: float = _share("P-PAIR", 0.05, "share of visits", _OURS)
    visit_minutes: int = _parameter("P-MINUTES", 3, "minutes of a valid visit", _OURS)
    short_month: int = _parameter("P-MONTHDAYS", 10, f"{_DAYS} of a month that stands alone", _OURS, least=1)
    debriefs: int = _parameter("P-DEBRIEF", 1, "debriefs a month", _OURS)
    agreement: float = _parameter(
        "P-KAPPA", 0.60, "lower bound of the agreement coefficient", _OURS, least=-1, most=1
    )
    calibration_exhibits: int = _parameter(
        "P-CALMIN", 12, "exhibits of a calibration session", _OURS, least=1
    )
    calibration_days: int = _parameter(
        "P-CALVALID", 365, "calendar days a standing holds", f"{_OURS}, one school year", least=1
    )
    share_days: int = _parameter("P-SHARE", 2, f"{_DAYS} until the teacher has the notes", _OURS)
    lead_days: int = _parameter("P-LEAD", 1, f"{_DAYS} before the session", _OURS)
    coaching_gap: int = _parameter("P-COACH", 10, _DAYS, "research definition of intensive coaching", least=1)
    down_days: int = _parameter("P-DOWN", 10, f"{_DAYS} until teachers have the feedback", _OURS)
    up_days: int = _parameter("P-UP", 10, f"{_DAYS} until the district has the data", _OURS)
    communication_days: int = _parameter("P-COMM", 10, f"{_DAYS} until a revision is told", _OURS)
    fidelity: float = _share("P-FID", 0.70, "lower bound of the share at fidelity", _OURS)
    fidelity_reviews: int = _parameter("P-FIDREVIEWS", 2, "consecutive reviews", _OURS, least=1)
    fidelity_count: int = _parameter("P-FIDN", 20, "observations a review", _OURS, least=1)
    retirement: float = _share("P-RETIRE", 0.90, "lower bound of the share at fidelity", _OURS)
    sentinel: int = _parameter("P-SENTINEL", 4, "visits for one sentinel item", _OURS, least=1)
    equivalence: float = _share("P-EQUIV", 0.10, "difference of shares that counts as none", _OURS)
    team_teachers: int = _parameter("P-K-TEAM", 3, "distinct teachers a cell inside a team", _OURS, least=2)
    team_dominance: float = _share("P-DOM-TEAM", 0.60, "share of one teacher in a cell inside a team", _OURS)
    outside_teachers: int = _parameter(
        "P-K-OUT", 5, "distinct teachers a cell outside a team", "field: staff survey tools", least=2
    )
    dominance_one: float = _share(
        "P-DOM1", 0.50, "share of one teacher in a cell", "field: disclosure control"
    )
    dominance_two: float = _share(
        "P-DOM2", 0.90, "share of two teachers in a cell", "field: disclosure control"
    )
    coarsen: float = _share("P-COARSEN", 0.80, "share of teachers in publishable cells", _OURS)
    band: float = _parameter(
        "P-BAND", 0.20, "width of the band told for shares near 0 or 1", _OURS, least=0.01, most=0.5
    )
    form_fit: float = _share("P-FIT", 0.95, "share of visits with the fitting form", _OURS)
    complete: float = _share("P-COMPLETE", 0.90, "share of visits with both actions noted", _OURS)
    coded: float = _share("P-CODED", 0.95, "share of log entries that are coded", _OURS)
    log_lag: int = _parameter("P-LOGLAG", 5, f"{_DAYS} from session to log, median", _OURS)
    coach_time: float = _share(
        "P-COACHTIME", 0.60, "share of minutes in support", "field: programme expectations"
    )
    conversion_days: int = _parameter("P-CONVERT", 20, f"{_DAYS} from visit to use", _OURS, least=1)
    new_leader_years: int = _parameter("P-NEWLEADER", 3, "years in a new position", "Michigan law")
    new_teacher_years: int = _parameter("P-NEWTEACHER", 3, "years of teaching", "Michigan law")
    new_teacher_days: int = _parameter(
        "P-NEWTEACHERPD", 15, "days of professional development", "Michigan law"
    )
    partner_gap: int = _parameter("P-PART", 1, _MONTHS, _OURS, least=1)
    leader_coaching_gap: int = _parameter("P-LCOACH", 1, _MONTHS, _OURS, least=1)
    mentor_gap: int = _parameter("P-MENTOR", 1, _MONTHS, _OURS, least=1)
    partner_minutes: int = _parameter("P-PMIN", 45, "minutes of a partnership slot", _OURS)
    agenda_days: int = _parameter("P-AGENDA", 1, "days before the meeting", _OURS)
    plan_share: float = _share("P-PLAN", 0.50, "share of sessions that serve the plan", _OURS)
    protocol_share: float = _share("P-PROTO", 0.80, "share of sessions with all protocol steps", _OURS)
    videos: Literal["strict", "lenient"] = _choice(
        "P-VIDEO", ("strict", "lenient"), "exemplars a look-for", _OURS
    )
    model_told: Literal["told", "kept"] = _choice(
        "P-MODELTELL", ("told", "kept"), "whether candidates hear of it", _OURS
    )
    prompted: Literal["denied", "allowed"] = _choice(
        "P-PROMPTED", ("denied", "allowed"), "releases to evaluation that somebody prompted", _OURS
    )
    model_visits: int = _parameter("P-MODELN", 5, "observations of a model-teacher candidate", _OURS, least=1)
    model_observers: int = _parameter("P-MODELOBS", 2, "calibrated observers of a candidate", _OURS, least=1)
    model_reviews: int = _parameter("P-MODELREV", 2, "review periods of a candidate", _OURS, least=1)
    model_share: float = _share("P-MODELSHARE", 0.50, "lower bound of the share at the model level", _OURS)
    association_teachers: int = _parameter("P-ASSOC", 20, "teachers of an association", _OURS, least=2)
    false_discoveries: float = _share("P-FDR", 0.05, "false ones among the associations that are told", _OURS)
    cycle_links: int = _parameter("P-CYCLELINKS", 2, "cycles that follow each other", _KNUDSEN, least=1)
    cycle_points: int = _parameter("P-CYCLEPOINTS", 3, "points of a cycle in a row", _KNUDSEN, least=1)
    ladder: tuple[int, ...] = _parameter("P-LADDER", (1, 2, 4, 8), "weeks between checks", _OURS, least=1)
    variable_interval: float = _parameter(
        "P-VSI", 0.67, "sigma from the centre", "field: variable sampling intervals"
    )
    mentees_none: int = _parameter("P-CAP0", 1, "mentees of a full-time teacher", "field: Illinois induction")
    mentees_half: int = _parameter("P-CAP50", 5, "mentees at half release", "field: Illinois induction")
    mentees_full: int = _parameter("P-CAP100", 15, "mentees at full release", "field: Illinois induction")
    interval_meetings: int = _parameter("P-TSMIN", 5, "meetings for an interval", _OURS, least=2)
    attestation_days: int = _parameter("P-ATTEST", 365, "calendar days an attestation holds", _OURS, least=1)

    def __attrs_post_init__(self) -> None:
        check = Checker("Policy")
        for parameter in self.parameters():
            value = getattr(self, parameter.name)
            numbers = value if isinstance(value, tuple) else (value,)
            low, high = parameter.least, parameter.most
            if low is None:  # a choice
                continue
            whole = isinstance(parameter.default, int | str)  # the ladder is told as text
            kinds: tuple[type, ...] = (int,) if whole else (int, float)
            fits = check(
                all(isinstance(number, kinds) and not isinstance(number, bool) for number in numbers),
                "policy.number",
                parameter.name,
                "is no such number",
                expected="a whole number" if whole else "a number",
            )
            check(
                not fits or all(number >= low and (high is None or number <= high) for number in numbers),
                "policy.range",
                parameter.name,
                "lies outside its range",
                expected=f"at least {low:g}{'' if high is None else f', at most {high:g}'}",
            )
        for parameter in self.parameters():
            check(
                not parameter.choices or getattr(self, parameter.name) in parameter.choices,
                "policy.choice",
                parameter.name,
                "is unknown",
                expected=listed(parameter.choices),
            )
        check.done()

    @classmethod
    def parameters(cls) -> tuple[Parameter, ...]:
        """Every parameter in order, with id, unit, default and source."""
        return tuple(
            Parameter(
                name=field.name,
                default=", ".join(map(str, field.default))
                if isinstance(field.default, tuple)
                else field.default,
                **{key: field.metadata[key] for key in ("id", "unit", "source", "least", "most", "choices")},
            )
            for field in attrs.fields(cls)
            if "id" in field.metadata
        )

    @classmethod
    def parameter(cls, id: str) -> Parameter:
        """One parameter by its ``P-`` id or its name.

        Raises:
            UnknownCode: when there is none.
        """
        by_id = {key: parameter for parameter in cls.parameters() for key in (parameter.id, parameter.name)}
        if id not in by_id:
            raise UnknownCode(
                f"no policy parameter of that id; known: {listed(by_id, most=6)}", code="policy.unknown"
            )
        return by_id[id]
