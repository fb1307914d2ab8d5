"""What happened is told once, over every way somebody chose, and again only after a while."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest

from app.services.alerts import KINDS, SLACK, Alerts, Limits, Way
from app.services.credentials import Credentials, Given
from app.services.problems import BadInput, NotAllowed, NotFound
from app.services.telling import WAITS_S, Telling
from app.services.watching import Watching
from db import alerts as rows
from db.session import Runner
from engine.effects.egress import Egress
from engine.effects.mail import Mail, MailServer
from engine.effects.policy import Policy
from tests.db.queue import a_connector, sql
from tests.providers.fixture import _running_service, service
from tests.providers.mail_server import a_mail_server
from tests.providers.service import KEY

__all__ = ["_running_service", "service"]

FEWEST = Limits().fewest_runs
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOURS_LATER = "update alerts set told_at = told_at - interval '7 hours' returning 1"
MINUTES_LATER = "update alert_deliveries set next_at = now() returning 1"


@pytest.fixture
def alerts(database, safe) -> Alerts:
    return Alerts(database, safe, has_mail=True)


@pytest.fixture
async def telling(database, safe, service):
    egress = Egress(Policy.from_settings(service.host))
    async with a_mail_server() as box:
        own = MailServer("127.0.0.1", box.port, "console@example.com", "none")
        mail = Mail(Policy(), own)
        made = Telling(database, safe, egress, mail, "https://console.test/", now=lambda: NOW)
        made.box = box  # type: ignore[attr-defined]
        yield made
        mail.close()
    await egress.close()


def to_webhook(service, path=f"/hooks/{KEY}", **more) -> Way:
    secrets = {"url": f"{service.url}{path}", "signing_secret": "signing-not-real"}
    return Way(**({"kind": "webhook", "name": "Ours", "events": KINDS, "settings": {},
                   "secrets": secrets} | more))  # fmt: skip


def by_mail(**more) -> Way:
    settings = {"to": ["ada@acme.test"]}
    return Way(**({"kind": "email", "name": "Team", "events": ["run_failed"],
                   "settings": settings, "secrets": {}} | more))  # fmt: skip


async def broke(alerts: Alerts, times: int = 1, kind="run_failed", place="acme"):
    for _ in range(times):
        await alerts.raise_(place, kind, "c1", "Runs of <Enrich> failed.", "/runs/1")


async def test_a_webhook_is_told_signed_and_once_for_many_of_the_same(
    alerts, telling, service, acme
):
    await alerts.add(acme.admin, to_webhook(service))
    await broke(alerts, 3)
    await telling.look()
    await broke(alerts, 2)
    await telling.look()
    (call,) = service.calls("/hooks")
    told = json.loads(call.text)
    assert (told["kind"], told["count"], told["workspace_id"]) == ("run_failed", 3, "acme")
    assert told["link"] == "https://console.test/runs/1"
    timestamp = str(int(NOW.timestamp()))
    expected = hmac.new(
        b"signing-not-real", timestamp.encode() + b"." + call.body, hashlib.sha256
    ).hexdigest()
    assert (call.headers["x-timestamp"], call.headers["x-signature"]) == (timestamp, expected)


async def test_what_goes_on_is_told_again_after_some_hours_with_its_count(
    alerts, telling, service, owner_url, acme
):
    await alerts.add(acme.admin, to_webhook(service))
    await broke(alerts)
    await telling.look()
    await broke(alerts, 37)
    sql(owner_url, HOURS_LATER)
    await telling.look()
    sql(owner_url, HOURS_LATER)
    await telling.look()
    assert [json.loads(call.text)["count"] for call in service.calls("/hooks")] == [1, 37]


async def test_a_letter_says_what_happened_and_where_to_look(alerts, telling, acme):
    await alerts.add(acme.admin, by_mail())
    await broke(alerts, 2)
    await broke(alerts, kind="error_rate")  # nobody asked for this one
    await telling.look()
    (letter,) = telling.box.letters
    assert telling.box.addressees == ["ada@acme.test"]
    assert "Runs of <Enrich> failed." in letter
    assert "This happened 2 times" in letter
    assert "https://console.test/runs/1" in letter


async def test_what_is_not_taken_is_tried_again_later_and_given_up_at_last(
    alerts, telling, service, owner_url, acme
):
    channel = await alerts.add(acme.admin, to_webhook(service, "/hooks/wrong"))
    await broke(alerts)
    for _ in range(len(WAITS_S) + 3):
        await telling.look()
        sql(owner_url, MINUTES_LATER)
    assert len(service.calls("/hooks")) == len(WAITS_S) + 1
    ((state, error),) = sql(owner_url, "select state, error from alert_deliveries")
    assert (state, error) == ("failed", f"{service.host} answered with 404.")
    (shown,) = await alerts.channels(acme.admin)
    assert shown.id == channel.id
    assert shown.failing_since is not None
    assert shown.last_error == error


async def test_between_two_tries_it_rests_and_a_worker_that_died_loses_nothing(
    alerts, telling, service, owner_url, acme
):
    await alerts.add(acme.admin, to_webhook(service, "/hooks/wrong"))
    await broke(alerts)
    await telling.look()
    await telling.look()
    assert len(service.calls("/hooks")) == 1
    url = await telling._safe.seal_fields(
        "acme", (await alerts.channels(acme.admin))[0].id, {"url": f"{service.url}/hooks/{KEY}"}
    )
    with psycopg.connect(owner_url) as connection:
        connection.execute("update alert_channels set secrets = %s", [json.dumps(url)])
    sql(owner_url, MINUTES_LATER)
    await telling.look()
    assert sql(owner_url, "select state, attempts from alert_deliveries") == [("sent", 2)]
    (shown,) = await alerts.channels(acme.admin)
    assert (shown.failing_since, shown.last_error) == (None, None)


async def test_an_address_inside_the_network_is_not_called(alerts, telling, owner_url, acme):
    secrets = {"url": "https://169.254.169.254/latest"}
    await alerts.add(acme.admin, Way("webhook", "Inside", KINDS, {}, secrets))
    await broke(alerts)
    await telling.look()
    assert sql(owner_url, "select error from alert_deliveries") == [
        ("This address is not allowed.",)
    ]


async def test_the_test_button_sends_one_message_and_tells_how_that_went(
    alerts, telling, service, acme
):
    channel = await alerts.add(acme.admin, to_webhook(service, events=["canary_changed"]))
    delivery = await alerts.try_out(acme.admin, channel.id)
    assert (await alerts.delivery(acme.admin, delivery)).state == "waiting"
    await telling.look()
    assert (await alerts.delivery(acme.admin, delivery)).state == "sent"
    assert json.loads(service.calls("/hooks")[0].text)["kind"] == "test"


async def test_a_changed_channel_keeps_the_secret_that_was_left_out(alerts, telling, service, acme):
    channel = await alerts.add(acme.admin, to_webhook(service))
    await alerts.change(
        acme.admin, channel.id, to_webhook(service, secrets={}, name="Renamed", enabled=True)
    )
    await broke(alerts)
    await telling.look()
    assert len(service.calls("/hooks")) == 1
    (shown,) = await alerts.channels(acme.admin)
    assert (shown.name, shown.settings) == ("Renamed", {"host": service.host})
    await alerts.change(acme.admin, channel.id, to_webhook(service, enabled=False))
    await broke(alerts, kind="error_rate")
    await telling.look()
    assert len(service.calls("/hooks")) == 1
    await alerts.remove(acme.admin, channel.id)
    assert await alerts.channels(acme.admin) == []


async def test_ways_to_be_told_are_for_admins_of_that_workspace(alerts, service, acme, globex):
    channel = await alerts.add(acme.admin, to_webhook(service))
    with pytest.raises(NotAllowed):
        await alerts.channels(acme.editor)
    with pytest.raises(NotAllowed):
        await alerts.add(acme.editor, to_webhook(service))
    assert await alerts.channels(globex.owner) == []
    for doing in (alerts.try_out(globex.owner, channel.id),
                  alerts.remove(globex.owner, channel.id),
                  alerts.change(globex.owner, channel.id, to_webhook(service)),
                  alerts.delivery(globex.owner, uuid4())):  # fmt: skip
        with pytest.raises(NotFound):
            await doing
    await broke(alerts)
    assert len(await alerts.newest(acme.viewer)) == 1
    assert await alerts.newest(globex.owner) == []


@pytest.mark.parametrize(
    ("way", "path"),
    [
        (Way("pigeon", "x", KINDS, {}, {}), "kind"),
        (Way("webhook", " ", KINDS, {}, {"url": "https://a.test"}), "name"),
        (Way("webhook", "x", ["rain"], {}, {"url": "https://a.test"}), "events"),
        (Way("webhook", "x", KINDS, {}, {}), "secrets.url"),
        (Way("webhook", "x", KINDS, {}, {"url": "file:///etc/passwd"}), "secrets.url"),
        (Way("slack", "x", KINDS, {}, {"url": f"https://{SLACK}.evil.test/"}), "secrets.url"),
        (by_mail(settings={"to": ["nobody"]}), "settings.to"),
        (by_mail(settings={"to": ["a@b.c"], "server": {"host": "m", "port": 25, "security": "none",
                                                       "sender": "a@b.c"}}),
         "settings.server.security"),
    ],
)  # fmt: skip
async def test_what_cannot_be_told_is_refused_at_its_place(alerts, acme, way, path):
    with pytest.raises(BadInput) as caught:
        await alerts.add(acme.owner, way)
    assert path in [one.path for one in caught.value.problems]


async def test_slack_gets_words_and_no_mention_of_anybody(alerts, telling, acme, owner_url):
    way = Way("slack", "Ops", KINDS, {}, {"url": f"https://{SLACK}/services/T/B/x"})
    await alerts.add(acme.admin, way)
    await alerts.raise_("acme", "run_failed", "c1", "Runs of <!channel> & co failed.")
    row = sql(owner_url, "select sentence from alerts")
    assert row == [("Runs of <!channel> & co failed.",)]
    from app.services.telling import _escaped

    assert _escaped(row[0][0]) == "Runs of &lt;!channel&gt; &amp; co failed."


async def test_a_credential_that_stops_working_is_told_in_the_same_transaction(
    alerts, database, safe, acme, owner_url
):
    credentials = Credentials(database, safe)
    given = Given("hunter", {"type": "bearer"}, {"key": "a-key-not-real"}, {}, ["a.test"], "Hunter")
    row = await credentials.add(acme.owner, given)
    await credentials.note_test(row, works=False, message="Wrong key.")
    assert await alerts.newest(acme.viewer) == [], "a key that never worked is no news"
    await credentials.note_test(row, works=True, message=None)
    await credentials.note_test(row, works=False, message="The service refused it.")
    (alert,) = await alerts.newest(acme.viewer)
    assert alert.sentence == "The credential “Hunter” stopped working. The service refused it."
    assert (alert.kind, alert.link) == ("credential_broken", f"/credentials/{row.id}")


async def test_a_batch_in_which_many_failed_is_told(alerts, database, service, owner_url, acme):
    await alerts.add(acme.admin, to_webhook(service))
    watching = Watching(database)
    await watching.look()
    connector = a_connector(owner_url, "acme")
    with psycopg.connect(owner_url) as connection:
        for failed in (1, 6):
            bulk = uuid4()
            connection.execute(
                "insert into bulk_executions (id, workspace_id, connector_id, connector_version,"
                " total, state, finished_at) values (%s, 'acme', %s, 1, 10, 'finished', now())",
                [bulk, connector],
            )
            for number in range(10):
                connection.execute(
                    "insert into connector_executions (connector_id, workspace_id, bulk_id,"
                    " connector_version, status, outcome) values (%s, 'acme', %s, 1, %s, %s)",
                    [connector, bulk, *(("failed", "failed") if number < failed
                                        else ("success", "found"))],
                )  # fmt: skip
    await watching.look()
    await watching.look()
    (alert,) = await alerts.newest(acme.viewer)
    assert (alert.sentence, alert.count) == ("Of 10 runs of “Look up”, 6 failed.", 1)


async def test_a_connector_of_which_many_runs_fail_is_told_once_an_hour_for_the_new_ones(
    alerts, database, service, owner_url, acme
):
    await alerts.add(acme.admin, to_webhook(service))
    connector = a_connector(owner_url, "acme")
    watching = Watching(database)

    async def ran(runs: int, failed: int) -> None:
        sql(
            owner_url,
            "update connectors set total_executions = total_executions + %s,"
            " failed_executions = failed_executions + %s where id = %s returning 1",
            runs, failed, connector,
        )  # fmt: skip
        await watching.look()

    await ran(500, 400)  # before anybody looked
    await ran(FEWEST - 1, FEWEST - 1)
    assert await alerts.newest(acme.viewer) == []
    await ran(1, 0)
    await ran(0, 0)
    (alert,) = await alerts.newest(acme.viewer)
    assert (alert.kind, alert.count) == ("error_rate", 1)
    assert alert.sentence == f"Of the last {FEWEST} runs of “Look up”, {FEWEST - 1} failed."


async def test_people_say_from_when_on_they_are_told(alerts, database, service, owner_url, acme):
    await alerts.add(acme.admin, to_webhook(service))
    connector = a_connector(owner_url, "acme")
    watching = Watching(database)
    await alerts.set_limits(acme.admin, Limits(failing_share=0.8, fewest_runs=5, expires_days=1))
    count = (
        "update connectors set total_executions = total_executions + %s,"
        " failed_executions = failed_executions + %s where id = %s returning 1"
    )
    for runs, failed, told in ((100, 0, 0), (4, 4, 0), (30, 23, 0), (50, 50, 1)):
        sql(owner_url, count, runs, failed, connector)
        await watching.look()
        assert len(await alerts.newest(acme.viewer)) == told, (runs, failed)


async def test_only_admins_of_the_workspace_say_so_and_it_is_in_the_log(
    alerts, owner_url, acme, globex
):
    wanted = Limits(failing_share=0.5, fewest_runs=5, expires_days=30)
    await alerts.set_limits(acme.admin, wanted)
    assert await alerts.limits(acme.owner) == wanted
    assert await alerts.limits(globex.owner) == Limits()
    for ask in (alerts.limits(acme.editor), alerts.set_limits(acme.editor, Limits())):
        with pytest.raises(NotAllowed):
            await ask
    with pytest.raises(BadInput) as bad:
        await alerts.set_limits(acme.admin, Limits(0, 0, 366))
    places = [one.path for one in bad.value.problems]
    assert places == ["failing_share", "fewest_runs", "expires_days"]
    ((before, after),) = sql(
        owner_url, "select before, after from audit_log where action = 'alert_limits.changed'"
    )
    assert (before["failing_share"], after["failing_share"]) == (0.3, 0.5)


async def test_a_key_that_expires_within_a_week_is_told_one_time(
    alerts, database, safe, service, acme, owner_url
):
    await alerts.add(acme.admin, to_webhook(service))
    given = Given("hunter", {"type": "bearer"}, {"key": "a-key-not-real"}, {}, ["a.test"])
    await Credentials(database, safe).add(acme.owner, given)
    sql(owner_url, "update workspace_api_credentials set expires_at = now() + interval '6 days'"
                   " returning 1")  # fmt: skip
    for _ in range(3):
        await Watching(database).look()
    (alert,) = await alerts.newest(acme.viewer)
    assert (alert.kind, alert.count) == ("credential_expires", 1)


async def test_an_alert_of_another_workspace_cannot_be_raised_by_a_run(database, acme, globex):
    with pytest.raises(Exception, match="row-level security"):
        async with database.session_for(Runner("acme")) as session:
            await rows.raised(session, "globex", "run_failed", "x", "y")
