"""The command line tells a person what is wrong, in one sentence and without a trace."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.__main__ import main
from db.key_rotations import key_rotations


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(words)
    return code, capsys.readouterr().err


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://console@127.0.0.1:1/none", "leads to no database"),
        ("nonsense", "is no address such as"),
    ],
)
def test_a_database_that_is_not_there_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    url: str,
    sentence: str,
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    code, told = said(capsys, "migrate", "--data-dir", str(tmp_path))
    assert code == 2
    assert sentence in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("serve", "--port", "99999"), "CONSOLE_PORT must be a whole number from 0 to 65535."),
        (("serve", "--port", "http"), "CONSOLE_PORT must be a whole number from 0 to 65535."),
        (("worker", "--concurrency", "0"), "CONSOLE_CONCURRENCY must be a whole number from 1 to"),
    ],
)
def test_a_number_that_cannot_be_meant_is_a_sentence(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str
) -> None:
    code, told = said(capsys, *words)
    assert (code, sentence in told) == (2, True), told


def test_who_reads_only_the_beginning_is_no_mistake() -> None:
    words = [sys.executable, "-m", "app", "openapi"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as command:
        assert command.stdout
        assert command.stderr
        assert command.stdout.read(1) == b"{"
        command.stdout.close()
        assert command.stderr.read() == b""


def test_a_data_folder_that_cannot_be_is_a_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    code, told = said(capsys, "migrate", "--data-dir", str(tmp_path / "file"))
    assert code == 2
    assert "cannot be used" in told


def test_bad_words_for_bootstrap_and_a_missing_folder_are_sentences(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    owner_url: str,
    console_url: str,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("MIGRATION_DATABASE_URL", owner_url)
    monkeypatch.setenv("DATABASE_URL", console_url)
    there = ("--data-dir", str(tmp_path))
    person = ("--email", "no address", "--password", "secret words", "--workspace", "W")
    code, told = said(capsys, "bootstrap", *there, *person)
    assert (code, "not an e-mail address" in told) == (2, True)
    code, told = said(capsys, "export", *there, "--workspace", "nowhere", str(tmp_path / "out"))
    assert (code, "no such workspace" in told) == (2, True)
    code, told = said(capsys, "import", *there, str(tmp_path / "missing"))
    assert (code, "cannot be used" in told) == (2, True)


def test_files_of_a_workspace_that_is_not_here_are_told(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    owner_url: str,
    console_url: str,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("MIGRATION_DATABASE_URL", owner_url)
    monkeypatch.setenv("DATABASE_URL", console_url)
    (tmp_path / "out" / "elsewhere").mkdir(parents=True)
    (tmp_path / "out" / "elsewhere" / "one.json").write_text("{}")
    code, told = said(capsys, "import", "--data-dir", str(tmp_path), str(tmp_path / "out"))
    assert (code, "no workspace elsewhere here" in told) == (1, True)


def test_keys_are_rotated_and_the_old_one_is_forgotten_by_commands(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    owner_url: str,
    console_url: str,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("MIGRATION_DATABASE_URL", owner_url)
    monkeypatch.setenv("DATABASE_URL", console_url)
    there = ("--data-dir", str(tmp_path))
    assert main(["keys", "rotate", "--prepare", *there]) == 0
    assert (tmp_path / "master.key.next").exists()
    assert main(["keys", "rotate", *there]) == 0
    told = capsys.readouterr().out
    assert "The new master key is in its place." in told
    assert "Every secret is sealed with its workspace's new key." in told
    assert main(["keys", "rotate", "--only", "data", *there]) == 0
    assert "master" not in capsys.readouterr().out
    with key_rotations(owner_url):
        assert said(capsys, "keys", "rotate", *there) == (
            2, "Another process is changing the keys. Wait until it is done.\n",
        )  # fmt: skip
    assert main(["keys", "forget-old", *there]) == 0
    assert sorted(one.name for one in tmp_path.glob("master*")) == ["master.key"]
