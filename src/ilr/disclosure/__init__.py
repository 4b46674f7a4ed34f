"""Disclosure: who may see what, and what no table may give away."""

from ilr.disclosure.gates import Audience, Context, Grain, Ledger, Release, release, share
from ilr.disclosure.publishing import (
    ALL,
    Published,
    PublishedCell,
    SuppressedCell,
    calibrated_only,
    publish,
)

__all__ = [
    "ALL",
    "Audience",
    "Context",
    "Grain",
    "Ledger",
    "Published",
    "PublishedCell",
    "Release",
    "SuppressedCell",
    "calibrated_only",
    "publish",
    "release",
    "share",
]
