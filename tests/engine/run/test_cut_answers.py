"""What the record keeps of a big answer: its shape, so that people find their way in it."""

from engine.model import poison
from engine.run.entry import KEPT_BYTES, cut_body


def test_a_long_list_keeps_its_first_objects_whole() -> None:
    people = [{"id": n, "name": f"Person {n}", "tags": ["a", "b"]} for n in range(20_000)]
    raw = poison.dumps({"people": people})
    body, cut = cut_body(raw, {"people": people}, len(raw))
    assert cut
    assert body["people"] == people[: len(body["people"])]
    assert 10 <= len(body["people"]) < 20_000
    assert len(poison.dumps(body)) <= KEPT_BYTES


def test_a_long_text_in_an_object_is_cut_and_its_neighbours_stay() -> None:
    whole = {"note": "x" * 1_000_000, "score": 7}
    body, cut = cut_body(b"", whole, 1_000_020)
    assert (cut, body["score"], body["note"][-1]) == (True, 7, "…")


def test_what_has_no_shape_that_is_small_keeps_its_beginning() -> None:
    deep = {str(n): {str(m): "y" * 90 for m in range(200)} for n in range(5_000)}
    raw = poison.dumps(deep)
    body, _ = cut_body(raw, deep, len(raw))
    assert len(poison.dumps(body)) <= KEPT_BYTES
    text, cut = cut_body(b"z" * 70_000, None, 70_000)
    assert (cut, text) == (True, "z" * KEPT_BYTES)
