"""A sealed secret opens in its own place and nowhere else."""

import base64
import os
import pickle

import pytest

from engine.effects.failures import SecretUnreadable
from engine.effects.master_key import MasterKey, MasterKeyRefused
from engine.effects.vault import Vault

SECRET = "sk_live_9f8e7d6c5b4a æ \x00"
PLACE = {"workspace_id": "acme", "credential_id": "c1", "field": "api_key"}


@pytest.fixture
def vault():
    return Vault(MasterKey(os.urandom(32)))


@pytest.fixture
def key(vault):
    return vault.unwrap("acme", *vault.new_data_key("acme"))


def test_what_was_sealed_opens(vault, key):
    for text in (SECRET, "", "a" * 100_000):
        sealed = vault.seal(key, **PLACE, text=text)
        assert vault.open(key, **PLACE, sealed=sealed).reveal() == text


def test_the_same_secret_never_looks_the_same(vault, key):
    assert vault.seal(key, **PLACE, text=SECRET) != vault.seal(key, **PLACE, text=SECRET)


def test_a_sealed_text_is_plain_ascii_and_shows_nothing(vault, key):
    sealed = vault.seal(key, **PLACE, text=SECRET)
    assert sealed.isascii()
    assert b"sk_live" not in base64.b64decode(sealed)


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"workspace_id": "globex"},
        {"credential_id": "c2"},
        {"field": "other"},
        {"credential_id": "c1a", "field": "pi_key"},
        {"workspace_id": "acmec1", "credential_id": ""},
    ],
)
def test_a_row_copied_elsewhere_does_not_open(vault, key, elsewhere):
    sealed = vault.seal(key, **PLACE, text=SECRET)
    with pytest.raises(SecretUnreadable) as caught:
        vault.open(key, **(PLACE | elsewhere), sealed=sealed)
    assert "sk_live" not in f"{caught.value} {caught.value.detail}"


def test_another_key_of_the_same_workspace_does_not_open(vault, key):
    other = vault.unwrap("acme", *vault.new_data_key("acme"))
    with pytest.raises(SecretUnreadable):
        vault.open(other, **PLACE, sealed=vault.seal(key, **PLACE, text=SECRET))


def test_no_flipped_bit_goes_unnoticed(vault, key):
    sealed = base64.b64decode(vault.seal(key, **PLACE, text="secret"))
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(SecretUnreadable):
            vault.open(key, **PLACE, sealed=base64.b64encode(changed).decode())


def test_a_shortened_or_foreign_text_does_not_open(vault, key):
    sealed = vault.seal(key, **PLACE, text=SECRET)
    for broken in ("", "x", sealed[:-4], sealed[4:], sealed[:100], "{}", SECRET, "é" * 200):
        with pytest.raises(SecretUnreadable):
            vault.open(key, **PLACE, sealed=broken)


def test_a_locked_data_key_opens_only_in_its_workspace(vault):
    kek_id, wrapped = vault.new_data_key("acme")
    with pytest.raises(SecretUnreadable):
        vault.unwrap("globex", kek_id, wrapped)
    with pytest.raises(SecretUnreadable):
        vault.unwrap("acme", "local-0000", wrapped)
    for broken in (b"", wrapped[:20], wrapped[:-1] + bytes([wrapped[-1] ^ 1])):
        with pytest.raises(SecretUnreadable):
            vault.unwrap("acme", kek_id, broken)


def test_another_master_key_opens_nothing(vault):
    other = Vault(MasterKey(os.urandom(32)))
    with pytest.raises(SecretUnreadable):
        other.unwrap("acme", *vault.new_data_key("acme"))


def test_an_unwrapped_key_is_kept_and_still_bound_to_its_workspace(vault):
    row = vault.new_data_key("acme")
    assert vault.unwrap("acme", *row) is vault.unwrap("acme", *row)
    with pytest.raises(SecretUnreadable):
        vault.unwrap("globex", *row)


def test_many_workspaces_do_not_fill_the_memory(vault):
    first = vault.new_data_key("w0")
    kept = vault.unwrap("w0", *first)
    for number in range(1, 300):
        vault.unwrap(f"w{number}", *vault.new_data_key(f"w{number}"))
    assert vault.unwrap("w0", *first) is not kept


def test_keys_show_themselves_to_nobody(vault, key):
    assert repr(key) == "DataKey(••••)"
    assert "••••" in repr(MasterKey(b"k" * 32))
    with pytest.raises(TypeError):
        pickle.dumps(key)


def test_a_master_key_is_made_once_and_only_we_can_read_it(tmp_path):
    path = tmp_path / "keys" / "master.key"
    first = MasterKey.load_or_create(path, encrypted_rows_exist=False)
    again = MasterKey.load_or_create(path, encrypted_rows_exist=True)
    assert first.id == again.id
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["master.key"]


def test_a_lost_master_key_is_never_replaced_while_secrets_depend_on_it(tmp_path):
    path = tmp_path / "master.key"
    with pytest.raises(MasterKeyRefused, match="backup"):
        MasterKey.load_or_create(path, encrypted_rows_exist=True)
    assert not path.exists()


def test_two_processes_that_start_at_once_agree_on_a_key(tmp_path):
    path = tmp_path / "master.key"
    children = []
    for _ in range(8):
        child = os.fork()
        if child == 0:
            key = MasterKey.load_or_create(path, encrypted_rows_exist=False)
            (tmp_path / f"seen-{os.getpid()}").write_text(key.id)
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 8
    assert len({seen.read_text() for seen in tmp_path.glob("seen-*")}) == 1


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_key_of_the_wrong_size_is_refused(tmp_path, size):
    path = tmp_path / "master.key"
    path.write_bytes(b"k" * size)
    path.chmod(0o600)
    with pytest.raises(MasterKeyRefused, match="32 bytes"):
        MasterKey.load_or_create(path, encrypted_rows_exist=False)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o601])
def test_a_key_others_could_read_is_refused(tmp_path, mode):
    path = tmp_path / "master.key"
    path.write_bytes(b"k" * 32)
    path.chmod(mode)
    with pytest.raises(MasterKeyRefused, match="chmod 600"):
        MasterKey.load_or_create(path, encrypted_rows_exist=False)


def test_a_link_a_folder_or_a_pipe_is_no_key(tmp_path):
    real = tmp_path / "real"
    real.write_bytes(b"k" * 32)
    real.chmod(0o600)
    link, folder, pipe = tmp_path / "link", tmp_path / "folder", tmp_path / "pipe"
    link.symlink_to(real)
    folder.mkdir(mode=0o700)
    os.mkfifo(pipe, 0o600)
    for path in (link, folder, pipe):
        with pytest.raises(MasterKeyRefused):
            MasterKey.load_or_create(path, encrypted_rows_exist=False)


def test_a_key_of_another_user_is_refused(tmp_path):
    if os.geteuid() != 0:
        return  # only root can give a file away
    path = tmp_path / "master.key"
    path.write_bytes(b"k" * 32)
    path.chmod(0o600)
    os.chown(path, 65534, 65534)
    with pytest.raises(MasterKeyRefused, match="another user"):
        MasterKey.load_or_create(path, encrypted_rows_exist=False)
