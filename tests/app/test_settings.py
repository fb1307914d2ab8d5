"""Settings: each read once, checked before anything starts, each with its sentence."""

from pathlib import Path

import pytest

from app.settings import BadSetting, Settings, explained, read


def test_without_an_environment_everything_has_a_sensible_value() -> None:
    settings = read({})
    assert (settings.host, settings.port, settings.engine) == ("127.0.0.1", 8080, "embedded")
    assert settings.database_url is None
    assert settings.allow_private == ""


def test_the_environment_is_read_and_typed() -> None:
    settings = read({"CONSOLE_PORT": "0", "CONSOLE_DATA_DIR": "/x/y", "CONSOLE_HOST": " "})
    assert settings.port == 0
    assert settings.folder == Path("/x/y")
    assert settings.master_key_path == Path("/x/y/master.key")
    assert settings.host == "127.0.0.1"


@pytest.mark.parametrize(
    "environment",
    [
        {"CONSOLE_PORT": "eighty"},
        {"CONSOLE_PORT": "70000"},
        {"CONSOLE_CONCURRENCY": "0"},
        {"CONSOLE_RETENTION_DAYS": "-1"},
        {"CONSOLE_ENGINE": "other"},
        {"CONSOLE_ALLOW_PRIVATE": "nonsense"},
        {"CONSOLE_ALLOW_PRIVATE": "127.0.0.1:8080,10.0.0.0/99:80"},
        {"SUPABASE_JWT_SECRET": "short"},
        {"SUPABASE_JWT_SECRET": "x" * 32},
        {"SUPABASE_JWT_SECRET": "x" * 32, "SUPABASE_ISSUER": "i", "SUPABASE_JWKS_URL": "https://x"},
        {"SUPABASE_JWKS_URL": "file:///etc/passwd", "SUPABASE_ISSUER": "i"},
    ],
)
def test_a_setting_that_cannot_be_meant_refuses_to_start(environment: dict[str, str]) -> None:
    with pytest.raises(BadSetting) as refused:
        read(environment)
    assert next(iter(environment)).split("_")[0] in str(refused.value)


def test_the_help_has_a_sentence_for_each() -> None:
    text = explained()
    for variable in ("DATABASE_URL", "CONSOLE_MASTER_KEY_FILE", "SUPABASE_ISSUER"):
        assert f"  {variable}\n" in text
    assert text.count("\n      ") == len(Settings.__dataclass_fields__)
