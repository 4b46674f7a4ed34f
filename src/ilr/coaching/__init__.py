"""Coaching: plans that the teacher owns, and needs that add up."""

from ilr.coaching.plan import CoachingPlan, Goal, GoalState, GoalStatus, LogEntry, needs, plan

__all__ = ["CoachingPlan", "Goal", "GoalState", "GoalStatus", "LogEntry", "needs", "plan"]
