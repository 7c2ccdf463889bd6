"""Conditions: what a fragment's text is, which fragments are equal, and that values never become text."""

import pytest

from engine.conditions import FALSE, TRUE, Column, Condition, Fragment, ParentColumn, Value

OF_ORDER = Fragment(Column("order_id"), " = ", ParentColumn("id"), " and ", Column("sku"), " <> ", Value(0))


def test_a_text_names_columns_by_alias_and_values_by_their_place() -> None:
    assert OF_ORDER.text("t", parent="p", offset=3) == 't."order_id" = p."id" and t."sku" <> $4'
    assert Fragment(Value(1), " > ", Value(0)).text("t") == "$2 > $1"


def test_names_of_columns_are_quoted() -> None:
    assert Fragment(Column('a "b"')).text("t") == 't."a ""b"""'


def test_fragments_of_equal_parts_are_equal_however_they_were_put_together() -> None:
    whole, joined = Fragment("a b", Column("c")), Fragment(Fragment("a "), "b", Fragment(Column("c")))
    assert (whole, hash(whole)) == (joined, hash(joined))
    assert Fragment(Column("a")) != Fragment(ParentColumn("a"))
    assert Fragment(Value(0)) != Fragment(Value(1))
    assert Fragment(Column("a")) != Fragment('t."a"')


def test_a_fragment_within_another_keeps_its_table_and_its_values() -> None:
    inner = Fragment(Column("seller_id"), " = ", Value(0)).about("f")
    outer = Fragment("exists (select from plan f where f.id = ", Column("plan_id"), " and ", inner, ")")
    assert outer.text("t") == 'exists (select from plan f where f.id = t."plan_id" and f."seller_id" = $1)'
    assert Fragment(Value(0), Value(1)).after(2) == Fragment(Value(2), Value(3))


@pytest.mark.parametrize("value", ["'; drop table item; --", "$1", "{0}", '"'])
def test_a_value_never_becomes_text(value: str) -> None:
    condition = Condition.all([Condition.equal("id", value), Condition.among("sku", [value])])
    assert condition.fragment.text("t") == '(t."id" = $1) and (t."sku" = any($2))'
    assert condition.values == (value, [value])


def test_conditions_are_joined_with_their_values_in_order() -> None:
    first, second = Condition.equal("a", 1), Condition(Fragment(Value(1), " < ", Value(0)), (2, 3))
    both = Condition.all([first, None, second])
    assert (both.fragment.text("t"), both.values) == ('(t."a" = $1) and ($3 < $2)', (1, 2, 3))
    either = Condition.any([second, first])
    assert (either.fragment.text("t"), either.values) == ('($2 < $1) or (t."a" = $3)', (2, 3, 1))


def test_a_single_condition_stays_itself_and_none_is_true_or_false() -> None:
    only = Condition.equal("a", 1)
    assert Condition.all([None, only]) is only
    assert Condition.all([]).fragment == TRUE
    assert Condition.any([]).fragment == FALSE
