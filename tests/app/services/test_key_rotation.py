"""Keys change under what is in use: every secret opens before, in the middle and afterwards."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from app.services.alerts import KINDS, Alerts, Way
from app.services.credentials import Credentials, Given
from app.services.key_rotation import KeyRotation
from app.services.safe import Safe
from app.services.token_shelf import PLACE
from db.key_rotations import key_rotations
from db.session import Database
from engine.effects.failures import SecretUnreadable
from engine.effects.key_files import KeyFiles
from engine.effects.master_key import MasterKeyRefused
from engine.effects.vault import Vault
from tests.databases import Tenant
from tests.db.queue import a_connector, sql
from tests.waiting import until

HOURS_AGO = "update data_keys set retired_at = retired_at - interval '27 hours'"


class House:
    """Two workspaces full of secrets, and a process that was started before anything changed."""

    def __init__(self, database: Database, owner_url: str, path: Path) -> None:
        self.database, self.owner_url, self.path = database, owner_url, path
        self.safe = self.process()
        self.webhooks: dict[str, UUID] = {}
        self.keys: dict[str, UUID] = {}

    def process(self) -> Safe:
        return Safe(self.database, Vault(KeyFiles.load_or_create(self.path, False)))

    @contextmanager
    def rotation(self) -> Iterator[KeyRotation]:
        with key_rotations(self.owner_url) as keys:
            assert keys is not None
            yield KeyRotation(keys, KeyFiles(self.path))

    def rotate(self) -> list[str]:
        with self.rotation() as rotation:
            return [*rotation.master(), *rotation.data()]

    async def fill(self, tenant: Tenant) -> None:
        place = tenant.workspace_id
        given = Given("hunter", {"type": "bearer"}, {"key": f"key-of-{place}"}, {}, ["a.test"])
        row = await Credentials(self.database, self.safe).add(tenant.owner, given)
        webhook = uuid4()
        token = await self.safe.seal_fields(place, row.id, {PLACE: f"token-of-{place}"})
        secret = await self.safe.seal_fields(place, webhook, {"secret": f"secret-of-{place}"})
        self.do(
            "insert into credential_tokens (workspace_id, credential_id, sealed)"
            " values (%s, %s, %s)",
            place, row.id, token[PLACE],
        )  # fmt: skip
        self.do(
            "insert into webhooks"
            " (id, workspace_id, connector_id, name, token_hash, secret, created_by)"
            " values (%s, %s, %s, 'In', %s, %s, %s)",
            webhook, place, a_connector(self.owner_url, place), webhook.bytes,
            secret["secret"], tenant.owner.user_id,
        )  # fmt: skip
        self.keys[place], self.webhooks[place] = row.id, webhook

    async def assert_all_open(self) -> None:
        for safe in (self.safe, self.process()):
            for place in self.keys:
                opened = await Credentials(self.database, safe).opened(place, ["hunter"])
                assert opened["hunter"].secrets["key"].reveal() == f"key-of-{place}"
                await self._assert_opens(safe, place, "credential_tokens", "sealed", PLACE)
                await self._assert_opens(safe, place, "webhooks", "secret", "secret")

    async def _assert_opens(self, safe: Safe, place: str, table: str, column: str, name: str):
        owner = self.keys[place] if name == PLACE else self.webhooks[place]
        ((sealed,),) = self.ask(f"select {column} from {table} where workspace_id = %s", place)
        opened = await safe.open_fields(place, owner, {name: sealed})
        assert opened[name].reveal().endswith(f"-of-{place}")

    def ask(self, question: str, *values: object) -> list[tuple]:
        return sql(self.owner_url, question, *values)

    def do(self, statement: str, *values: object) -> None:
        with psycopg.connect(self.owner_url, autocommit=True) as connection:
            connection.execute(statement.encode(), values)

    def forget_what_was_replaced(self) -> int:
        self.do(HOURS_AGO)
        with self.rotation() as rotation:
            return rotation.tidy()


@pytest.fixture
async def house(database, owner_url, tmp_path, acme, globex) -> House:
    made = House(database, owner_url, tmp_path / "master.key")
    await made.fill(acme)
    await made.fill(globex)
    return made


async def test_after_a_rotation_nothing_is_locked_with_the_keys_before(house):
    (old,) = house.ask("select distinct kek_id from data_keys")
    told = house.rotate()
    assert "Every secret is sealed with its workspace's new key." in told
    (new,) = house.ask("select distinct kek_id from data_keys")
    assert new != old
    assert new == (KeyFiles(house.path).in_use().id,)
    assert house.forget_what_was_replaced() == 2
    await house.assert_all_open()
    assert house.ask("select count(*) from data_keys") == [(2,)]


@pytest.mark.parametrize("kind", ["master", "data"])
async def test_cut_off_after_any_step_all_opens_and_the_next_start_finishes(house, kind):
    steps, unfinished = 0, "select count(*) from key_rotations where finished_at is null"
    while True:
        with house.rotation() as rotation:
            done = len(list(islice(getattr(rotation, kind)(), steps)))
        await house.assert_all_open()
        begun = house.ask(unfinished)
        with house.rotation() as rotation:
            again = list(getattr(rotation, kind)())
        await house.assert_all_open()
        assert house.ask(unfinished) == [(0,)]
        if done < steps:
            break
        assert any(one.startswith("Going on") for one in again) == (begun == [(1,)])
        steps += 1
    house.forget_what_was_replaced()
    await house.assert_all_open()
    assert house.ask("select count(*) from data_keys") == [(2,)]
    assert steps > 3


async def test_a_file_change_that_was_cut_off_is_made_again(house):
    files = KeyFiles(house.path)
    old, new = files.in_use(), files.prepare()
    assert files.prepare().id == new.id
    (house.path.parent / "master.key.old").hardlink_to(house.path)  # as far as it had come
    files.promote()
    files.promote()
    assert (files.in_use().id, files.before_key().id) == (new.id, old.id)
    assert files.before.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in house.path.parent.iterdir() if one.name.startswith(".")] == []


async def test_a_workspace_that_seals_for_the_first_time_meanwhile_uses_the_next_key(
    house, owner_url
):
    with house.rotation() as rotation:
        steps = rotation.master()
        next(steps), next(steps)  # begun, and the first keys are changed
        house.do("insert into workspaces (id, name) values ('late', 'Late')")
        sealed = await house.safe.seal_fields("late", UUID(int=1), {"key": "x"})
        list(steps)
    new = KeyFiles(house.path).in_use().id
    assert house.ask("select kek_id from data_keys where workspace_id = 'late'") == [(new,)]
    assert (await house.safe.open_fields("late", UUID(int=1), sealed))["key"].reveal() == "x"


async def test_nothing_is_locked_with_a_replaced_key_even_by_who_knows_no_other(house):
    old = KeyFiles(house.path).in_use()
    house.rotate()
    house.do("insert into workspaces (id, name) values ('late', 'Late')")
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState):
        house.do(
            "insert into data_keys (workspace_id, kek_id, wrapped) values ('late', %s, '')", old.id
        )


async def test_what_was_sealed_with_the_key_before_is_moved_before_that_key_goes(house, acme):
    with house.rotation() as rotation:
        list(rotation.data())
    # A process that read the old key just before, and writes only now.
    (old, current) = house.ask(
        "select id, kek_id, wrapped from data_keys where workspace_id = 'acme'"
        " order by retired_at nulls last"
    )
    vault = Vault(KeyFiles(house.path))
    late = vault.seal(
        vault.unwrap("acme", *old[1:]), "acme", str(house.webhooks["acme"]), "secret", "x-of-acme"
    )
    house.do("update webhooks set secret = %s where workspace_id = 'acme'", late)
    await house.assert_all_open()
    assert house.forget_what_was_replaced() == 2
    await house.assert_all_open()
    assert house.ask("select id from data_keys where workspace_id = 'acme'") == [(current[0],)]


async def test_the_old_master_key_stays_as_long_as_something_is_locked_with_it(house):
    with house.rotation() as rotation:
        assert rotation.forget_before() == (True, "There is no old master key.")
    house.rotate()
    with house.rotation() as rotation:
        old = KeyFiles(house.path).before_key()
        house.do("alter table data_keys disable trigger refuse_a_replaced_key")
        ((kept,),) = house.ask("select kek_id from data_keys where workspace_id = 'acme' limit 1")
        house.do("update data_keys set kek_id = %s where workspace_id = 'acme'", old.id)
        assert rotation.forget_before()[0] is False
        house.do("update data_keys set kek_id = %s where workspace_id = 'acme'", kept)
        assert rotation.forget_before()[0] is True
    assert not house.path.with_name("master.key.old").exists()


async def test_what_opens_with_no_key_is_left_alone_and_told(house):
    house.do("update webhooks set secret = 'bm90IHNlYWxlZA==' where workspace_id = 'acme'")
    house.do("update data_keys set kek_id = 'local-lost' where workspace_id = 'globex'")
    told = " ".join(house.rotate())
    assert "1 data keys open with no master key that is here" in told
    assert "values open with no key that is here" in told
    assert house.ask("select secret from webhooks where workspace_id = 'acme'") == [
        ("bm90IHNlYWxlZA==",)
    ]
    opened = await Credentials(house.database, house.safe).opened("acme", ["hunter"])
    assert opened["hunter"].secrets["key"].reveal() == "key-of-acme"


async def test_a_next_key_that_was_lost_starts_anew_unless_it_is_needed(house):
    with house.rotation() as rotation:
        steps = rotation.master()
        next(steps)
        rotation._keys.begin("master", KeyFiles(house.path).in_use().id, "local-lost")
    house.path.with_name("master.key.next").unlink()
    house.rotate()
    await house.assert_all_open()
    with house.rotation() as rotation:
        list(islice(rotation.master(), 2))
    house.path.with_name("master.key.next").unlink()
    with house.rotation() as rotation, pytest.raises(MasterKeyRefused, match="from your backup"):
        list(rotation.master())


async def test_runs_on_hold_do_not_take_a_new_data_key_for_a_new_key(house, acme):
    connector = a_connector(house.owner_url, "acme")
    house.do(
        "with e as (insert into connector_executions (connector_id, workspace_id,"
        " connector_version) values (%s, 'acme', 1) returning id)"
        " insert into engine_jobs (execution_id, workspace_id, visible_at, held_for, held_by)"
        " select id, 'acme', 'infinity', 'reconnect', %s from e",
        connector, house.keys["acme"],
    )  # fmt: skip
    house.rotate()
    assert house.ask("select held_for from engine_jobs") == [("reconnect",)]


async def test_what_somebody_holds_is_sealed_anew_once_they_let_go_and_the_rest_before(house, acme):
    other = Given("clearbit", {"type": "bearer"}, {"key": "key-of-another"}, {}, ["a.test"])
    free = (await Credentials(house.database, house.safe).add(acme.owner, other)).id
    now = "select id, credentials::text from workspace_api_credentials"
    before = dict(sql(house.owner_url, now))
    held = house.keys["acme"]
    with psycopg.connect(house.owner_url) as holder:
        holder.execute("select from workspace_api_credentials where id = %s for update", [held])
        rotation = asyncio.create_task(asyncio.to_thread(house.rotate))
        await until(lambda: dict(sql(house.owner_url, now))[free] != before[free])
        assert dict(sql(house.owner_url, now))[held] == before[held]
    assert "Every secret is sealed" in (await rotation)[-1]
    assert dict(sql(house.owner_url, now))[held] != before[held]
    await house.assert_all_open()


async def test_two_at_once_are_told_apart(house):
    with house.rotation(), key_rotations(house.owner_url) as second:
        assert second is None


async def test_the_address_of_an_alert_channel_moves_along(house, database, acme):
    secrets = {"url": "https://hooks.slack.com/services/of-acme"}
    way = Way("slack", "Ops", KINDS, {}, secrets)
    channel = await Alerts(database, house.safe).add(acme.owner, way)
    house.rotate()
    assert house.forget_what_was_replaced() == 2
    ((sealed,),) = house.ask("select secrets from alert_channels")
    assert (await house.safe.open_fields("acme", channel.id, sealed))[
        "url"
    ].reveal() == way.secrets["url"]


async def test_every_change_of_keys_is_in_the_audit_log(house):
    house.rotate()
    entries = house.ask(
        "select workspace_id, action, after ->> 'kind' from audit_log"
        " where action like '%%rotated' order by id"
    )
    assert entries == [
        (None, "keys.rotated", "master"),
        ("acme", "data_key.rotated", None),
        ("globex", "data_key.rotated", None),
        (None, "keys.rotated", "data"),
    ]


async def test_another_console_without_the_next_key_says_what_is_missing(house, tmp_path):
    elsewhere = tmp_path / "elsewhere.key"
    elsewhere.write_bytes(house.path.read_bytes())
    elsewhere.chmod(0o600)
    there = Safe(house.database, Vault(KeyFiles(elsewhere)))
    house.rotate()
    with pytest.raises(SecretUnreadable):
        await Credentials(house.database, there).opened("acme", ["hunter"])
    next_there = elsewhere.with_name("elsewhere.key.next")
    next_there.write_bytes(house.path.read_bytes())
    next_there.chmod(0o600)
    opened = await Credentials(house.database, there).opened("acme", ["hunter"])
    assert opened["hunter"].secrets["key"].reveal() == "key-of-acme"
