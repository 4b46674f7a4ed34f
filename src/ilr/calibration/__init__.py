"""Calibration: do observers see alike, and who is calibrated for what on a day."""

from ilr.calibration.meeting import CalibrationMeeting, CalibrationPlan, Exhibit, SealedRating
from ilr.calibration.standing import Standing, Standings, Status, standings_of

__all__ = [
    "CalibrationMeeting",
    "CalibrationPlan",
    "Exhibit",
    "SealedRating",
    "Standing",
    "Standings",
    "Status",
    "standings_of",
]
