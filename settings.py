"""Every setting: its environment variable, type, default and meaning. Nothing else reads the environment."""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

Environment = Literal["development", "production"]
SHORTEST_SECRET = 32  # bytes; RFC 7518 asks as much of an HS256 key


class OperatorError(Exception):
    """What only the operator can mend, such as a wrong setting; the text is for them and names no secret."""


class SettingsError(OperatorError):
    """Settings that cannot be used, one sentence a line."""


def _setting(variable: str, default: Any, meaning: str, *, secret: bool = False) -> Any:
    return field(default=default, repr=not secret, metadata={"variable": variable, "meaning": meaning})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the process was told. Read it with `Settings.read(os.environ)`."""

    environment: Environment = _setting(
        "RETOUR_ENV", "development", "development or production; production refuses to start unsafely."
    )
    host: str = _setting("HOST", "127.0.0.1", "Address to listen on.")
    port: int = _setting("PORT", 8000, "Port to listen on.")
    home: Path = _setting(
        "RETOUR_HOME", Path(__file__).with_name(".retour"), "Where the embedded database and the secret live."
    )
    database_url: str | None = _setting(
        "DATABASE_URL", None, "A PostgreSQL ≥ 15 to use instead of the embedded one.", secret=True
    )
    pool_size: int = _setting("POOL_SIZE", 10, "Most connections to the database of one process.")
    secret: str | None = _setting(
        "SECRET", None, "Key of HS256 tokens, 32 bytes or more; development makes one.", secret=True
    )
    jwks: str | None = _setting("JWKS", None, "URL or file with the public keys of RS256 and ES256 tokens.")
    jwt_issuer: str | None = _setting("JWT_ISSUER", None, "The `iss` that tokens must carry, if set.")
    jwt_audience: str | None = _setting("JWT_AUDIENCE", None, "The `aud` that tokens must name, if set.")
    cors_origins: tuple[str, ...] = _setting(
        "CORS_ORIGINS", (), "Web origins that may call from a browser, with commas between them."
    )
    graphiql: bool = _setting("GRAPHIQL", True, "Whether GraphiQL is served; in production only if set.")
    demo: bool = _setting(
        "DEMO",
        True,
        "Whether an empty embedded database gets the demo, and the console every seat at a click; never in production.",
    )
    oidc_authority: str | None = _setting(
        "OIDC_AUTHORITY", None, "Issuer that the console signs people in with; JWKS must hold its keys."
    )
    oidc_client_id: str | None = _setting("OIDC_CLIENT_ID", None, "The console's client id at that issuer.")
    worker: bool = _setting("WORKER", True, "Whether this process also works off what is due.")
    auto_confirm_after: float = _setting(
        "AUTO_CONFIRM_AFTER", 2.0, "Seconds from an applied cancellation to its automatic confirmation."
    )
    refund_lease: float = _setting(
        "REFUND_LEASE", 60.0, "Seconds for one call to a gateway; after them another worker looks what became of it."
    )
    bell_url: str | None = _setting(
        "BELL_URL",
        None,
        "nats://… wakes the other machines; PostgreSQL's NOTIFY does when unset.",
        secret=True,
    )
    stripe_api_key: str | None = _setting(
        "STRIPE_API_KEY", None, "Refunds through Stripe; unset, they go to the ledger.", secret=True
    )
    stripe_api_base: str | None = _setting("STRIPE_API_BASE", None, "Another address of Stripe's API.")
    stripe_webhook_secret: str | None = _setting(
        "STRIPE_WEBHOOK_SECRET", None, "Checks what Stripe reports back.", secret=True
    )

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Settings":
        """The settings in these variables; an empty variable counts as unset. Raises SettingsError."""
        values: dict[str, Any] = {}
        faults: list[str] = []
        for one in fields(cls):
            text = environ.get(variable_of(one), "").strip()
            if text:
                try:
                    values[one.name] = _parse(text, one.type)
                except ValueError as fault:
                    faults.append(f"{variable_of(one)} {fault}")
        for name in ("graphiql", "demo"):
            values.setdefault(name, values.get("environment") != "production")
        settings = cls(**values)
        faults += settings._faults()
        if faults:
            raise SettingsError("\n".join(faults))
        return settings

    @property
    def production(self) -> bool:
        return self.environment == "production"

    def _faults(self) -> list[str]:
        faults: list[str] = []
        if not 0 <= self.port <= 65535:
            faults.append("PORT must lie between 0 and 65535.")
        if self.pool_size < 2:
            faults.append("POOL_SIZE must be at least 2.")
        if self.auto_confirm_after < 0:
            faults.append("AUTO_CONFIRM_AFTER must not be negative.")
        if self.refund_lease < 1:
            faults.append("REFUND_LEASE must be at least 1.")
        if self.secret is not None and len(self.secret.encode()) < SHORTEST_SECRET:
            faults.append(f"SECRET must be at least {SHORTEST_SECRET} bytes long.")
        if self.production and self.secret is None and self.jwks is None:
            faults.append("RETOUR_ENV=production needs SECRET or JWKS: it makes no secret of its own.")
        if self.production and self.demo:
            faults.append("DEMO hands a token to whoever asks: it cannot be on in production.")
        if (self.oidc_authority is None) is not (self.oidc_client_id is None):
            faults.append("OIDC_AUTHORITY and OIDC_CLIENT_ID go together.")
        return faults


def variable_of(one: "Field[Any]") -> str:
    """The environment variable of a field of Settings."""
    return str(one.metadata["variable"])


def described() -> list[tuple[str, str, str]]:
    """Variable, default and meaning of every setting, for help texts and the docs."""
    return [(variable_of(one), _shown(one.default), one.metadata["meaning"]) for one in fields(Settings)]


def table() -> str:
    """All settings as a page for people; `docs/settings.md` is printed from it."""
    rows = (
        f"| `{variable}` | {f'`{default}`' if default else ''} | {meaning} |"
        for variable, default, meaning in described()
    )
    return "\n".join(
        [
            "# Settings\n",
            "Every setting is an environment variable; an empty one counts as unset. Printed from `settings.py` by",
            "`python server.py docs`; `python server.py serve --help` shows the same.\n",
            "| variable | default | meaning |",
            "| --- | --- | --- |",
            *rows,
            "",
        ]
    )


def _shown(default: object) -> str:
    if default is None or default == ():
        return ""
    if isinstance(default, Path):
        return default.name
    return ("off", "on")[default] if isinstance(default, bool) else str(default)


def _parse(text: str, kind: object) -> Any:
    if kind is bool:
        return _switch(text)
    if kind is int or kind is float:
        return _number(text, kind)
    if kind is Path:
        return Path(text).expanduser()
    if kind == tuple[str, ...]:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if kind is Environment and text not in ("development", "production"):
        raise ValueError("must be development or production.")
    return text


def _switch(text: str) -> bool:
    if text.lower() in ("1", "on", "true", "yes"):
        return True
    if text.lower() in ("0", "off", "false", "no"):
        return False
    raise ValueError("must be on or off.")


def _number(text: str, kind: type[int] | type[float]) -> int | float:
    try:
        number = kind(text)
    except ValueError:
        raise ValueError("must be a whole number." if kind is int else "must be a number.") from None
    if not abs(number) < 1e9:  # also true of nan
        raise ValueError("is out of range.")
    return number
