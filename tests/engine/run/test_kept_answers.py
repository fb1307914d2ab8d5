"""The same question is paid for once: answers kept from earlier runs."""

from contextlib import nullcontext

from tests.engine.run.story import call, connector, key_for


class Shelf:
    """A cache in memory that also knows how long it was asked to keep things."""

    def __init__(self):
        self.kept = {}
        self.lasts = []

    async def get(self, workspace_id, key):
        return self.kept.get((workspace_id, key))

    async def put(self, workspace_id, key, answer, ttl_s):
        self.kept[workspace_id, key] = answer
        self.lasts.append(ttl_s)

    def turn(self, workspace_id, key):
        return nullcontext()


def find(service, **more):
    return call(
        "find", f"{service.url}/people/find", query={"email": "{{ contact.email }}"},
        extract={"name": "$.data.name.givenName"}, rules=[{"status": [404], "then": "not_found"}],
        cache={"ttl_s": 100, "negative_ttl_s": 10}, **more,
    )  # fmt: skip


async def twice(player, definition, first=None, **second):
    player.cache = player.cache or Shelf()
    before = await player.play(definition, **(first or {}))
    player.marks.clear()
    return before, await player.play(definition, **second)


async def test_the_same_question_is_asked_once(player, service):
    maps = {"first_name": "{{ steps.find.name }}"}
    before, after = await twice(player, connector(find(service), maps=maps))

    assert len(service.calls()) == 1
    assert (after.outcome, after.output) == ("found", before.output)
    assert (before.entries[0]["cached"], after.entries[0]["cached"]) == (False, True)
    assert after.entries[0]["attempts"] == 0
    assert after.entries[0]["response"] == before.entries[0]["response"]
    assert player.cache.lasts == [100]
    assert "Knew the answer of 127.0.0.1 from an earlier call, found name." in player.sentences


async def test_what_was_not_found_is_kept_for_its_own_time(player, service):
    nobody = {"contact": {"email": "nobody@example.com"}}
    _, after = await twice(player, connector(find(service)), nobody, **nobody)
    assert after.outcome == "not_found"
    assert len(service.calls()) == 1
    assert player.cache.lasts == [10]


async def test_another_question_another_workspace_another_account_ask_anew(player, service):
    definition = connector(find(service, credential="demo"))
    one = {"credentials": {"demo": key_for(service, {"type": "bearer"})}}
    await twice(player, definition, one, contact={"email": "grace@example.com"}, **one)
    player.marks.clear()
    await player.play(definition, workspace={"id": "globex", "name": "Globex"}, **one)
    player.marks.clear()
    await player.play(connector(find(service)))
    assert len(service.calls()) == 4


async def test_a_failure_is_never_kept(player, service):
    step = call("ask", f"{service.url}/bad/400?times=1", cache={"ttl_s": 100})
    before, after = await twice(player, connector(step))
    assert (before.status, after.status) == ("failed", "success")


async def test_todays_rules_judge_a_kept_answer(player, service):
    step = find(service)
    await twice(player, connector(step))
    step["rules"] = [{"status": [200], "then": "fail", "message": "No more."}]
    player.marks.clear()
    end = await player.play(connector(step))
    assert end.error_message == "No more."


async def test_all_pages_of_a_list_are_kept_together(player, service):
    paginate = {"kind": "next_url", "items": "$.results", "next": "$.next"}
    url = f"{service.url}/pages/next_url"
    step = call("list", url, paginate=paginate, cache={"ttl_s": 100})
    maps = {"data.n": "{{ steps.list.items | length }}"}
    before, after = await twice(player, connector(step, maps=maps))
    assert before.output == after.output == {"data.n": 25}
    assert len(service.calls()) == 3
