"""Settings: what they default to, what they refuse, and that they keep secrets to themselves."""

import pytest

from app.commands.settings_help import described
from settings import Settings, SettingsError

LONG = "x" * 32


def test_without_settings_development_mode_runs() -> None:
    settings = Settings.read({})
    assert (settings.host, settings.port, settings.production) == ("127.0.0.1", 8000, False)
    assert settings.home.name == ".retour"
    assert settings.database_url is None


def test_each_type_is_read_from_text() -> None:
    settings = Settings.read(
        {"PORT": " 9 ", "AUTO_CONFIRM_AFTER": "0.5", "WORKER": "No", "CORS_ORIGINS": "https://a, https://b,"}
    )
    assert (settings.port, settings.auto_confirm_after, settings.worker) == (9, 0.5, False)
    assert settings.cors_origins == ("https://a", "https://b")


def test_the_demo_has_slips_unless_something_else_is_set() -> None:
    assert Settings.read({}).carrier == "slip"
    assert Settings.read({"DEMO": "off"}).carrier == Settings.read({"CARRIER": "off"}).carrier == "off"


def test_an_empty_variable_counts_as_unset() -> None:
    assert Settings.read({"PORT": "", "SECRET": " "}) == Settings.read({})


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("RETOUR_ENV", "staging"),
        ("PORT", "http"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("POOL_SIZE", "1"),
        ("WORKER", "maybe"),
        ("AUTO_CONFIRM_AFTER", "-1"),
        ("AUTO_CONFIRM_AFTER", "nan"),
        ("AUTO_CONFIRM_AFTER", "inf"),
        ("SECRET", "x" * 31),
        ("EXECUTOR", "fast"),
        ("SMTP_URL", "https://mail.example"),
        ("SMTP_URL", "smtp://mail.example"),
        ("MAIL_BOUNCES", "bounces@lumen.example"),
        ("MAIL_BOUNCES_SECRET", "x" * 31),
        ("DIGEST_HOUR", "24"),
        ("GUEST_SECRET", "x" * 31),
        ("ORDER_LINKS_PER_HOUR", "0"),
        ("PUBLIC_URL", "returns.lumen.example"),
        ("PUBLIC_URL", "http://returns.lumen.example"),
        ("PUBLIC_URL", "https://returns.lumen.example/shop"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "javascript:alert(1)"),
    ],
)
def test_an_invalid_value_is_refused_by_name(variable: str, text: str) -> None:
    with pytest.raises(SettingsError, match=f"^{variable} "):
        Settings.read({variable: text})


def test_links_lead_to_a_site_over_tls_or_to_this_machine() -> None:
    for url in ("https://returns.lumen.example", "https://returns.lumen.example:8443/", "http://localhost:8000"):
        assert Settings.read({"PUBLIC_URL": url}).public_url == url
    assert Settings.read({"PORT": "81"}).public_url == "http://localhost:81"
    assert Settings.read({"PORT": "81", "DEMO": "off"}).public_url is None


def test_the_demo_alone_has_mail_by_itself() -> None:
    assert Settings.read({}).smtp_url == "folder"
    assert Settings.read({"SMTP_URL": "off"}).smtp_url == "off"
    assert Settings.read({"DEMO": "off"}).smtp_url is None
    assert Settings.read({"DATABASE_URL": "postgresql://x"}).smtp_url is None
    sending = Settings.read({"SMTP_URL": "smtp://ada:secret@mail.example", "MAIL_SENDER": "returns@lumen.example"})
    assert "ada:secret" not in repr(sending)


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.read({"PORT": "x", "WORKER": "x", "SECRET": "x"})
    assert [line.split()[0] for line in str(caught.value).splitlines()] == ["PORT", "WORKER", "SECRET"]


def test_production_needs_keys_of_its_own() -> None:
    with pytest.raises(SettingsError, match="needs SECRET or JWKS"):
        Settings.read({"RETOUR_ENV": "production"})
    assert Settings.read({"RETOUR_ENV": "production", "SECRET": LONG}).production
    assert Settings.read({"RETOUR_ENV": "production", "JWKS": "keys.json"}).production


def test_production_never_gives_tokens_away() -> None:
    production = {"RETOUR_ENV": "production", "SECRET": "s" * 32}
    assert Settings.read({}).demo
    assert not Settings.read(production).demo
    with pytest.raises(SettingsError, match="DEMO"):
        Settings.read({**production, "DEMO": "on"})


OPEN = [
    {"DATABASE_URL": "postgresql://db.example/retour"},
    {"DATABASE_URL": "postgresql:///retour", "SECRET": LONG},
    {"HOST": "0.0.0.0"},
    {"HOST": "::"},
    {"HOST": "192.168.1.5"},
    {"HOST": "shop.example"},
    {"HOST": "localhost.shop.example"},
    {"HOST": "127.0.0.1", "DATABASE_URL": "postgresql:///retour"},
]


@pytest.mark.parametrize("environ", OPEN)
def test_a_forgotten_environment_gives_no_tokens_away(environ: dict[str, str]) -> None:
    """Where a database of one's own is named, or others can reach the port, the demo is on only if somebody says so."""
    assert not Settings.read(environ).demo
    assert Settings.read({**environ, "DEMO": "on"}).demo


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.53", "localhost", "LOCALHOST", "::1", "::ffff:127.0.0.1", ""])
def test_the_demo_is_on_by_itself_where_only_this_machine_can_ask(host: str) -> None:
    assert Settings.read({"HOST": host, "SECRET": LONG}).demo


def test_an_identity_provider_needs_the_consoles_client_id() -> None:
    with pytest.raises(SettingsError, match="OIDC_CLIENT_ID"):
        Settings.read({"OIDC_AUTHORITY": "https://id.example"})


def test_production_serves_graphiql_only_if_set() -> None:
    production = {"RETOUR_ENV": "production", "SECRET": LONG}
    assert Settings.read({}).graphiql
    assert not Settings.read(production).graphiql
    assert Settings.read({**production, "GRAPHIQL": "on"}).graphiql


def test_secrets_are_not_shown() -> None:
    secrets = {
        "SECRET": LONG,
        "DATABASE_URL": "postgresql://u:hidden@h/d",
        "NOTIFIER_URL": "nats://u:hidden@h",
        "STRIPE_API_KEY": "hidden",
        "STRIPE_WEBHOOK_SECRET": "hidden",
    }
    shown = repr(Settings.read(secrets))
    assert "hidden" not in shown
    assert LONG not in shown


def test_every_setting_has_a_meaning() -> None:
    assert all(variable.isupper() and meaning.endswith(".") for variable, _, meaning in described())
