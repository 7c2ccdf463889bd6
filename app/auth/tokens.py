"""Authentication: a bearer token becomes an actor. Also mints tokens and makes the development secret."""

import contextlib
import os
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import jwt

from app.auth.jwks import ALGORITHMS, KeySet
from domain.facts import Actor
from domain.identifiers import identifier, unseen_character
from domain.words import Role
from engine import Unauthenticated

LEEWAY = 60  # seconds by which the clocks of issuer and server may differ
LONGEST_TOKEN = 8192
LONGEST_ID = 200
REMEMBERED = 4096  # tokens
REMEMBERED_FOR = 60.0  # seconds
CALLERS = (Role.CUSTOMER, Role.SELLER, Role.OWNER)  # SYSTEM is Retour itself and has no token
GUEST = "guest"
"""The role in a guest's token, and the id of the key that signs it: that key is good for no other role."""
REQUIRED = ["exp", "sub", "role"]
LATEST = 253_402_300_800  # the unix second at which the year 10000 begins
MOMENTS = ("exp", "nbf", "iat")


@dataclass(frozen=True, slots=True)
class Identity:
    """An actor, and the unix seconds at which its token expires and was issued: 0 if it does not say.

    `only` are the root fields that the token allows, None for all: a token for a system can be restricted.
    """

    actor: Actor
    expires_at: float
    only: frozenset[str] | None = None
    issued_at: float = 0.0


class Verifier:
    """Verifies tokens. The algorithm decides here which key is used, never the token alone:

    HS256 only with `secret`, or for a guest with `guest_secret`; RS256 and ES256 only with a public key of that type
    from `keys`; no other algorithm.
    """

    def __init__(
        self,
        *,
        secret: str | None = None,
        keys: KeySet | None = None,
        issuer: str | None = None,
        audience: str | None = None,
        guest_secret: str | None = None,
    ) -> None:
        self._secret = secret
        self._guest_secret = guest_secret
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._known: dict[str, tuple[Identity, float]] = {}

    async def identify(self, token: str) -> Identity:
        """The identity that a token proves. Raises Unauthenticated with a sentence for the caller."""
        now = time.time()
        known = self._known.get(token)
        if known is not None and now < known[1]:
            return known[0]
        claims, of_guest = await self._claims(token)
        identity = _guest(claims) if of_guest else _identity(claims)
        if len(self._known) >= REMEMBERED:
            self._known.clear()
        self._known[token] = (identity, min(identity.expires_at, now + REMEMBERED_FOR))
        return identity

    async def _claims(self, token: str) -> tuple[dict[str, Any], bool]:
        """What a token says, and whether the key of guests has signed it."""
        if len(token) > LONGEST_TOKEN:
            raise Unauthenticated("The token is too long.")
        try:
            header = jwt.get_unverified_header(token)
            algorithm, kid = str(header.get("alg")), header.get("kid")
            of_guest = algorithm == "HS256" and kid == GUEST
            claims = jwt.decode(
                token,
                self._guest_key() if of_guest else await self._key(algorithm, kid),
                algorithms=[algorithm],
                issuer=self._issuer,
                audience=self._audience,
                leeway=LEEWAY,
                options={"require": REQUIRED, "verify_aud": self._audience is not None},
            )
        except jwt.PyJWTError as fault:
            raise Unauthenticated(_sentence(fault)) from fault
        except (ValueError, OverflowError) as fault:  # text that is not UTF-8, times out of range
            raise Unauthenticated("The token is malformed.") from fault
        if not all(_is_moment(claims[name]) for name in MOMENTS if name in claims):
            raise Unauthenticated("The token is malformed.")
        return claims, of_guest

    def _guest_key(self) -> str:
        if self._guest_secret is None:
            raise Unauthenticated("Guests' tokens are not accepted here.")
        return self._guest_secret

    async def _key(self, algorithm: str, kid: str | None) -> Any:
        if algorithm == "HS256" and self._secret is not None:
            return self._secret
        if algorithm in ALGORITHMS and self._keys is not None:
            key = await self._keys.find(kid, algorithm)
            if key is None:
                raise Unauthenticated("The token is signed with an unknown key.")
            return key
        raise Unauthenticated("The token's signature algorithm is not accepted.")


def authorization_of(headers: Mapping[str, str], payload: Mapping[str, Any] | None) -> object:
    """What says who the caller is: from the payload of connection_init, else from the header; None without either.

    Names know no case, and the payload may have its headers in an object of their own, as some clients send them.
    Raises Unauthenticated rather than take for anonymous who sends a token in a way that is not read here.
    """
    if payload is None:
        return headers.get("authorization")
    given: list[object] = []
    for place in payload, _nested(payload):
        for name, value in place.items():
            plain = name.strip().lower()
            if plain == "authorization":
                given.append(value)
            elif value is not None and plain.replace("-", "").replace("_", "") in _TOKENS_ELSEWHERE:
                raise Unauthenticated(f"{name} is not read here: send authorization: Bearer <token>.")
    given = [value for value in given if value is not None]
    if any(value != given[0] for value in given):
        raise Unauthenticated("The payload has several authorizations that differ.")
    if given:
        return given[0]
    for name, value in payload.items():
        if _holds_token(value):
            raise Unauthenticated(f"{name} is not read here: send authorization: Bearer <token>.")
    return headers.get("authorization")


_TOKEN = re.compile(r"\s*(bearer\s+\S+|eyJ[\w-]+\.[\w-]+\.[\w-]*)\s*", re.ASCII | re.IGNORECASE)
"""What looks like a token: by its scheme, or as the three parts of a JWT."""


def _holds_token(value: object) -> bool:
    """Whether something that looks like a token stands anywhere in a value of the payload."""
    if isinstance(value, str):
        return _TOKEN.fullmatch(value) is not None
    if isinstance(value, dict):
        return any(map(_holds_token, value.values()))
    return isinstance(value, list) and any(map(_holds_token, value))


_TOKENS_ELSEWHERE = frozenset(
    (
        *("accesstoken", "auth", "authtoken", "bearer", "bearertoken", "idtoken"),
        *("jwt", "jwttoken", "token", "xaccesstoken", "xauthtoken"),
    )
)
"""Names under which other services take tokens, in small letters without hyphens."""


def _nested(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    for name, value in payload.items():
        if name.strip().lower() == "headers" and isinstance(value, dict):
            return value
    return {}


def bearer(authorization: object) -> str:
    """The token in an `authorization` header or connection payload. Raises Unauthenticated."""
    if authorization is None:
        raise Unauthenticated("A token is required: send the header authorization: Bearer <token>.")
    if isinstance(authorization, str):
        scheme, _, token = authorization.strip().partition(" ")
        if scheme.lower() == "bearer" and token.strip():
            return token.strip()
    raise Unauthenticated("The authorization must have the form: Bearer <token>.")


def mint(
    secret: str,
    actor: Actor,
    *,
    ttl: float,
    issuer: str | None = None,
    audience: str | None = None,
    only: Sequence[str] = (),
) -> str:
    """An HS256 token for an actor, valid for `ttl` seconds, and if `only` is given, for those root fields alone.

    A guest's is signed with the key of guests.
    """
    now = time.time()
    claims = {
        "sub": actor.id,
        "role": GUEST if actor.order_id else actor.role.value,
        "seller": actor.seller_id,
        "order": actor.order_id,
        "iat": round(now, 3),  # a token that is issued right after others were revoked is accepted
        "exp": int(now + ttl),
        "iss": issuer,
        "aud": audience,
        "only": list(only) or None,
        "actions": None if actor.actions is None else sorted(actor.actions),
    }
    given = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(given, secret, "HS256", headers={"kid": GUEST} if actor.order_id else None)


def development_secret(home: Path) -> str:
    """The secret in `home`, created by the first call; concurrent calls get the same one."""
    path = home / "secret"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=home, prefix="secret.") as fresh:  # readable by its owner only
            fresh.write(secrets.token_urlsafe(32))
            fresh.flush()
            with contextlib.suppress(FileExistsError):
                os.link(fresh.name, path)  # atomic, and never replaces an existing secret
    return path.read_text()


def _guest(claims: Mapping[str, Any]) -> Identity:
    if claims["role"] != GUEST:
        raise Unauthenticated("The key of guests' tokens is good for guests only.")
    guest = Actor(Role.CUSTOMER, _text(claims, "sub"), order_id=_text(claims, "order"))
    return Identity(guest, float(claims["exp"]) + LEEWAY, _names(claims, "only", "root fields"))


def _identity(claims: Mapping[str, Any]) -> Identity:
    named = claims["role"]
    folded = named.upper() if isinstance(named, str) and named.isascii() else None  # "ſ" is an "S" in upper case, too
    role = next((role for role in CALLERS if role.value == folded), None)
    if role is None:
        raise Unauthenticated("The token's role must be customer, seller or owner.")
    seller = _text(claims, "seller") if role is Role.SELLER else None
    actor = Actor(role, _text(claims, "sub"), seller, actions=_names(claims, "actions", "actions"))
    only = _names(claims, "only", "root fields")
    return Identity(actor, float(claims["exp"]) + LEEWAY, only, float(claims.get("iat", 0)))


def _is_moment(value: Any) -> bool:
    """Whether a claim is a number of seconds as RFC 7519 has it: PyJWT takes texts and integers of any length, too."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LATEST


def _names(claims: Mapping[str, Any], claim: str, kind: str) -> frozenset[str] | None:
    """What a token allows, None for all. A malformed claim makes the token invalid, never unrestricted.

    A name that this version does not know allows nothing, so a token may name what only the next version can do.
    """
    if claim not in claims:
        return None
    names = claims[claim]
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise Unauthenticated(f"The token's `{claim}` must be a list of {kind}.")
    return frozenset(names)


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Unauthenticated(f"The token's `{name}` must be a non-empty string.")
    spelled = identifier(value)
    if len(value) > LONGEST_ID or not value.isprintable() or unseen_character(spelled):
        raise Unauthenticated(f"The token's `{name}` must have at most {LONGEST_ID} characters, all printable.")
    return spelled


def _sentence(fault: jwt.PyJWTError) -> str:
    match fault:
        case jwt.ExpiredSignatureError():
            return "The token has expired."
        case jwt.ImmatureSignatureError():
            return "The token is not valid yet."
        case jwt.InvalidSignatureError():
            return "The token's signature is invalid."
        case jwt.InvalidIssuerError():
            return "The token is from another issuer."
        case jwt.InvalidAudienceError():
            return "The token is for another audience."
        case jwt.MissingRequiredClaimError():
            return f"The token has no `{fault.claim}`."
    return "The token is malformed."
