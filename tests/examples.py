"""How many examples Hypothesis tries: few in `make quick`, many in `make storm`.

HYPOTHESIS_PROFILE chooses: `fast` or `thorough`. If it is unset, Hypothesis chooses: `ci` if CI is set, else `default`.
"""

import os

from hypothesis import settings

FACTORS = {"fast": 0.1, "default": 1, "ci": 1, "thorough": 10}
PROFILE = os.environ.get("HYPOTHESIS_PROFILE")


def register_profiles() -> None:
    """Make the profiles known and load the one that was chosen. Raises hypothesis.errors.InvalidArgument."""
    settings.register_profile("fast", max_examples=examples(100, "fast"))
    settings.register_profile("thorough", max_examples=examples(100, "thorough"))
    if PROFILE:
        settings.load_profile(PROFILE)


def examples(usual: int, profile: str = PROFILE or "default") -> int:
    """The number for this run, of the number that `make test` tries."""
    return max(1, round(usual * FACTORS[profile]))
