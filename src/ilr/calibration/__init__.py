"""Calibration: do observers see alike, and who is calibrated for what on a day."""

from ilr.calibration.certification import certify
from ilr.calibration.descriptions import DescriptionReview, ObserverFeedback, recalibration, unanswered
from ilr.calibration.drift import drift_in_exhibits, drift_in_visits, lapses_of, pair_next
from ilr.calibration.meeting import CalibrationMeeting, CalibrationPlan, Exhibit, SealedRating
from ilr.calibration.standing import Lapse, Standing, Standings, Status, standings_of

__all__ = [
    "CalibrationMeeting",
    "CalibrationPlan",
    "DescriptionReview",
    "Exhibit",
    "Lapse",
    "ObserverFeedback",
    "SealedRating",
    "Standing",
    "Standings",
    "Status",
    "certify",
    "drift_in_exhibits",
    "drift_in_visits",
    "lapses_of",
    "pair_next",
    "recalibration",
    "standings_of",
    "unanswered",
]
