"""The owner issues tokens: for a while, and for no more than its own token allows. No row can be used as one."""

import time
from typing import Any

from app.auth.tokens import LEEWAY, mint
from domain.facts import Actor
from domain.words import Role
from tests.market import OWNER, SECRET, Market, customer, seller

SHOWS = "token expiresAt"
WISH = {"role": "OWNER", "subject": "sam", "days": 7}
STAFF = Actor(Role.OWNER, "sam", actions=frozenset({"CONFIRM_REQUEST", "ISSUE_TOKEN"}))


async def test_a_token_is_issued_once_and_its_rights_are_noted(market: Market) -> None:
    order = await market.order()
    north = order.sellers["north"]
    for wish, actor in (
        (WISH, Actor(Role.OWNER, "sam")),
        ({**WISH, "actions": []}, Actor(Role.OWNER, "sam", actions=frozenset())),
        (
            {**WISH, "actions": ["REJECT_REQUEST", "REJECT_REQUEST"]},
            Actor(Role.OWNER, "sam", actions=frozenset({"REJECT_REQUEST"})),
        ),
        ({**WISH, "role": "SELLER", "sellerId": north, "days": 30}, Actor(Role.SELLER, "sam", north)),
    ):
        issued = await market.do(OWNER, "issueToken", SHOWS, **wish, idempotencyKey=str(wish))
        identity = await market.one.verifier.identify(issued["token"])
        assert identity.actor == actor
        assert abs(identity.expires_at - LEEWAY - time.time() - int(str(wish["days"])) * 86400) < 60
        again = await market.do(OWNER, "issueToken", SHOWS, **wish, idempotencyKey=str(wish))
        assert (again["replayed"], again["token"], again["expiresAt"]) == (True, None, issued["expiresAt"])
    noted = await market.rows("select actor_id, action, data from owner_event order by id")
    assert [(row["actor_id"], row["action"]) for row in noted] == [("olga", "ISSUE_TOKEN")] * 4
    kept = str(noted) + str(await market.rows("select * from idempotency_record"))
    assert '"REJECT_REQUEST"' in kept
    assert issued["token"].rpartition(".")[2] not in kept


async def test_a_token_that_may_not_be_issued_is_refused(market: Market) -> None:
    order = await market.order()
    before = await market.fingerprint()
    rows: tuple[tuple[Actor, dict[str, Any], str, str | None], ...] = (
        (customer("ada"), {}, "ROLE_NOT_ALLOWED", None),
        (seller(order, "north"), {}, "ROLE_NOT_ALLOWED", None),
        (OWNER, {"role": "CUSTOMER"}, "INVALID_INPUT", "role"),
        (OWNER, {"role": "SYSTEM"}, "INVALID_INPUT", "role"),
        (OWNER, {"role": "SELLER"}, "INVALID_INPUT", "sellerId"),
        (OWNER, {"sellerId": order.sellers["north"]}, "INVALID_INPUT", "sellerId"),
        (OWNER, {"role": "SELLER", "sellerId": "seller_none"}, "NOT_FOUND", "sellerId"),
        (OWNER, {"subject": " "}, "INVALID_INPUT", "subject"),
        (OWNER, {"subject": "a\nb"}, "INVALID_INPUT", "subject"),
        (OWNER, {"days": 0}, "INVALID_INPUT", "days"),
        (OWNER, {"days": 31}, "INVALID_INPUT", "days"),
        (OWNER, {"actions": ["CONFIRM_REQEUST"]}, "INVALID_INPUT", "actions"),
        (STAFF, {}, "ACTION_NOT_ALLOWED", "actions"),
        (STAFF, {"actions": ["CONFIRM_REQUEST", "REJECT_REQUEST"]}, "ACTION_NOT_ALLOWED", "actions"),
    )
    for actor, wrong, code, field in rows:
        payload = await market.do(actor, "issueToken", SHOWS, **{**WISH, **wrong})
        (error,) = payload["userErrors"]
        assert (error["code"], error["field"]) == (code, ["input", *([field] if field else [])]), wrong
        assert payload["token"] is None
    assert await market.fingerprint() == before
    assert (await market.do(STAFF, "issueToken", SHOWS, **WISH, actions=["CONFIRM_REQUEST"]))["token"], "the control"


async def test_no_token_is_issued_where_the_settings_say_so_or_by_a_token_for_one_field(market: Market) -> None:
    headers = {"authorization": f"Bearer {mint(SECRET, OWNER, ttl=60, only=['issueToken'])}"}
    text = "mutation M($input: IssueTokenInput!) { issueToken(input: $input) { token userErrors { code } } }"
    body = {"query": text, "variables": {"input": WISH}}
    answer = (await market.http.post("/graphql", json=body, headers=headers)).json()
    assert answer["data"]["issueToken"] == {"token": None, "userErrors": [{"code": "ACTION_NOT_ALLOWED"}]}
    assert (await market.data(OWNER, "{ longestTokenDays }"))["longestTokenDays"] == 30
    market.one.issuer = None
    assert (await market.data(OWNER, "{ longestTokenDays }"))["longestTokenDays"] == 0
    payload = await market.do(OWNER, "issueToken", SHOWS, **WISH)
    assert [error["code"] for error in payload["userErrors"]] == ["TOKENS_ISSUED_ELSEWHERE"]
