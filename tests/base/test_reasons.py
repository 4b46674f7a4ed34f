"""Reasons with their words, verdicts and permits."""

from __future__ import annotations

import string

from ilr.base import MESSAGES, Permit, Reason, words


def test_a_reason_reads_in_english() -> None:
    """The catalogue turns code and parameters into a sentence."""
    assert str(Reason.of("BELOW_COUNT", n=12, least=30)) == "12 of at least 30"
    assert words(Reason("NO_PAIRS")) == "no unit has two ratings"


def test_a_host_lays_its_own_words_over_the_catalogue() -> None:
    """A code in the host's catalogue reads as it says there, any other as in English."""
    own = {"BELOW_COUNT": "{n} de {least}"}
    assert words(Reason.of("BELOW_COUNT", n=1, least=2), own) == "1 de 2"
    assert words(Reason.of("NO_PAIRS"), own) == MESSAGES["NO_PAIRS"]


def test_a_code_without_words_shows_itself() -> None:
    """Where no catalogue has words, code and parameters stand for them."""
    assert str(Reason.of("OWN_RULE", n=1, by="x")) == "OWN_RULE(n=1, by=x)"
    assert str(Reason("OWN_RULE")) == "OWN_RULE"


def test_every_message_names_its_parameters() -> None:
    """No message counts on the position of a parameter."""
    fields = [name for text in MESSAGES.values() for _, name, _, _ in string.Formatter().parse(text)]
    assert all(name is None or name.isidentifier() for name in fields)


def test_reasons_are_keys() -> None:
    """Reasons with equal code and parameters are one."""
    assert len({Reason.of("A", n=1), Reason.of("A", n=1), Reason.of("A", n=2)}) == 2


def test_a_permit_is_true_when_granted() -> None:
    """A gate's answer can stand in a condition."""
    assert Permit(granted=True, reasons=())
    assert not Permit(granted=False, reasons=(Reason("NOTHING_RATED"),))
