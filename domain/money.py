"""Splitting integer amounts of minor units so that nothing is lost and nothing is made up."""

from collections.abc import Sequence


def allocate(total_minor: int, weights: Sequence[int]) -> list[int]:
    """Split an amount by weight with the largest remainder method; the parts sum to it exactly.

    One part per weight, in their order. Each is its exact share rounded down or up, so a part is zero
    where the weight is. What rounding leaves over goes to the largest remainders, the earlier part
    first where two are equal. Weights that are all zero count as equal ones. A negative total is split
    as its mirror image. Raises ValueError on a negative weight, and when there is no part to give to.
    """
    if total_minor < 0:
        return [-part for part in allocate(-total_minor, weights)]
    if any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative")
    if not weights:
        if total_minor:
            raise ValueError("there is nothing to split the amount over")
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
    """What the first `units` of `of` equal units are worth together, rounded down.

    Differences of two such values telescope: handed out a few units at a time they sum to the total,
    whatever the steps were. Raises ValueError unless 0 ≤ units ≤ of and of ≥ 1.
    """
    if of < 1 or not 0 <= units <= of:
        raise ValueError(f"{units} of {of} units is no share")
    return total_minor * units // of
