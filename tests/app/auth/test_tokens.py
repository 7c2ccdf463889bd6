"""Tokens: every way in which one must fail, and the few in which it holds."""

import asyncio
import base64
import json
import stat
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import MappingProxyType
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, HMACAlgorithm, RSAAlgorithm

from app.auth.jwks import KEEP, LIFETIME, PAUSE, KeySet, KeysUnavailable
from app.auth.tokens import LEEWAY, REMEMBERED_FOR, Verifier, bearer, development_secret, mint
from domain.facts import Actor
from domain.words import Role
from engine.errors import Unauthenticated

SECRET = "a secret of at least thirty-two bytes"
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def claims(**changes: Any) -> dict[str, Any]:
    base = {"sub": "ann", "role": "customer", "exp": time.time() + 600}
    return {name: value for name, value in (base | changes).items() if value is not None}


def signed(key: Any = SECRET, algorithm: str = "HS256", kid: str | None = None, **changes: Any) -> str:
    return jwt.encode(claims(**changes), key, algorithm, headers={"kid": kid} if kid else None)


def rsa_jwk(key: rsa.RSAPrivateKey, kid: str, **more: Any) -> dict[str, Any]:
    return {**RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid, **more}


def ec_jwk(kid: str) -> dict[str, Any]:
    return {**ECAlgorithm.to_jwk(EC_KEY.public_key(), as_dict=True), "kid": kid}


def publish(path: Path, *keys: dict[str, Any]) -> str:
    path.write_text(json.dumps({"keys": keys}))
    return str(path)


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def signed_by_hand(key: bytes, header: Mapping[str, Any] = MappingProxyType({}), **changes: Any) -> str:
    """An HS256 token of claims and keys that PyJWT itself refuses to sign."""
    parts = ({"alg": "HS256"} | dict(header), claims(**changes))
    text = ".".join(encoded(json.dumps(part).encode()) for part in parts)
    return f"{text}.{encoded(HMACAlgorithm(HMACAlgorithm.SHA256).sign(text.encode(), key))}"


def without_signature(**changes: Any) -> str:
    parts = ({"alg": "none", "typ": "JWT"}, claims(**changes))
    return ".".join(encoded(json.dumps(part).encode()) for part in parts) + "."


async def refusal(verifier: Verifier, token: str) -> str:
    with pytest.raises(Unauthenticated) as caught:
        await verifier.identify(token)
    return caught.value.message


@pytest.fixture
def verifier() -> Verifier:
    return Verifier(secret=SECRET)


async def test_a_minted_token_proves_its_actor(verifier: Verifier) -> None:
    actor = Actor(Role.SELLER, "bob", "seller-7")
    before = int(time.time())
    identity = await verifier.identify(mint(SECRET, actor, ttl=600))
    assert identity.actor == actor
    assert before <= identity.expires_at - 600 - LEEWAY <= time.time()


GUEST_SECRET = "the key of guests' tokens, long enough for HS256"


async def test_a_guests_token_is_good_for_one_order() -> None:
    guest = Actor(Role.CUSTOMER, "access-1", order_id="order-7")
    verifier = Verifier(secret=SECRET, guest_secret=GUEST_SECRET)
    assert (await verifier.identify(mint(GUEST_SECRET, guest, ttl=600))).actor == guest
    assert (await Verifier(guest_secret=GUEST_SECRET).identify(mint(GUEST_SECRET, guest, ttl=600))).actor == guest
    assert await refusal(verifier, mint(SECRET, guest, ttl=600)) == "The token's signature is invalid."
    without = "Guests' tokens are not accepted here."
    assert await refusal(Verifier(secret=SECRET), mint(GUEST_SECRET, guest, ttl=600)) == without


@pytest.mark.parametrize("role", ["owner", "customer", "seller", "GUEST", None, 7, ["guest"]])
async def test_the_key_of_guests_is_good_for_no_other_role(role: Any) -> None:
    verifier = Verifier(secret=SECRET, guest_secret=SECRET)
    token = signed(kid="guest", role=role, order="order-7", seller="seller-7")
    assert await refusal(verifier, token) in (
        "The key of guests' tokens is good for guests only.",
        "The token has no `role`.",
    )
    assert (
        await refusal(verifier, signed(kid="guest", role="guest")) == "The token's `order` must be a non-empty string."
    )
    assert "role must be" in await refusal(verifier, signed(role="guest", order="order-7")), "without its key's id"


@pytest.mark.parametrize("role", ["OWNER", "owner", "Owner"])
async def test_a_role_is_accepted_in_upper_and_lower_case(verifier: Verifier, role: str) -> None:
    assert (await verifier.identify(signed(role=role))).actor == Actor(Role.OWNER, "ann")


@pytest.mark.parametrize("subject", [" zoé", "zoé ", "zoe\u0301", " zoe\u0301 "])
async def test_the_names_in_a_token_are_spelled_as_those_in_orders(verifier: Verifier, subject: str) -> None:
    assert (await verifier.identify(signed(sub=subject))).actor.id == "zoé"
    assert (await verifier.identify(signed(role="seller", seller=subject))).actor.seller_id == "zoé"


async def test_a_seller_id_counts_for_sellers_only(verifier: Verifier) -> None:
    assert (await verifier.identify(signed(seller="seller-7"))).actor.seller_id is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"exp": time.time() - LEEWAY - 5}, "The token has expired."),
        ({"nbf": time.time() + 3600}, "The token is not valid yet."),
        ({"iat": time.time() + 3600}, "The token is not valid yet."),
        ({"exp": None}, "The token has no `exp`."),
        ({"sub": None}, "The token has no `sub`."),
        ({"role": None}, "The token has no `role`."),
        ({"exp": "soon"}, "The token is malformed."),
        ({"exp": 1e400}, "The token is malformed."),
        ({"exp": 10**400}, "The token is malformed."),
        ({"exp": 1e300}, "The token is malformed."),
        ({"exp": "9999999999"}, "The token is malformed."),
        ({"exp": "9_999_999_999"}, "The token is malformed."),
        ({"exp": "٩٩٩٩٩٩٩٩٩٩"}, "The token is malformed."),
        ({"exp": [9_999_999_999]}, "The token is malformed."),
        ({"nbf": -(10**400)}, "The token is malformed."),
        ({"nbf": "1"}, "The token is malformed."),
        ({"iat": "1"}, "The token is malformed."),
        ({"iat": True}, "The token is malformed."),
        ({"sub": 7}, "The token is malformed."),
        ({"sub": "  "}, "The token's `sub` must be a non-empty string."),
        ({"sub": "a\0b"}, "The token's `sub` must have at most 200 characters, all printable."),
        ({"sub": "a\u3164b"}, "The token's `sub` must have at most 200 characters, all printable."),
        ({"sub": "\u2800"}, "The token's `sub` must have at most 200 characters, all printable."),
        ({"sub": "a\ufe0f"}, "The token's `sub` must have at most 200 characters, all printable."),
        ({"sub": "a" * 201}, "The token's `sub` must have at most 200 characters, all printable."),
        ({"role": "SYSTEM"}, "The token's role must be customer, seller or owner."),
        ({"role": ["owner"]}, "The token's role must be customer, seller or owner."),
        ({"role": "ſeller", "seller": "seller-7"}, "The token's role must be customer, seller or owner."),
        ({"role": "cuſtomer"}, "The token's role must be customer, seller or owner."),
        ({"role": " owner"}, "The token's role must be customer, seller or owner."),
        ({"role": {"OWNER": 1}}, "The token's role must be customer, seller or owner."),
        ({"role": "seller"}, "The token's `seller` must be a non-empty string."),
        ({"role": "seller", "seller": 7}, "The token's `seller` must be a non-empty string."),
        ({"role": "seller", "seller": ""}, "The token's `seller` must be a non-empty string."),
    ],
)
async def test_a_token_with_wrong_claims_is_refused(verifier: Verifier, changes: dict[str, Any], sentence: str) -> None:
    assert await refusal(verifier, signed_by_hand(SECRET.encode(), **changes)) == sentence


async def test_clocks_may_differ_by_a_minute_and_no_more(verifier: Verifier) -> None:
    await verifier.identify(signed(exp=time.time() - 50))
    await verifier.identify(signed(nbf=time.time() + 50))
    assert await refusal(verifier, signed(exp=time.time() - 65)) == "The token has expired."
    assert await refusal(verifier, signed(nbf=time.time() + 75)) == "The token is not valid yet."


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "ä.b.c", "\ud800.b.c", "a" * 9000, "e30.e30.e30"])
async def test_a_text_that_is_not_a_token_is_refused(verifier: Verifier, text: str) -> None:
    assert await refusal(verifier, text)


async def test_a_token_of_another_secret_is_refused(verifier: Verifier) -> None:
    forged = signed("another secret of at least thirty-two bytes")
    assert await refusal(verifier, forged) == "The token's signature is invalid."


async def test_a_changed_claim_breaks_the_signature(verifier: Verifier) -> None:
    header, _, signature = signed(role="customer").split(".")
    body = signed(role="owner").split(".")[1]
    assert await refusal(verifier, f"{header}.{body}.{signature}") == "The token's signature is invalid."


async def test_a_token_without_a_signature_is_refused(verifier: Verifier) -> None:
    sentence = await refusal(verifier, without_signature(role="owner"))
    assert sentence == "The token's signature algorithm is not accepted."


async def test_other_algorithms_of_the_same_secret_are_refused(verifier: Verifier) -> None:
    token = signed("s" * 64, "HS512")
    assert "not accepted" in await refusal(Verifier(secret="s" * 64), token)


async def test_a_public_key_cannot_be_used_as_the_secret(tmp_path: Path) -> None:
    keys = KeySet(publish(tmp_path / "jwks", rsa_jwk(RSA_KEY, "one")))
    pem = RSA_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    forged = signed_by_hand(pem, {"kid": "one"}, role="owner")
    assert "not accepted" in await refusal(Verifier(keys=keys), forged)
    assert "signature" in await refusal(Verifier(secret=SECRET, keys=keys), forged)


async def test_a_symmetric_key_in_the_key_set_is_not_used(tmp_path: Path) -> None:
    oct_key = {"kty": "oct", "k": base64.urlsafe_b64encode(SECRET.encode()).decode(), "kid": "sym"}
    keys = KeySet(publish(tmp_path / "jwks", oct_key, rsa_jwk(RSA_KEY, "one")))
    assert "not accepted" in await refusal(Verifier(keys=keys), signed(kid="sym"))


async def test_a_secret_alone_does_not_allow_public_keys(verifier: Verifier) -> None:
    assert "not accepted" in await refusal(verifier, signed(RSA_KEY, "RS256", "one"))


@pytest.mark.parametrize(("key", "algorithm", "kid"), [(RSA_KEY, "RS256", "one"), (EC_KEY, "ES256", "two")])
async def test_published_keys_check_tokens(tmp_path: Path, key: Any, algorithm: str, kid: str) -> None:
    verifier = Verifier(keys=KeySet(publish(tmp_path / "jwks", rsa_jwk(RSA_KEY, "one"), ec_jwk("two"))))
    assert (await verifier.identify(signed(key, algorithm, kid))).actor.id == "ann"
    assert (await verifier.identify(signed(key, algorithm))).actor.id == "ann"  # one key fits: no id is needed


async def test_a_key_checks_only_its_own_algorithm(tmp_path: Path) -> None:
    verifier = Verifier(keys=KeySet(publish(tmp_path / "jwks", rsa_jwk(RSA_KEY, "one"), ec_jwk("two"))))
    assert "unknown key" in await refusal(verifier, signed(EC_KEY, "ES256", "one"))
    assert "not accepted" in await refusal(verifier, signed(RSA_KEY, "PS256", "one"))


@pytest.mark.parametrize(
    "changes",
    [{"use": "enc"}, {"alg": "RS512"}, {"n": "!"}, {"key_ops": ["encrypt"]}, {"key_ops": []}, {"n": 5}, {"e": []}],
)
async def test_keys_for_other_purposes_are_skipped(tmp_path: Path, changes: dict[str, Any]) -> None:
    keys = KeySet(publish(tmp_path / "jwks", rsa_jwk(RSA_KEY, "one", **changes)))
    assert "unknown key" in await refusal(Verifier(keys=keys), signed(RSA_KEY, "RS256", "one"))


async def test_a_key_of_a_wrong_shape_does_not_hide_the_others(tmp_path: Path) -> None:
    wrong: list[dict[str, Any]] = [
        {"kty": "RSA", "n": 5, "e": [], "kid": "odd"},
        {"kty": ["RSA"]},
        {"kty": "EC", "crv": {}, "x": 1, "y": 2},
    ]
    keys = KeySet(publish(tmp_path / "jwks", *wrong, rsa_jwk(RSA_KEY, "one", key_ops=["verify"])))
    assert (await Verifier(keys=keys).identify(signed(RSA_KEY, "RS256", "one"))).actor.id == "ann"


@pytest.mark.parametrize(("bits", "used"), [(1024, False), (2047, False), (2048, True)])
async def test_a_short_rsa_key_is_not_used(tmp_path: Path, bits: int, used: bool) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    token = signed(OTHER_RSA_KEY, "RS256", "short").rpartition(".")[0]
    signature = encoded(key.sign(token.encode(), PKCS1v15(), SHA256()))
    verifier = Verifier(keys=KeySet(publish(tmp_path / "jwks", rsa_jwk(key, "short"))))
    if used:
        assert (await verifier.identify(f"{token}.{signature}")).actor.id == "ann"
    else:
        assert "unknown key" in await refusal(verifier, f"{token}.{signature}")


async def test_without_a_key_id_two_matching_keys_are_ambiguous(tmp_path: Path) -> None:
    keys = KeySet(publish(tmp_path / "jwks", rsa_jwk(RSA_KEY, "one"), rsa_jwk(OTHER_RSA_KEY, "new")))
    assert "unknown key" in await refusal(Verifier(keys=keys), signed(RSA_KEY, "RS256"))


async def test_issuer_and_audience_are_checked_when_set() -> None:
    verifier = Verifier(secret=SECRET, issuer="shop", audience="retour")
    assert (await verifier.identify(signed(iss="shop", aud=["x", "retour"]))).actor.id == "ann"
    assert await refusal(verifier, signed(iss="other", aud="retour")) == "The token is from another issuer."
    assert await refusal(verifier, signed(iss="shop", aud="x")) == "The token is for another audience."
    assert await refusal(verifier, signed(aud="retour")) == "The token has no `iss`."
    assert await refusal(verifier, signed(iss="shop")) == "The token has no `aud`."


async def test_a_rotated_key_is_found_and_attempts_are_spaced(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "jwks"
    verifier = Verifier(keys=KeySet(publish(path, rsa_jwk(RSA_KEY, "one")), clock=clock))
    await verifier.identify(signed(RSA_KEY, "RS256", "one"))
    publish(path, rsa_jwk(RSA_KEY, "one"), rsa_jwk(OTHER_RSA_KEY, "new"))
    assert "unknown key" in await refusal(verifier, signed(OTHER_RSA_KEY, "RS256", "new"))
    clock.now += PAUSE
    assert (await verifier.identify(signed(OTHER_RSA_KEY, "RS256", "new"))).actor.id == "ann"


async def test_a_revoked_key_is_no_longer_accepted(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "jwks"
    keys = KeySet(publish(path, rsa_jwk(RSA_KEY, "one")), clock=clock)
    assert await keys.find("one", "RS256")
    publish(path, rsa_jwk(OTHER_RSA_KEY, "new"))
    clock.now += LIFETIME
    assert await keys.find("one", "RS256") is None


async def test_the_last_keys_are_used_while_their_source_is_unavailable(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "jwks"
    keys = KeySet(publish(path, rsa_jwk(RSA_KEY, "one")), clock=clock)
    assert await keys.find("one", "RS256")
    path.write_text("<html>")
    clock.now += LIFETIME
    assert await keys.find("one", "RS256")
    clock.now += KEEP
    with pytest.raises(KeysUnavailable):
        await keys.find("one", "RS256")


async def test_keys_are_fetched_from_a_url_once(tmp_path: Path) -> None:
    publish(tmp_path / "jwks", rsa_jwk(RSA_KEY, "one"))
    asked: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            asked.append(self.path)

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(tmp_path))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        keys = KeySet(f"http://127.0.0.1:{server.server_port}/jwks")
        found = await asyncio.gather(*(keys.find("one", "RS256") for _ in range(5)))
        server.shutdown()
    assert all(found)
    assert asked == ["/jwks"]


async def test_unreadable_keys_are_reported_as_unavailable(tmp_path: Path) -> None:
    verifier = Verifier(keys=KeySet(str(tmp_path / "missing")))
    with pytest.raises(KeysUnavailable) as caught:
        await verifier.identify(signed(RSA_KEY, "RS256", "one"))
    assert (caught.value.code, caught.value.http_status) == ("UNAVAILABLE", 503)


async def test_a_remembered_token_still_expires(verifier: Verifier, monkeypatch: pytest.MonkeyPatch) -> None:
    later = int(time.time()) + REMEMBERED_FOR / 2
    token = signed(exp=later - LEEWAY)
    await verifier.identify(token)
    monkeypatch.setattr("app.auth.tokens.time.time", lambda: later)
    monkeypatch.setattr(Verifier, "_claims", refuse_again)
    assert await refusal(verifier, token) == "checked again"


async def refuse_again(_verifier: Verifier, _token: str) -> dict[str, Any]:
    raise Unauthenticated("checked again")


@pytest.mark.parametrize("text", ["Bearer abc", "bearer  abc ", "BEARER abc"])
def test_a_bearer_token_is_read_in_any_case(text: str) -> None:
    assert bearer(text) == "abc"


@pytest.mark.parametrize("text", [None, "", "abc", "Basic abc", "Bearer", "Bearer ", 7, {"a": "b"}])
def test_other_authorizations_are_refused(text: object) -> None:
    with pytest.raises(Unauthenticated):
        bearer(text)


def test_the_development_secret_is_created_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(development_secret, [tmp_path / "home"] * 8))
    assert len(made) == 1
    assert len(made.pop()) >= 32
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["secret"]
    assert stat.S_IMODE((tmp_path / "home" / "secret").stat().st_mode) == 0o600
