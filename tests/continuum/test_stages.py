"""The five stages, their order and their names."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ilr.base import UnknownCode
from ilr.continuum import Stage


def test_stages_rise_in_the_order_of_the_continuum() -> None:
    """Each stage is less than the next one, in all four comparisons."""
    for low, high in pairwise(Stage):
        assert low < high
        assert low <= high
        assert high > low
        assert high >= low
    assert max(Stage) is Stage.KEEP_IMPROVING


def test_stages_are_not_compared_with_other_things() -> None:
    """A stage is neither more nor less than its own name."""
    with pytest.raises(TypeError):
        assert Stage.GETTING_BETTER < "keep-improving"


def test_abbreviations_are_those_of_criterion_ids() -> None:
    """The abbreviations are GA, GR, GS, GB and KI."""
    assert [stage.abbreviation for stage in Stage] == ["GA", "GR", "GS", "GB", "KI"]


def test_two_stages_prepare_and_three_progress() -> None:
    """Getting Aware and Getting Ready are preparation, the rest is progress."""
    assert [stage.phase for stage in Stage] == ["preparation"] * 2 + ["progress"] * 3


def test_a_stage_prints_as_a_heading() -> None:
    """The title is what a table head shows."""
    assert Stage.KEEP_IMPROVING.title == "Keep Improving"


@pytest.mark.parametrize("word", [Stage.GETTING_BETTER, "getting-better", "GB"])
def test_a_stage_is_found_by_itself_its_name_or_its_abbreviation(word: Stage | str) -> None:
    """Member, name and abbreviation lead to the same stage."""
    assert Stage.of(word) is Stage.GETTING_BETTER


def test_an_unknown_stage_is_refused_with_the_known_ones() -> None:
    """The refusal lists the five names."""
    with pytest.raises(UnknownCode, match=r"getting-aware, .*keep-improving"):
        Stage.of("perfect")
