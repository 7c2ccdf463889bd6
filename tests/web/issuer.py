"""A fake identity provider: authorization code with PKCE, renewed tokens, keys by JWKS."""

import asyncio
import base64
import hashlib
import secrets
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import jwt
import orjson
import uvicorn
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

CLIENT, AUDIENCE = "console", "retour"
PAGE = '<title>Issuer</title><h1>Who are you?</h1><a href="{yes}">Ada Brandt</a> <a href="{no}">I will not say</a>'
SHORT = 62  # seconds; the console renews a token one minute before it expires


@dataclass
class Issuer:
    """An identity provider with one person.

    `grants` lists the grant types, `refused` counts refresh tokens that were used before, `renewed` is set after a
    renewal, whose token holds for `expires_in` seconds.
    """

    address: str = ""
    grants: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    refused: int = 0
    expires_in: int = SHORT
    renewed: asyncio.Event = field(default_factory=asyncio.Event)
    _key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)
    _refresh: set[str] = field(default_factory=set)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.configuration),
                Route("/keys", self.keys),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
            ],
            middleware=[Middleware(CORSMiddleware, allow_origins=["*"], allow_headers=["*"])],
        )

    async def configuration(self, _request: Request) -> Response:
        ends = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return JSONResponse({"issuer": self.address, **{name: f"{self.address}/{end}" for name, end in ends.items()}})

    async def keys(self, _request: Request) -> Response:
        key = ECAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return JSONResponse({"keys": [{**key, "kid": "1", "alg": "ES256", "use": "sig"}]})

    async def authorize(self, request: Request) -> Response:
        """The sign-in page, for a client that uses PKCE only."""
        params = dict(request.query_params)
        flow = params["client_id"], params["response_type"], params["code_challenge_method"]
        if flow != (CLIENT, "code", "S256"):
            return Response(status_code=400)
        code = secrets.token_urlsafe()
        self._codes[code] = params
        back, state = params["redirect_uri"], {"state": params["state"]}
        no = {"error": "access_denied", "error_description": "Nobody has signed in.", **state}
        links = {"yes": f"{back}?{urlencode({'code': code, **state})}", "no": f"{back}?{urlencode(no)}"}
        return HTMLResponse(PAGE.format(**links))

    async def token(self, request: Request) -> Response:
        """A token for a code, once and only for the client that requested it, or for the latest refresh token."""
        form = dict(parse_qsl((await request.body()).decode()))
        self.grants.append(form["grant_type"])
        if form["grant_type"] == "refresh_token":
            if form["refresh_token"] not in self._refresh:
                self.refused += 1
                return JSONResponse({"error": "invalid_grant"}, 400)
            self._refresh.clear()
            return self._answer(renewal=True)
        params = self._codes.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if params is None or params["code_challenge"] != base64.urlsafe_b64encode(digest).rstrip(b"=").decode():
            return JSONResponse({"error": "invalid_grant"}, 400)
        return self._answer(nonce=params.get("nonce"))

    def _answer(self, *, nonce: str | None = None, renewal: bool = False) -> Response:
        refresh = secrets.token_urlsafe()
        self._refresh.add(refresh)
        self.tokens.append(self.signed(aud=AUDIENCE, role="customer", jti=refresh))
        if renewal:
            self.renewed.set()
        body = {
            "access_token": self.tokens[-1],
            "id_token": self.signed(aud=CLIENT, **({"nonce": nonce} if nonce else {})),
            "refresh_token": refresh,
            "token_type": "Bearer",
            "expires_in": self.expires_in if renewal else SHORT,
            "scope": "openid profile offline_access",
        }
        return Response(orjson.dumps(body), media_type="application/json")

    def signed(self, **claims: Any) -> str:
        """A signed token about the person, with additional claims."""
        now = int(time.time())
        claims = {"iss": self.address, "sub": "ada", "iat": now, "exp": now + 3600, **claims}
        return jwt.encode(claims, self._key, "ES256", headers={"kid": "1"})


@asynccontextmanager
async def issuing() -> AsyncIterator[Issuer]:
    """Serve the issuer at its own address."""
    issuer = Issuer()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        issuer.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(issuer.app(), log_level="warning", lifespan="off"))
        running = asyncio.create_task(server.serve([listener]))
        yield issuer
        server.should_exit = True
        await running
