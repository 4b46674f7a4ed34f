"""Testing: a seeded synthetic district, and hypothesis strategies for whoever embeds the library.

`synthetic` needs nothing beyond the library; `strategies` needs hypothesis and is imported by name.
"""

from ilr.testing import synthetic

__all__ = ["synthetic"]
