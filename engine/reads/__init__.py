"""Reads: a selection becomes one SQL statement, its answer a tree of plain rows.

A row is a dict: selected columns under the model's field names (foreign keys as `order_id`) and always the primary
key, times as ISO strings, decimals as strings, selected relations as a row or None (to one) or a list (to many).
Only what the caller may see is in it.
"""

from typing import Any

from strawberry import Info
from tortoise.models import Model

from engine.reads.cursors import Ordering
from engine.reads.field_walk import Needs, Tree
from engine.reads.pages import page
from engine.reads.reading import Row, Wanted, fetch, fetch_row, many, one, parsed, run, several
from engine.reads.selection import relations, selected, selected_names

__all__ = [
    "Needs",
    "Ordering",
    "Row",
    "Tree",
    "Wanted",
    "fetch",
    "fetch_row",
    "many",
    "one",
    "page",
    "parsed",
    "run",
    "selected_names",
    "several",
    "tree_of",
]


def tree_of(info: Info[Any, Any], model: type[Model], type_name: str | None = None, *, at: str = "") -> Tree:
    """The relations that are selected, or needed by what is selected, under the field of `info`.

    `at` leads from the field to the object ("order" in a payload). Of an abstract type only fragments on
    `type_name`, or on what it implements, count; without it those on any type do.
    """
    return relations(selected(info, model, type_name=type_name, at=at).projection)
