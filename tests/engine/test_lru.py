"""The bounded mapping forgets the right entry."""

import pytest

from engine.lru import LRU


def test_the_entry_that_was_used_longest_ago_is_forgotten() -> None:
    kept: LRU[str, int] = LRU(2)
    kept.remember("a", 1)
    kept.remember("b", 2)
    kept.touch("a")
    kept.remember("c", 3)
    assert dict(kept) == {"a": 1, "c": 3}


def test_a_look_alone_is_no_use() -> None:
    kept: LRU[str, int] = LRU(2)
    kept.remember("a", 1)
    kept.remember("b", 2)
    assert (kept["a"], kept.get("a"), "a" in kept) == (1, 1, True)
    kept.remember("c", 3)
    assert list(kept) == ["b", "c"]


def test_a_value_that_is_remembered_again_takes_no_second_place() -> None:
    kept: LRU[str, int] = LRU(2)
    kept.remember("a", 1)
    kept.remember("b", 2)
    kept.remember("a", 3)
    assert list(kept.items()) == [("b", 2), ("a", 3)]


def test_the_oldest_entry_is_handed_over_when_it_is_forgotten() -> None:
    kept: LRU[str, int] = LRU(2)
    kept.remember("a", 1)
    kept.remember("b", 2)
    assert kept.forget() == ("a", 1)
    assert kept.forget() == ("b", 2)
    with pytest.raises(KeyError):
        kept.forget()
