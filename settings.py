"""Every setting: its environment variable, type, default and meaning. Nothing else reads the environment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import Field, dataclass, field, fields
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal, get_args, get_origin
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Environment = Literal["development", "production"]
LogLevel = Literal["debug", "info", "warning"]
ExecutorKind = Literal["compiled", "stock"]
CarrierKind = Literal["off", "slip", "easypost"]
LogFormat = Literal["text", "json"]
DEADLINE_STEPS = ("cancel.owner", "cancel.seller", "return.seller")
AT_DEADLINE = ("remind", "escalate", "approve", "reject", "expire")
SHORTEST_SECRET = 32  # bytes; RFC 7518 asks as much of an HS256 key


class OperatorError(Exception):
    """A fault that only the operator can mend, such as a wrong setting; its text names no secret."""


class SettingsError(OperatorError):
    """Settings that cannot be used, one sentence a line."""


def _setting(variable: str, default: Any, meaning: str, *, secret: bool = False, least: float | None = None) -> Any:
    metadata = {"variable": variable, "meaning": meaning, "least": least}
    return field(default=default, repr=not secret, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one process. Read them with `Settings.read(os.environ)`."""

    environment: Environment = _setting(
        "RETOUR_ENV", "development", "development or production; production refuses to start with unsafe settings."
    )
    host: str = _setting("HOST", "127.0.0.1", "Address to listen on.")
    port: int = _setting("PORT", 8000, "Port to listen on.")
    home: Path = _setting(
        "RETOUR_HOME",
        Path(__file__).with_name(".retour"),
        "Directory of the embedded database and the secret.",
    )
    database_url: str | None = _setting(
        "DATABASE_URL",
        None,
        "Address of a PostgreSQL ≥ 15 to use instead of the embedded one; it may name several hosts.",
        secret=True,
    )
    pool_size: int = _setting("POOL_SIZE", 10, "Maximum of database connections of one process.", least=2)
    batching: bool = _setting("BATCHING", True, "For incidents: off gives every statement a round trip of its own.")
    secret: str | None = _setting(
        "SECRET", None, "Key of HS256 tokens, at least 32 bytes; development makes its own.", secret=True
    )
    guest_secret: str | None = _setting(
        "GUEST_SECRET",
        None,
        "Key of guests' tokens and of the links in their mails, at least 32 bytes; if unset, SECRET is used.",
        secret=True,
    )
    jwks: str | None = _setting("JWKS", None, "URL or file with the public keys of RS256 and ES256 tokens.")
    jwt_issuer: str | None = _setting("JWT_ISSUER", None, "If set, the `iss` that tokens must carry.")
    jwt_audience: str | None = _setting("JWT_AUDIENCE", None, "If set, the `aud` that tokens must name.")
    issued_token_days: int = _setting(
        "ISSUED_TOKEN_DAYS",
        30,
        "The most days that a token lasts which the owner issues in the console, if SECRET signs tokens; 0 issues "
        "none, as production does unless it is set.",
        least=0,
    )
    cors_origins: tuple[str, ...] = _setting(
        "CORS_ORIGINS", (), "Web origins that may call from a browser, separated by commas."
    )
    trusted_proxies: tuple[str, ...] = _setting(
        "TRUSTED_PROXIES",
        ("127.0.0.1",),
        "Addresses and networks of proxies whose X-Forwarded-For is trusted.",
    )
    graphiql: bool = _setting("GRAPHIQL", True, "Serves GraphiQL; in production only if set to on.")
    demo: bool = _setting(
        "DEMO",
        True,
        "Fills an empty embedded database with the demo, prints tokens, and lets this machine's console sign in as "
        "anybody. Off, unless set, with a DATABASE_URL or a HOST that is not loopback; not in production.",
    )
    oidc_authority: str | None = _setting(
        "OIDC_AUTHORITY", None, "Identity provider that the console signs users in with; JWKS must hold its keys."
    )
    oidc_client_id: str | None = _setting("OIDC_CLIENT_ID", None, "The console's client id at that identity provider.")
    workers: int = _setting(
        "WORKERS",
        1,
        "Server processes that share the port; if there are two or more, SIGHUP replaces them one by one.",
        least=1,
    )
    worker: bool = _setting("WORKER", True, "Runs the worker inside the server process.")
    auto_confirm_after: float = _setting(
        "AUTO_CONFIRM_AFTER", 2.0, "Seconds from an applied cancellation to its automatic confirmation.", least=0
    )
    at_deadline: tuple[str, ...] = _setting(
        "AT_DEADLINE",
        (),
        "What happens to a request that nobody has decided by its deadline, for each step at which it may wait: "
        "cancel.owner, cancel.seller or return.seller, then = and remind, escalate, approve, reject or expire, such as "
        "return.seller=remind,cancel.owner=approve. A step that is not named escalates: the owner is asked.",
    )
    market_zone: str = _setting(
        "MARKET_ZONE",
        "UTC",
        "Time zone, such as Europe/Berlin, in whose days return windows are counted: each ends with its last day.",
    )
    assumed_delivery_days: int = _setting(
        "ASSUMED_DELIVERY_DAYS",
        45,
        "Days after shipping after which a package counts as delivered if nobody has reported it; 0 means never.",
        least=0,
    )
    revert_minutes: int = _setting(
        "REVERT_MINUTES",
        60,
        "Minutes in which a seller or the owner can take back the last change of a package's status; 0 means never.",
        least=0,
    )
    max_withdrawals: int = _setting(
        "MAX_WITHDRAWALS",
        10,
        "Times a day that a customer may withdraw requests for one item and still ask for it again; 0 means no limit.",
        least=0,
    )
    refund_lease: float = _setting(
        "REFUND_LEASE",
        60.0,
        "Seconds for one call to a gateway; after that, another worker looks up its result.",
        least=1,
    )
    notifier_url: str | None = _setting(
        "NOTIFIER_URL",
        None,
        "nats://… address that processes wake each other through; if unset, they use PostgreSQL's NOTIFY.",
        secret=True,
    )
    stripe_api_key: str | None = _setting(
        "STRIPE_API_KEY",
        None,
        "Stripe's key; if set, its payments are refunded through it.",
        secret=True,
    )
    stripe_api_base: str | None = _setting("STRIPE_API_BASE", None, "Address to use instead of Stripe's API.")
    stripe_webhook_secret: str | None = _setting(
        "STRIPE_WEBHOOK_SECRET",
        None,
        "Secret of Stripe's webhooks; if set, they are accepted.",
        secret=True,
    )
    carrier: CarrierKind = _setting(
        "CARRIER",
        "off",
        "Where labels of returns by mail come from: slip draws a slip whose postage the customer pays, easypost buys "
        "labels, off has none. With DEMO it is slip, unless set.",
    )
    label_grams: int = _setting(
        "LABEL_GRAMS", 1000, "Grams that a package of a return is taken to weigh when a label is bought.", least=1
    )
    easypost_api_key: str | None = _setting("EASYPOST_API_KEY", None, "EasyPost's key.", secret=True)
    easypost_webhook_secret: str | None = _setting(
        "EASYPOST_WEBHOOK_SECRET", None, "Secret of EasyPost's webhooks; if set, they are accepted.", secret=True
    )
    easypost_api_base: str | None = _setting("EASYPOST_API_BASE", None, "Address to use instead of EasyPost's API.")
    smtp_url: str | None = _setting(
        "SMTP_URL",
        None,
        "Mail server that messages are sent by, smtp://user:password@host:587 or smtps://host for TLS from the start, "
        "or folder for files in RETOUR_HOME/mail; off, or if unset, no messages are made. The demo uses folder.",
        secret=True,
    )
    mail_sender: str | None = _setting(
        "MAIL_SENDER", None, "Sender of all messages, such as Lumen Market <returns@lumen.example>."
    )
    mail_owner: tuple[str, ...] = _setting(
        "MAIL_OWNER", (), "Addresses that messages for the owner go to, separated by commas."
    )
    mail_bounces: str | None = _setting(
        "MAIL_BOUNCES",
        None,
        "Address that mail comes back to if it cannot be delivered, such as bounces@lumen.example; each message has "
        "its own, bounces+…@lumen.example.",
    )
    mail_bounces_secret: str | None = _setting(
        "MAIL_BOUNCES_SECRET",
        None,
        "Secret of what comes back, at least 32 bytes; with it, POST /webhooks/mail takes it.",
        secret=True,
    )
    mail_locale: str = _setting(
        "MAIL_LOCALE", "en", "Language of messages to people whose own is not known, such as de."
    )
    digest_hour: int = _setting(
        "DIGEST_HOUR", 7, "Hour of the day in MARKET_ZONE from which on sellers get their digest.", least=0
    )
    public_url: str | None = _setting(
        "PUBLIC_URL",
        None,
        "Address under which browsers reach the console, such as https://returns.lumen.example: links in mails lead "
        "there. With it and mail, optional messages can be stopped by a link, and customers find an order without an "
        "account; the demo uses http://localhost:PORT.",
    )
    order_links_per_hour: int = _setting(
        "ORDER_LINKS_PER_HOUR",
        30,
        "Links to orders that one caller without a token, that is one network address, may request in an hour.",
        least=1,
    )
    sellers_see_customers: bool = _setting(
        "SELLERS_SEE_CUSTOMERS",
        False,
        "Shows sellers the email address, phone and token subject of their orders' customers, not only the name.",
    )
    payment_providers: tuple[str, ...] = _setting(
        "PAYMENT_PROVIDERS",
        (),
        "Further providers that incoming payments may name beside ledger and stripe, separated by commas; the owner "
        "settles their refunds.",
    )
    keep_tax_years: int = _setting(
        "KEEP_TAX_YEARS",
        10,
        "Years after the end of the year of an order for which the recipient of its invoice is kept, sealed, after the "
        "person was erased; 0 keeps nothing.",
        least=0,
    )
    keep_claim_years: int = _setting(
        "KEEP_CLAIM_YEARS",
        3,
        "Years after the end of the year of a withdrawal for which its statement and receipt are kept, sealed, after "
        "the person was erased; 0 keeps nothing.",
        least=0,
    )
    retain_persons_days: int = _setting(
        "RETAIN_PERSONS_DAYS",
        0,
        "Days after a customer's last order after which Retour erases the person; 0 means never.",
        least=0,
    )
    retain_messages_days: int = _setting(
        "RETAIN_MESSAGES_DAYS",
        0,
        "Days, and at least seven, for which messages are kept that were sent or are not sent any more; 0 means for "
        "good.",
        least=0,
    )
    webhook_private: bool = _setting(
        "WEBHOOK_PRIVATE", False, "Allows webhooks to private addresses and over plain http."
    )
    log_level: LogLevel = _setting(
        "LOG_LEVEL", "info", "info logs every operation, warning only problems, debug everything."
    )
    log_format: LogFormat = _setting(
        "LOG_FORMAT", "text", "json writes one object a line, text is for people; production uses json if unset."
    )
    metrics_token: str | None = _setting(
        "METRICS_TOKEN",
        None,
        "Bearer token for /metrics; if unset, production does not serve /metrics.",
        secret=True,
    )
    traces: bool = _setting(
        "TRACES", False, "Sends OpenTelemetry traces as the OTEL_… variables say; needs requirements-traces.txt."
    )
    documents: Path | None = _setting(
        "DOCUMENTS", None, "File of persisted documents: Apollo's manifest, or a map of identifiers to texts."
    )
    documents_only: bool = _setting("DOCUMENTS_ONLY", False, "Serves the documents of DOCUMENTS and no others.")
    rate_limit: float = _setting(
        "RATE_LIMIT", 200.0, "Operations a second of one caller, in each process; 0 means no limit.", least=0
    )
    rate_burst: float = _setting(
        "RATE_BURST", 1000.0, "Operations that a caller may send at once after a pause.", least=1
    )
    max_body: int = _setting("MAX_BODY", 262_144, "Bytes of a request body or a WebSocket message.", least=1024)
    max_tokens: int = _setting("MAX_TOKENS", 2_000, "Tokens of a document.", least=100)
    max_depth: int = _setting("MAX_DEPTH", 15, "Levels of nested fields of a document.", least=1)
    max_aliases: int = _setting("MAX_ALIASES", 30, "Aliases of a document.", least=0)
    max_cost: int = _setting("MAX_COST", 20_000, "Cost of an operation: an object is 1, a leaf a tenth.", least=1)
    max_selects: int = _setting(
        "MAX_SELECTS", 200, "Fields of a document that have a selection of their own, in fragments too.", least=1
    )
    max_answer: int = _setting("MAX_ANSWER", 4_194_304, "Bytes of the answer to an operation.", least=1024)
    max_connections: int = _setting("MAX_CONNECTIONS", 20_000, "WebSocket connections of one process.", least=1)
    max_caller_connections: int = _setting(
        "MAX_CALLER_CONNECTIONS", 200, "WebSocket connections of one caller, in each process.", least=1
    )
    max_caller_subscriptions: int = _setting(
        "MAX_CALLER_SUBSCRIPTIONS", 1_000, "Subscriptions of one caller, in each process.", least=1
    )
    max_connection_operations: int = _setting(
        "MAX_CONNECTION_OPERATIONS", 100, "Simultaneous operations on one WebSocket, subscriptions included.", least=1
    )
    body_timeout: float = _setting("BODY_TIMEOUT", 10.0, "Seconds for a request body to arrive.", least=0.1)
    statement_timeout: float = _setting(
        "STATEMENT_TIMEOUT", 6.0, "Seconds for one SQL statement; after that, the database ends it.", least=0.1
    )
    operation_timeout: float = _setting(
        "OPERATION_TIMEOUT", 9.0, "Seconds for one operation with all its statements.", least=0.1
    )
    compression: bool = _setting(
        "COMPRESSION", True, "Gzips answers of 4 KB and more for clients that accept it; off if a proxy in front does."
    )
    executor: ExecutorKind = _setting(
        "EXECUTOR",
        "compiled",
        "For incidents: stock lets graphql-core execute by itself, without generated code; it takes more CPU.",
    )

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Settings":
        """The settings in these variables; an empty variable counts as unset. Raises SettingsError."""
        values: dict[str, Any] = {}
        problems: list[str] = []
        for setting in fields(cls):
            text = environ.get(variable_of(setting), "").strip()
            if text:
                try:
                    values[setting.name] = _parse(text, setting.type)
                except ValueError as fault:
                    problems.append(f"{variable_of(setting)} {fault}")
        values.setdefault("graphiql", values.get("environment") != "production")
        values.setdefault("issued_token_days", 0 if values.get("environment") == "production" else 30)
        values.setdefault("demo", _is_toy(values))
        values.setdefault("carrier", "slip" if values["demo"] else "off")
        values.setdefault("smtp_url", "folder" if values["demo"] else None)
        values.setdefault("public_url", _local_address(values) if values["demo"] else None)
        values.setdefault("log_format", "json" if values.get("environment") == "production" else "text")
        settings = cls(**values)
        problems += settings._problems()
        if problems:
            raise SettingsError("\n".join(problems))
        return settings

    @property
    def production(self) -> bool:
        return self.environment == "production"

    def _problems(self) -> list[str]:
        problems: list[str] = []
        if not 0 <= self.port <= 65535:
            problems.append("PORT must be between 0 and 65535.")
        for setting in fields(self):
            least = setting.metadata["least"]
            if least is not None and getattr(self, setting.name) < least:
                problems.append(f"{variable_of(setting)} must be at least {least:g}.")
        problems += _wrong_deadlines(self.at_deadline)
        if not _is_zone(self.market_zone):
            problems.append("MARKET_ZONE must be the name of a time zone, such as Europe/Berlin.")
        for name in ("secret", "guest_secret", "metrics_token", "mail_bounces_secret"):
            value = getattr(self, name)
            if value is not None and len(value.encode()) < SHORTEST_SECRET:
                problems.append(f"{name.upper()} must be at least {SHORTEST_SECRET} bytes long.")
        if self.production and self.secret is None and self.jwks is None:
            problems.append("RETOUR_ENV=production needs SECRET or JWKS: set one of them.")
        if self.production and self.demo:
            problems.append("DEMO must be off in production: it gives a token to everybody who asks.")
        if self.carrier == "easypost" and self.easypost_api_key is None:
            problems.append("CARRIER=easypost needs EASYPOST_API_KEY: set it.")
        if self.smtp_url not in (None, "off", "folder"):
            if not str(self.smtp_url).startswith(("smtp://", "smtps://")):
                problems.append("SMTP_URL must begin with smtp:// or smtps://, or be folder or off.")
            if self.mail_sender is None:
                problems.append("SMTP_URL needs MAIL_SENDER: name the address that messages come from.")
        if (self.mail_bounces is None) is not (self.mail_bounces_secret is None):
            problems.append("MAIL_BOUNCES and MAIL_BOUNCES_SECRET must be set together.")
        if self.digest_hour > 23:
            problems.append("DIGEST_HOUR must be at most 23.")
        if self.public_url is not None and not _is_site(self.public_url):
            problems.append("PUBLIC_URL must be https://… (http:// for this machine alone), without a path behind it.")
        if self.documents_only and self.documents is None:
            problems.append("DOCUMENTS_ONLY needs DOCUMENTS: name the file of the documents to serve.")
        if (self.oidc_authority is None) is not (self.oidc_client_id is None):
            problems.append("OIDC_AUTHORITY and OIDC_CLIENT_ID must be set together.")
        return problems


def _wrong_deadlines(given: Sequence[str]) -> Iterator[str]:
    """What is wrong with AT_DEADLINE."""
    steps = [entry.partition("=")[0].strip() for entry in given]
    for entry, step in zip(given, steps, strict=True):
        choice = entry.partition("=")[2].strip()
        if step not in DEADLINE_STEPS or choice not in AT_DEADLINE:
            yield (
                f"AT_DEADLINE has {entry!r}: write {', '.join(DEADLINE_STEPS[:-1])} or {DEADLINE_STEPS[-1]}, = and "
                f"{', '.join(AT_DEADLINE[:-1])} or {AT_DEADLINE[-1]}."
            )
    for step in DEADLINE_STEPS:
        if steps.count(step) > 1:
            yield f"AT_DEADLINE names {step} more than once."


def _local_address(values: Mapping[str, Any]) -> str:
    return f"http://localhost:{values.get('port', 8000)}"


def _is_site(url: str) -> bool:
    """Whether a link may begin so: its secret is sent to no path, and over no open line."""
    parts = urlsplit(url)
    secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    return secure and bool(parts.hostname) and url.rstrip("/") == f"{parts.scheme}://{parts.netloc}"


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _is_toy(values: Mapping[str, Any]) -> bool:
    """Whether only this machine can reach what is given away: RETOUR_ENV may have been forgotten."""
    production = values.get("environment") == "production"
    return not production and "database_url" not in values and is_loopback(values.get("host", "127.0.0.1"))


def is_loopback(host: str) -> bool:
    """Whether an address or a host's name, without a port, is one of this machine alone."""
    name = host.removeprefix("[").removesuffix("]").lower()
    try:
        address = ip_address(name)
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def variable_of(setting: "Field[Any]") -> str:
    """The environment variable of a field of Settings."""
    return str(setting.metadata["variable"])


def _parse(text: str, kind: object) -> Any:
    if kind is bool:
        return _switch(text)
    if kind is int or kind is float:
        return _number(text, kind)
    if kind in (Path, Path | None):
        return Path(text).expanduser()
    if kind == tuple[str, ...]:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if get_origin(kind) is Literal and text not in get_args(kind):
        raise ValueError(f"must be {' or '.join(get_args(kind))}.")
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
