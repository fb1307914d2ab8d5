"""Every setting there is: read from the environment once, typed, each with its sentence."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from engine.effects.mail import MailServer
from engine.effects.policy import Policy

PORT: Final = re.compile(r"[0-9]{1,5}")


class BadSetting(Exception):
    """A setting that cannot be meant; the console refuses to start with it."""


def setting(variable: str, sentence: str, default: Any = None) -> Any:
    return field(default=default, metadata={"variable": variable, "sentence": sentence})


@dataclass(frozen=True, slots=True)
class Settings:
    database_url: str | None = setting(
        "DATABASE_URL",
        "Postgres 15 or newer, Supabase included. Absent: an embedded one in the data folder.",
    )
    migration_database_url: str | None = setting(
        "MIGRATION_DATABASE_URL",
        "The owner's login, where it differs from the one that serves requests.",
    )
    data_dir: Path | None = setting(  # noqa: RUF009 - a field like the others
        "CONSOLE_DATA_DIR",
        "Where the embedded Postgres, the master key and first-sign-in.txt live. "
        "Absent: a folder of the user's data directory; as root /var/lib/connector-console.",
    )
    host: str = setting("CONSOLE_HOST", "The address to listen on.", "127.0.0.1")
    port: int = setting("CONSOLE_PORT", "The port to listen on; 0 takes a free one.", 8080)
    master_key_file: Path | None = setting(  # noqa: RUF009
        "CONSOLE_MASTER_KEY_FILE",
        "The key-encryption key. Absent: made once in the data folder, mode 0600; "
        "never made anew while encrypted rows exist.",
    )
    engine: str = setting(
        "CONSOLE_ENGINE",
        "embedded, or the address of a distributed engine; this version has the first only.",
        "embedded",
    )
    concurrency: int = setting("CONSOLE_CONCURRENCY", "Executions at once in one worker.", 64)
    allow_private: str = setting(
        "CONSOLE_ALLOW_PRIVATE",
        "Comma-separated host:port or network:port that connectors may call although they are "
        "private. A bad entry refuses to start.",
        "",
    )
    url: str = setting(
        "CONSOLE_URL",
        "Where people open this console, as https://console.example.com: for links in messages. "
        "Absent: made of host and port.",
        "",
    )
    smtp_url: str = setting(
        "CONSOLE_SMTP_URL",
        "The mail server for alerts and invitations, as smtp://user@mail.example.com:587 "
        "(STARTTLS), smtps://user@mail.example.com:465 or smtp+plain://localhost:25.",
        "",
    )
    smtp_password: str = setting("CONSOLE_SMTP_PASSWORD", "Its password.", "")
    smtp_from: str = setting("CONSOLE_SMTP_FROM", "The address its mail is sent from.", "")
    retention_days: int = setting(
        "CONSOLE_RETENTION_DAYS", "How many days execution records are kept.", 30
    )
    supabase_jwt_secret: str | None = setting(
        "SUPABASE_JWT_SECRET",
        "Accept that Supabase project's user tokens on the API: its JWT secret.",
    )
    supabase_jwks_url: str | None = setting(
        "SUPABASE_JWKS_URL", "The same with asymmetric keys: the address of its JWKS document."
    )
    supabase_issuer: str | None = setting(
        "SUPABASE_ISSUER",
        "The exact issuer its tokens must name, as https://x.supabase.co/auth/v1.",
    )

    @property
    def address(self) -> str:
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host
        shown = f"[{host}]" if ":" in host else host
        return self.url or f"http://{shown}:{self.port}"

    @property
    def mail_server(self) -> MailServer | None:
        if not self.smtp_url:
            return None
        return MailServer.from_address(self.smtp_url, self.smtp_from, self.smtp_password)

    @property
    def folder(self) -> Path:
        return self.data_dir or default_folder(os.environ)

    @property
    def master_key_path(self) -> Path:
        return self.master_key_file or self.folder / "master.key"


def read(environment: Mapping[str, str] = os.environ, **said: str) -> Settings:
    """What the environment says, and `said` instead of it; an empty variable counts as absent."""
    given: dict[str, Any] = {}
    for one in fields(Settings):
        text = said.get(one.name) or environment.get(one.metadata["variable"], "").strip()
        if text:
            given[one.name] = _typed(one.metadata["variable"], one.name, text)
    settings = Settings(**given)
    _check(settings)
    return settings


def explained() -> str:
    """The settings as `--help` shows them."""
    lines = ["environment variables:"]
    for one in fields(Settings):
        default = f" Default: {one.default}." if one.default not in (None, "") else ""
        lines += [f"  {one.metadata['variable']}", f"      {one.metadata['sentence']}{default}"]
    return "\n".join(lines)


def default_folder(environment: Mapping[str, str]) -> Path:
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/connector-console")
    base = environment.get("XDG_DATA_HOME") or environment.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".local" / "share") / "connector-console"


NUMBERS: Final = {
    "port": (0, 65535),
    "concurrency": (1, 10_000),
    "retention_days": (1, 3650),
}


def _typed(variable: str, name: str, text: str) -> Any:
    if name in ("data_dir", "master_key_file"):
        return Path(text).expanduser().absolute()
    if name not in NUMBERS:
        return text
    least, most = NUMBERS[name]
    if not PORT.fullmatch(text) or not least <= int(text) <= most:
        raise BadSetting(f"{variable} must be a whole number from {least} to {most}.")
    return int(text)


def _check(settings: Settings) -> None:
    if settings.supabase_jwt_secret and len(settings.supabase_jwt_secret.encode()) < 32:
        raise BadSetting("SUPABASE_JWT_SECRET must have at least 32 bytes.")
    if settings.supabase_jwt_secret and settings.supabase_jwks_url:
        raise BadSetting("Set SUPABASE_JWT_SECRET or SUPABASE_JWKS_URL, not both.")
    if settings.supabase_jwks_url and not settings.supabase_jwks_url.startswith(
        ("https://", "http://")
    ):
        raise BadSetting("SUPABASE_JWKS_URL must be a whole address that begins with https://.")
    if (settings.supabase_jwt_secret or settings.supabase_jwks_url) and (
        not settings.supabase_issuer
    ):
        raise BadSetting("SUPABASE_ISSUER must say whose tokens are accepted.")
    if settings.engine != "embedded":
        raise BadSetting("CONSOLE_ENGINE: this version has the embedded engine only.")
    if settings.url and not settings.url.startswith(("https://", "http://")):
        raise BadSetting("CONSOLE_URL must be a whole address that begins with https://.")
    if settings.smtp_url and "@" not in settings.smtp_from:
        raise BadSetting("CONSOLE_SMTP_FROM must say from which address mail is sent.")
    try:
        settings.mail_server  # noqa: B018
    except ValueError as error:
        raise BadSetting(f"CONSOLE_SMTP_URL: {error}") from error
    try:
        Policy.from_settings(settings.allow_private)
    except ValueError as error:
        raise BadSetting(str(error)) from error
