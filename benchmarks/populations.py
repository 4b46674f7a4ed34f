"""Populations of units and raters with known agreement, to draw ratings from.

Here belong the model, its draws and its true coefficients. A unit has a trait, one of 41 equally probable
values of a standard normal; a rater sees it with normal error and names the category between whose thresholds
it falls. True values are not simulated: they follow from the joint distribution of two ratings of a unit,
which is a sum over the values of the trait, so that they are exact for this population.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from ilr.stats import Ratings

__all__ = ["Population", "RaterPopulation", "fixed_raters", "true_values"]

Floats = NDArray[np.float64]

TRAIT: Floats = ndtri((np.arange(41) + 0.5) / 41)
ERROR = 0.5
SEVERITY = 0.3  # of the sterner and the milder end of fixed raters, in units of the trait
SHARES = {
    (2, "balanced"): (0.5, 0.5),
    (2, "skewed"): (0.9, 0.1),
    (3, "balanced"): (1 / 3, 1 / 3, 1 / 3),
    (3, "skewed"): (0.85, 0.1, 0.05),
    (4, "balanced"): (0.25, 0.25, 0.25, 0.25),
    (4, "skewed"): (0.75, 0.15, 0.07, 0.03),
    (5, "balanced"): (0.2, 0.2, 0.2, 0.2, 0.2),
    (5, "skewed"): (0.7, 0.15, 0.08, 0.05, 0.02),
}


def thresholds(categories: int, prevalence: str) -> Floats:
    """Thresholds that give the shares of categories to a rater of no severity."""
    reach = np.cumsum(SHARES[categories, prevalence])[:-1]
    out: Floats = ndtri(reach) * np.hypot(TRAIT.std(), ERROR)
    return out


def choices(limits: Floats) -> Floats:
    """Probability of each category by value of the trait, limits (..., q - 1) to (..., 41, q)."""
    below = ndtr((limits[..., None, :] - TRAIT[:, None]) / ERROR)
    edge = (*below.shape[:-1], 1)
    out: Floats = np.diff(np.concatenate([np.zeros(edge), below, np.ones(edge)], axis=-1), axis=-1)
    return out


@attrs.frozen(eq=False)
class Population:
    """Units of a trait and certain raters.

    Attributes:
        choice: probability of each category by rater and trait, shape (R, 41, q).
    """

    choice: Floats

    def codes(self, units: int, rng: np.random.Generator) -> NDArray[np.int8]:
        """Categories from 0 that all the raters give to a sample of units, shape (R, units)."""
        raters, values, _ = self.choice.shape
        trait = rng.integers(0, values, units)
        edges = np.cumsum(self.choice, axis=2)[:, trait, :-1]
        out: NDArray[np.int8] = (rng.random((raters, units))[..., None] > edges).sum(axis=2, dtype=np.int8)
        return out

    def draw(self, units: int, rng: np.random.Generator) -> Ratings:
        """Ratings of a sample of units by all the raters."""
        return Ratings.from_matrix(self.codes(units, rng).T + 1, range(1, self.choice.shape[2] + 1))

    def true_values(self) -> dict[str, float]:
        """The coefficients of all units of the population by these raters."""
        raters = len(self.choice)
        everyone = self.choice.sum(axis=0)
        with_itself = np.einsum("jtk,jtl->kl", self.choice, self.choice)
        pairs = (everyone.T @ everyone - with_itself) / (raters * (raters - 1) * len(TRAIT))
        found = true_values(pairs, self.choice.mean(axis=(0, 1)))
        if raters == 2:
            first, second = self.choice.mean(axis=1)
            found["cohen"] = corrected(float(np.trace(pairs)), float(first @ second))
        return found


@attrs.frozen(eq=False)
class RaterPopulation:
    """Units of a trait and a population of raters who differ in severity and in use of the scale.

    A rater's thresholds are the common ones, stretched by a lognormal factor and moved by a normal severity.

    Attributes:
        limits: the common thresholds, shape (q - 1,).
        severity: standard deviation of severity, in units of the trait.
        stretch: standard deviation of the logarithm of the stretch.
    """

    limits: Floats
    severity: float = 0.4
    stretch: float = 0.2

    def sample(self, raters: int, rng: np.random.Generator) -> Population:
        """Raters drawn at random."""
        return Population(choices(self.moved(rng.standard_normal(raters), rng.standard_normal(raters))))

    def moved(self, severity: Floats, stretch: Floats) -> Floats:
        """Thresholds of raters of standardised severity and stretch, shape (R, q - 1)."""
        out: Floats = (
            self.limits * np.exp(self.stretch * stretch)[:, None] + self.severity * severity[:, None]
        )
        return out

    def true_values(self) -> dict[str, float]:
        """The coefficients of all units by all raters, by Gauss-Hermite quadrature of 41 x 41 nodes.

        Two raters who are drawn have margins that are independent, so Conger's kappa is that of Fleiss.
        """
        nodes, weights = np.polynomial.hermite_e.hermegauss(41)
        weights = weights / weights.sum()
        severity, stretch = (part.ravel() for part in np.meshgrid(nodes, nodes))
        mean = np.tensordot(np.outer(weights, weights).ravel(), choices(self.moved(severity, stretch)), 1)
        pairs, shares = mean.T @ mean / len(TRAIT), mean.mean(axis=0)
        found = true_values(pairs, shares)
        near = quadratic(len(shares))
        alike, nearly = float(np.trace(pairs)), float((near * pairs).sum())
        return found | {
            "ac1": corrected(alike, float((shares * (1 - shares)).sum() / (len(shares) - 1))),
            "brennan-prediger": corrected(nearly, float(near.mean())),
            "fleiss-quadratic": corrected(nearly, float(shares @ near @ shares)),
            "conger": found["fleiss"],
        }


def fixed_raters(categories: int, prevalence: str, raters: int) -> Population:
    """Raters whose severities spread evenly over the range."""
    severity = np.linspace(-SEVERITY, SEVERITY, raters)
    return Population(choices(thresholds(categories, prevalence) + severity[:, None]))


def true_values(pairs: Floats, shares: Floats) -> dict[str, float]:
    """Coefficients of a population.

    Args:
        pairs: probability of each pair of categories for two different raters of a unit, shape (q, q).
        shares: probability of each category, shape (q,).

    Returns:
        AC2 with quadratic weights (AC1 for two categories), Fleiss' kappa and ordinal alpha.
    """
    q = len(shares)
    near = quadratic(q)
    ranks = np.cumsum(shares) - shares / 2
    apart = (ranks[:, None] - ranks) ** 2
    return {
        "ac2": corrected(
            float((near * pairs).sum()), float(near.sum() / (q * (q - 1)) * (shares * (1 - shares)).sum())
        ),
        "fleiss": corrected(float(np.trace(pairs)), float(shares @ shares)),
        "alpha": float(1 - (apart * pairs).sum() / (shares @ apart @ shares)),
    }


def quadratic(q: int) -> Floats:
    """Quadratic weights of agreement, shape (q, q)."""
    codes = np.arange(q)
    out: Floats = 1 - ((codes[:, None] - codes) / (q - 1)) ** 2
    return out


def corrected(agreement: float, chance: float) -> float:
    """Agreement beyond chance."""
    return (agreement - chance) / (1 - chance)
