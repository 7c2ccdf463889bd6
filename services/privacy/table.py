"""The table of personal data: in which columns a person stands, and what erasing the person does to each.

A new subject is a row here, in the order in which rows are erased: the customer, by whom all others are found, is last.
Every column of text or JSON that is neither an id nor a word of the domain is in one row:
tests/models/test_personal_data.py fails for a column that is in none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import quote

from domain.law import KeptGround
from domain.mail_addresses import spellings

ERASED = "(erased)"
"""Stands where a text about an erased person stood."""


class Erasing(Enum):
    """What erasing does to a column, as SQL: {0} is the column, {1} the person's pseudonym. What is null stays null."""

    REMOVE = "null"
    TEXT = f"case when {{0}} is not null then '{ERASED}' end"
    PSEUDONYM = "{1}"
    ACTOR = "case when actor_role = 'CUSTOMER' then {1} else {0} end"
    NOTE = f"case when {{0}} ? 'note' then jsonb_set({{0}}, '{{{{note}}}}', '\"{ERASED}\"') else {{0}} end"
    REASONS = f"""(
      select coalesce(jsonb_agg(g || case when coalesce(g->>'reason', '') = '' then '{{{{}}}}'::jsonb
        else '{{{{"reason": "{ERASED}"}}}}' end order by n), '[]')
      from jsonb_array_elements({{0}}) with ordinality e (g, n))"""
    NOTE_OF_BODY = f"""case when {{0}}::jsonb #>> '{{{{data,note}}}}' is null then {{0}}
      else jsonb_set({{0}}::jsonb, '{{{{data,note}}}}', '\"{ERASED}\"')::text end"""


@dataclass(frozen=True, slots=True)
class Seal:
    """What the law keeps of a row: these columns, for the ground's time after `since`, a moment in SQL.

    `key` is the column that names the row.
    """

    ground: KeptGround
    columns: tuple[str, ...]
    since: str
    key: str = "id"


@dataclass(frozen=True, slots=True)
class Holding:
    """What a table holds about people.

    `where` finds the rows of the customer $1, who is `known_as` some addresses; without it the table is about nobody.
    They are `deleted`, or keep all columns but those of `erased`. `impersonal` columns say nothing about a customer:
    numbers, codes, references at gateways, which the books need, and what owner and sellers write about themselves.
    `shared` rows are about others, too, so no file of a person has them.
    """

    table: str
    where: str = ""
    erased: Mapping[str, Erasing] = field(default_factory=dict)
    impersonal: tuple[str, ...] = ()
    deleted: bool = False
    shared: bool = False
    seal: Seal | None = None


_ORDERS = '(select id from "order" where customer_id = $1)'
_OF_CUSTOMER = "customer_id = $1"
_BY_ADDRESS = "in (select address from known_as)"
"""By the customer's address, as guests' are kept: in small letters, its domain in ASCII."""
_OF_ORDER = f"order_id in {_ORDERS}"

# As services/idempotency.py spells callers. The journal knows the person's guests, until it is erased.
_BY_CUSTOMER = """caller in (
  select 'CUSTOMER::' || subject from customer where id = $1
  union all select 'CUSTOMER:' || order_id || ':' || actor_id from event
  where customer_id = $1 and actor_role = 'CUSTOMER')"""


def addresses(email: str | None) -> list[str]:
    """The ways to write the address of a customer, if it is known, as it is and as a part of the URL of a view."""
    return [each for spelled in spellings(email) for each in (spelled, quote(spelled, safe="@"))] if email else []


def _below(column: str, table: str) -> str:
    """The rows below those of a table with an order."""
    return f"{column} in (select id from {table} where {_OF_ORDER})"


_PLACED = '(select o.placed_at from "order" o where o.id = t.order_id)'
_BYTES_OF_MAIL = ("sender", "name", "address", "subject", "text", "html", "created_at", "sha256")
"""With the message's id, what its bytes are made of, and their digest."""
_ADDRESS = dict.fromkeys(("name", "lines", "postal_code", "city", "region"), Erasing.TEXT)

_VIEWS = """exists (select from known_as
  where strpos(public.fold(replace(name || ' ' || query, '%40', '@')), public.fold(address)) > 0)"""
"""What somebody of the owner or a seller has searched for, and kept: views with the address of the customer in them."""

KNOWN_AS = "with known_as (id, address) as (select $1::varchar, unnest($2::text[]))"
"""Before a statement with a holding's `where`: the customer $1 with each of the `addresses` $2."""

HOLDINGS = (
    Holding(
        "billing_address",
        _OF_ORDER,
        erased=_ADDRESS,
        impersonal=("country",),
        seal=Seal(KeptGround.TAX, (*_ADDRESS, "country"), _PLACED, key="order_id"),
    ),
    Holding("shipping_address", _OF_ORDER, erased=_ADDRESS, impersonal=("country",)),
    Holding(
        "payment",
        _OF_ORDER,
        erased={"instrument": Erasing.REMOVE},
        impersonal=("method", "provider", "reference", "currency"),
    ),
    Holding(
        "package", _OF_ORDER, erased={"tracking_number": Erasing.TEXT, "former": Erasing.REMOVE}, impersonal=("number",)
    ),
    Holding("request_item", _below("request_id", "cancellation_request"), erased={"note": Erasing.TEXT}),
    Holding(
        "plan_adjustment",
        _below("plan_id", "cancellation_plan"),
        erased={"reason": Erasing.TEXT},
        impersonal=("currency", "rule"),
    ),
    Holding(
        "refund_attempt",
        _below("refund_id", "refund"),
        erased={"message": Erasing.TEXT},
        impersonal=("outcome", "gateway_reference"),
    ),
    Holding("refund", _OF_ORDER, impersonal=("currency", "external_reference")),
    Holding(
        "return_line", _below("shipment_id", "return_shipment"), erased={"grades": Erasing.REASONS}, impersonal=("sku",)
    ),
    Holding(
        "return_label",
        _OF_ORDER,
        erased=dict.fromkeys(("tracking_number", "label_url", "message"), Erasing.TEXT),
        impersonal=("carrier", "external_reference"),
    ),
    Holding(
        "return_shipment",
        _OF_ORDER,
        erased=dict.fromkeys(("tracking_number", "drop_off", "note"), Erasing.TEXT),
        impersonal=("number",),
    ),
    Holding("plan_line", _below("plan_id", "cancellation_plan"), impersonal=("currency",)),
    Holding("cancellation_plan", _OF_ORDER, impersonal=("currency",)),
    Holding(
        "cancellation_request",
        _OF_CUSTOMER,
        erased=dict.fromkeys(("rejection_reason", "rest_reason", "objection_note"), Erasing.TEXT),
        impersonal=("number", "submission_id", "return_terms", "cancel_terms"),
    ),
    Holding("dispute", _OF_ORDER, impersonal=("reference", "currency", "reason")),
    Holding("external_movement", _OF_ORDER, impersonal=("provider", "reference", "currency")),
    Holding("settled_reference", _OF_ORDER, impersonal=("provider", "reference")),
    Holding(
        "withdrawal",
        _OF_CUSTOMER,
        erased={"statement": Erasing.TEXT, "receipt_to": Erasing.REMOVE},
        impersonal=("number", "locale", "hash"),
        seal=Seal(KeptGround.CLAIM, ("number", "statement", "receipt_to", "hash", "declared_at"), "t.declared_at"),
    ),
    Holding("withdrawal_item", _below("withdrawal_id", "withdrawal")),
    Holding(
        "message",
        f"{_OF_CUSTOMER} and sha256 is not null",
        deleted=True,
        seal=Seal(KeptGround.CLAIM, _BYTES_OF_MAIL, "t.created_at"),
    ),
    Holding("message", f"{_OF_CUSTOMER} and audience = 'CUSTOMER'", deleted=True),
    Holding("message", f"customer_id is null and audience = 'CUSTOMER' and address {_BY_ADDRESS}", deleted=True),
    Holding(
        "message",
        f"{_OF_CUSTOMER} and audience <> 'CUSTOMER'",
        erased=dict.fromkeys(("subject", "text", "html", "answer"), Erasing.TEXT),
        impersonal=("locale", "sender", "name", "address", "unsubscribe", "sha256"),
    ),
    Holding("message_preference", _OF_CUSTOMER, deleted=True),
    Holding(
        "order_access",
        f"{_OF_CUSTOMER} or email {_BY_ADDRESS}",
        deleted=True,
    ),
    Holding(
        "webhook_delivery",
        f"""substring(body from '"orderId": ?"([^"]+)"') in {_ORDERS}""",
        erased={"body": Erasing.NOTE_OF_BODY, "message": Erasing.TEXT},
        impersonal=("type",),
    ),
    Holding(
        "export",
        f"role = 'OWNER' or seller_id in (select seller_id from seller_order where {_OF_ORDER})",
        deleted=True,
        shared=True,
    ),
    Holding("idempotency_record", _BY_CUSTOMER, deleted=True),
    Holding(
        "event",
        _OF_CUSTOMER,
        erased={"actor_id": Erasing.ACTOR, "data": Erasing.NOTE},
        impersonal=("from_status", "to_status"),
    ),
    Holding("order_item", _OF_ORDER, impersonal=("sku", "name", "image_url", "currency", "category", "tags")),
    Holding("seller_order", _OF_ORDER),
    Holding("order", _OF_CUSTOMER, impersonal=("number", "currency", "country", "market")),
    Holding("saved_view", _VIEWS, deleted=True),
    Holding("sealed_record", _OF_CUSTOMER, impersonal=("source", "source_id", "data")),
    Holding(
        "customer",
        "id = $1",
        erased={
            "subject": Erasing.PSEUDONYM,
            "name": Erasing.PSEUDONYM,
            "email": Erasing.REMOVE,
            "phone": Erasing.REMOVE,
        },
        seal=Seal(KeptGround.TAX, ("name",), '(select max(o.placed_at) from "order" o where o.customer_id = t.id)'),
    ),
)
"""What is about customers. What `sealed_record` keeps goes at its date (retention.py)."""

ABOUT_NOBODY = (
    Holding("cancellation_reason", impersonal=("handle", "labels", "audiences")),
    Holding("carrier_event"),
    Holding("daily_figure", impersonal=("transaction", "key", "name")),
    Holding("figure_cursor", impersonal=("zone",)),
    Holding("export_piece"),
    Holding("ledger_entry", impersonal=("key", "payment_reference", "currency")),
    Holding("message_cursor"),
    Holding("message_template", impersonal=("locale", "subject", "text", "mjml")),
    Holding("owner_event", impersonal=("actor_id", "data")),
    Holding("payment_reference", impersonal=("provider", "reference", "currency")),
    Holding("reason_label", impersonal=("labels",)),
    Holding("refund_pause", impersonal=("reason", "paused_by", "resumed_by", "note")),
    Holding("return_policy", impersonal=("version", "texts")),
    Holding("return_settings", impersonal=("fees", "address")),
    Holding("seller", impersonal=("handle", "name", "sort_name", "email")),
    Holding("terms_version", impersonal=("published_by", "note", "rules", "findings")),
    Holding("token_revocation", impersonal=("subject",)),
    Holding("webhook_cursor"),
    Holding("webhook_endpoint", impersonal=("url", "actions", "secrets")),
)
"""Tables that no customer stands in: books by the references of gateways, and what owner and sellers have set.

Many stand in a piece of an export's file, which goes with its export.
"""
