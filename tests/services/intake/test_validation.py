"""What can be wrong with an order wherever it comes from; what only files can have wrong is with their readers."""

from dataclasses import replace

import pytest

from services.inputs import IncomingOrder
from services.intake.importing.jsonl import order_of
from services.intake.validation import problems
from tests.services.intake.files import order_line

GOOD = order_of(order_line("A-1"))


def test_a_valid_order_has_no_faults() -> None:
    assert list(problems(GOOD)) == []


@pytest.mark.parametrize(
    ("order", "path", "sentence"),
    [
        (replace(GOOD, currency="EUX"), ("currency",), "This is not an ISO 4217 currency code with a minor unit."),
        (replace(GOOD, customer_name="\ud800"), ("customer", "name"), "This text is not Unicode."),
        (replace(GOOD, customer_email="x" * 321), ("customer", "email"), "This text may have at most 320 characters."),
        (replace(GOOD, payments=()), ("payments",), "Only a paid order can be created: name at least one payment."),
    ],
)
def test_a_fault_is_named_with_its_path(order: IncomingOrder, path: tuple[str, ...], sentence: str) -> None:
    assert list(problems(order)) == [(path, sentence)]


def test_history_may_lack_a_payment() -> None:
    assert list(problems(replace(GOOD, payments=()), paid=False)) == []
