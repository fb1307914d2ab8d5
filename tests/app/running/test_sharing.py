"""From a connector to a template: proposed without anything private, and remembered."""

import base64
import json
from uuid import UUID

import psycopg
import pytest

from app.services.leaks import OWN
from app.services.problems import BadInput, Conflict, NotAllowed, NotFound
from app.services.testing import Trial
from db.session import Actor
from tests.app.running.connectors import lookup
from tests.every_place import NAMED, every_template, names, naming, saying, values

KEY = "demo-key-not-real-8271"
DISGUISES = {
    "plain": KEY,
    "base64": base64.b64encode(KEY.encode()).decode(),
    "percent": "".join(f"%{byte:02x}" for byte in KEY.encode()),
    "capitals": KEY.upper(),
    "escaped": "".join(f"\\u{ord(one):04x}" for one in KEY),
}


@pytest.fixture
async def connector(api, service) -> str:
    """With a key, a note, and a last test on somebody real."""
    body = {
        "service_name": "people",
        "label": "Acme's own account",
        "auth": {"type": "header", "name": "X-Api-Key"},
        "credentials": {"api_key": KEY},
        "settings": {"region": "eu-acme"},
        "allowed_hosts": [service.host],
    }
    assert (await api.post("/workspace/credentials", json=body)).status_code == 201
    made = {**lookup(service.url), "name": "Ask about people"}
    made["config"]["steps"][0]["credential"] = "people"
    answer = await api.post("/connectors", json=made)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


@pytest.fixture
def admin(owner_url, acme) -> Actor:
    """As the operator makes the first one; in acme an editor, too."""
    with psycopg.connect(owner_url) as owner:
        owner.execute(
            "insert into saas_admin_users (user_id, role) values (%s, 'owner')",
            [acme.editor.user_id],
        )
    return acme.editor


async def keep_a_test(console, actor, connector, contact) -> None:
    made = await console.services.testing.try_now(actor, UUID(connector), Trial(contact=contact))
    entries = {one["id"]: ("print", one) for one in made.steps_executed}
    await console.services.drafts.remember(actor, connector, entries)


async def proposed(console, actor, connector) -> dict:
    return (await console.services.sharing.proposal(actor, connector)).said


async def test_a_proposal_holds_the_shape_of_a_key_and_of_an_answer_and_nobodys_data(
    console, acme, connector
):
    await keep_a_test(console, acme.editor, connector, {"email": "ada@example.com"})
    said = await proposed(console, acme.editor, connector)
    (slot,) = said["slots"]
    assert [field["title"] for field in slot["fields"]] == ["API key", "Region"]
    ((step_id, answer),) = said["example_responses"].items()
    assert answer["status"] == 200
    assert answer["body"]["data"]["email"] == "avery@example.com"
    text = json.dumps(said)
    for private in (KEY, "eu-acme", "Acme's own", "ada@example.com", "Lovelace"):
        assert private not in text
    examined = await console.services.publishing.examined(acme.editor, said)
    assert (examined.wrong, examined.doubts) == ([], [])
    assert said["config"]["steps"][0]["id"] == step_id


async def test_a_connector_remembers_its_template_and_its_words(console, acme, connector):
    sharing = console.services.sharing
    said = await proposed(console, acme.editor, connector)
    said |= {"name": "Who is that?", "tags": ["people"]}
    said["slots"][0]["fields"][0]["help"] = "Under Account."
    made = await sharing.share(acme.editor, said, "private", connector_id=connector)
    again = await sharing.proposal(acme.editor, connector)
    assert again.template is not None
    assert (again.template.id, again.said["name"]) == (made.id, "Who is that?")
    assert again.said["slots"][0]["fields"][0]["help"] == "Under Account."
    changed = {**again.said, "description": "Better"}
    same = await sharing.share(
        acme.editor, changed, "private", connector_id=connector, template_id=made.id
    )
    assert (same.id, same.description) == (made.id, "Better")
    assert [one.id for one in await sharing.mine(acme.editor)] == [made.id]
    assert await sharing.mine(acme.owner) == []


async def test_its_author_sees_since_when_it_waits_and_why_it_came_back(
    console, acme, admin, connector
):
    sharing, publishing = console.services.sharing, console.services.publishing
    said = await proposed(console, acme.admin, connector)
    made = await sharing.share(acme.admin, said, "community", connector_id=connector)
    assert (made.review_state, made.is_public) == ("pending", False)
    assert made.review_since is not None
    rank = {"review_state": "rejected", "review_note": "Say what it costs."}
    await publishing.judge(admin, made.id, {}, rank)
    seen = await sharing.shared_as(acme.admin, connector)
    assert (seen.review_state, seen.review_note) == ("rejected", "Say what it costs.")
    again = await sharing.share(
        acme.admin, said, "community", connector_id=connector, template_id=made.id
    )
    assert again.review_state == "pending"
    assert again.review_since > made.review_since


async def test_an_admin_edits_any_template_in_a_working_copy(console, acme, admin, connector):
    sharing = console.services.sharing
    said = await proposed(console, acme.admin, connector)
    made = await sharing.share(acme.admin, said, "community")
    copy = await sharing.working_copy(admin, made.id)
    assert await sharing.working_copy(admin, made.id) == copy
    opened = await console.services.connectors.get(admin, copy)
    assert (opened.enabled, opened.created_from_template) == (False, None)
    config = json.loads(json.dumps(opened.config).replace('"extract"', '"notes": "n", "extract"'))
    await console.services.connectors.change(admin, copy, opened.version, {"config": config})
    next_one = await proposed(console, admin, copy)
    assert next_one["config"]["steps"][0]["notes"] == "n"
    shared = await sharing.share(
        admin, next_one, "community", connector_id=copy, template_id=made.id, as_admin=True
    )
    assert shared.config == config
    now = await console.services.templates.get(admin, made.id)
    assert now.install_count == 0


async def test_a_copy_that_was_overtaken_says_so_and_can_begin_again(
    console, acme, admin, connector
):
    sharing = console.services.sharing
    said = await proposed(console, acme.admin, connector)
    made = await sharing.share(acme.admin, said, "community", connector_id=connector)
    copy = await sharing.working_copy(admin, made.id)
    assert not (await sharing.proposal(admin, copy)).overtaken
    other = json.loads(json.dumps(said["config"]).replace('"extract"', '"notes": "n", "extract"'))
    await sharing.share(acme.admin, said | {"config": other}, "community", template_id=made.id)
    assert (await sharing.proposal(admin, copy)).overtaken
    await sharing.begin_again(admin, copy)
    now = await sharing.proposal(admin, copy)
    assert (now.overtaken, now.said["config"]) == (False, other)
    assert not (await sharing.proposal(acme.admin, copy)).overtaken


async def test_a_reviewer_sees_what_changed_and_what_nobody_agreed_to(
    console, acme, admin, connector
):
    sharing, reviewing = console.services.sharing, console.services.reviewing
    said = await proposed(console, acme.admin, connector)
    made = await sharing.share(acme.admin, said, "community")
    first = await reviewing.look(admin, made.id)
    assert (first.before, first.wrong) == (None, [])
    assert [one["message"] for one in first.doubts] == ["A template calls over https only."]
    await reviewing.approve(admin, made.id)
    other = json.loads(json.dumps(said).replace("127.0.0.1", "evil.example"))
    other["description"] = "As in zQ8vN2kLx7RtY4mWp9Ba."
    await sharing.share(acme.admin, other, "community", template_id=made.id)
    seen = await reviewing.look(admin, made.id)
    assert seen.before["config"] == said["config"]
    hosts = {ask.what for ask in seen.asks}
    assert all("evil.example" in host for host in hosts)
    assert {ask.kind for ask in seen.asks} == {"host", "slot_host"}
    assert "description" in [one["path"] for one in seen.doubts]
    with pytest.raises(BadInput):
        await reviewing.send_back(admin, made.id, "  ")
    with pytest.raises(NotAllowed):
        await reviewing.look(acme.admin, made.id)
    played = await reviewing.rehearsed(admin, made.id)
    assert played.status == "failed"  # nobody gave it an example answer


async def test_what_others_may_not_they_may_not_here(console, acme, globex, connector):
    sharing = console.services.sharing
    with pytest.raises(NotAllowed):
        await sharing.proposal(acme.viewer, connector)
    with pytest.raises(NotFound):
        await sharing.proposal(globex.owner, connector)
    said = await proposed(console, acme.editor, connector)
    with pytest.raises(NotAllowed):
        await sharing.share(acme.editor, said, "community")
    with pytest.raises(NotAllowed):
        await sharing.share(acme.owner, said, "official")
    made = await sharing.share(acme.editor, said, "private", connector_id=connector)
    with pytest.raises(NotFound):
        await sharing.working_copy(globex.owner, made.id)
    with pytest.raises(NotAllowed):
        await sharing.share(acme.owner, said, "private", template_id=made.id, as_admin=True)
    drafted = await console.services.drafts.begin(acme.editor, {"name": "Not yet", "steps": []})
    with pytest.raises(Conflict):
        await sharing.proposal(acme.editor, drafted.id)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"{", "no valid JSON"),
        (b"[1]", "a JSON object"),
        (b'{"name": "A", "config": {}, "published_by": 1}', "published_by"),
        (b'{"name": "A"}', "config"),
        (b'{"name": "A", "config": {}, "slots": {}}', "slots"),
        (b"[" * 100_000, "no valid JSON"),
    ],
)
async def test_a_file_that_is_no_template_is_refused_and_says_why(console, acme, content, told):
    with pytest.raises(BadInput, match=told):
        console.services.sharing.from_file(acme.editor, content)


async def test_a_file_passes_the_same_gates(console, acme, connector):
    said = await proposed(console, acme.editor, connector)
    said["description"] = f"Use {KEY[::-1]}"
    read = console.services.sharing.from_file(acme.editor, json.dumps(said).encode())
    with pytest.raises(BadInput):
        await console.services.sharing.share(acme.editor, read, "private")
    with pytest.raises(NotAllowed):
        console.services.sharing.from_file(acme.viewer, b"{}")


@pytest.mark.parametrize("disguise", DISGUISES)
async def test_a_files_every_place_is_looked_at(console, acme, connector, disguise):
    everything, text = every_template(), DISGUISES[disguise]
    words = dict.fromkeys(("name", "description", "icon", "category"), text)
    for document, places in (
        (saying(everything, text), values(everything)),
        (naming(everything, text), (one.replace(NAMED, text) for one in names(everything))),
    ):
        file = json.dumps({**document, **words, "tags": [text]}).encode()
        read = console.services.sharing.from_file(acme.editor, file)
        with pytest.raises(BadInput) as refused:
            await console.services.sharing.share(acme.editor, read, "private")
        told = {one.path for one in refused.value.problems if one.message == OWN}
        assert set(places) - told == set()
    assert await console.services.sharing.mine(acme.editor) == []
