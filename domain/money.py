"""Splitting integer amounts of minor units so that the parts sum to the whole."""

from collections.abc import Sequence


def allocate(total_minor: int, weights: Sequence[int]) -> list[int]:
    """Split an amount by weight with the largest remainder method; the parts sum to it exactly.

    There is one part per weight, in the order of the weights. Each part is its exact share rounded down or up, so a
    weight of zero gets zero. What rounding leaves over goes to the largest remainders; of two equal ones, the earlier
    part gets it first. Weights that are all zero count as equal. A negative total is split like its positive, with
    negative parts. Raises ValueError if a weight is negative, or if there is an amount but no weight.
    """
    if total_minor < 0:
        return [-part for part in allocate(-total_minor, weights)]
    if any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative")
    if not weights:
        if total_minor:
            raise ValueError("an amount cannot be split over no weights")
        return []
    whole = sum(weights)
    if not whole:
        weights, whole = [1] * len(weights), len(weights)
    shares = [divmod(total_minor * weight, whole) for weight in weights]
    parts = [part for part, _ in shares]
    left_over = total_minor - sum(parts)
    if left_over:
        # sorted() is stable, so equal remainders keep the order of their positions.
        for position in sorted(range(len(shares)), key=lambda n: -shares[n][1])[:left_over]:
            parts[position] += 1
    return parts


def share_so_far(total_minor: int, units: int, of: int) -> int:
    """The value of the first `units` of `of` equal units together, rounded down.

    The differences of such values telescope: if all units are taken in any number of steps, the differences sum to
    the total. Raises ValueError unless 0 ≤ units ≤ of and of ≥ 1.
    """
    if of < 1 or not 0 <= units <= of:
        raise ValueError(f"{units} of {of} units is not a share")
    return total_minor * units // of
