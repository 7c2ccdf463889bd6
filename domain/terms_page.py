"""The table of the terms as a page for people, printed to `docs/terms-fields.md`."""

from collections.abc import Iterator

from domain.diagram import table_head, table_row
from domain.terms import MOST_RULES
from domain.terms_table import FIELDS, TermsField
from domain.words import TermsDeadline, TermsFieldKind

_HEAD = f"""\
# Every field of a rule of the terms

`python server.py docs` prints this page from `domain/terms_table.py`. The same rows check what the owner sends with
`draftTerms` and answer the query `termsFields`. A version has at most {MOST_RULES} rules; what they do stands in
[terms](terms.md).
"""


def page() -> str:
    """The whole page, a newline at its end."""
    parts = [
        _HEAD,
        "\n".join(_fields()) + "\n",
        "## What a field holds\n",
        "\n".join([*table_head("Kind", "Meaning"), *(table_row(f"`{kind}`", kind.meaning) for kind in TermsFieldKind)])
        + "\n",
        "## The deadlines\n",
        "\n".join(
            [*table_head("Deadline", "Meaning"), *(table_row(f"`{each}`", each.meaning) for each in TermsDeadline)]
        ),
    ]
    return "\n".join(parts) + "\n"


def _fields() -> Iterator[str]:
    yield from table_head("Field", "Kind", "Bounds", "If left out", "Deadline", "Meaning")
    for field in FIELDS.values():
        left_out = "needed" if field.needed else f"`{field.default_text}`" if field.default_text else ""
        deadline = f"`{field.deadline}`" if field.deadline else ""
        yield table_row(f"`{field.path}`", f"`{field.kind}`", _bounds(field), left_out, deadline, field.meaning)


def _bounds(field: TermsField) -> str:
    found = []
    if field.most is not None:
        counted = field.kind in (TermsFieldKind.DAYS, TermsFieldKind.SHARE)
        found.append(field.bounds if counted else f"{field.least} to {field.most} entries")
    elif field.least is not None:
        found.append(f"from {field.least}")
    if field.longest is not None:
        found.append(f"at most {field.longest} characters")
    if field.choices is not None:
        found.append(", ".join(f"`{choice}`" for choice in field.choices))
    return "; ".join(found)
