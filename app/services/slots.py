"""A template's credential slots, and the keys that somebody gives for them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.services.credentials import Given
from app.services.problems import BadInput, Complaint, Wrong

Slot = Mapping[str, Any]
Typed = dict[str, dict[str, str]]  # slot → field → value


def filled(slots: Sequence[Slot], typed: Mapping[str, Any], there: set[str]) -> list[Given]:
    """The credentials to store. A slot whose service the workspace has already may stay empty."""
    values, wrong = _by_slot(slots, typed)
    made: list[Given] = []
    for slot in slots:
        name = slot["service_name"]
        given = values.get(name)
        if given is None and name in there:
            continue
        missing = [one for one in _names(slot) if not (given or {}).get(one)]
        wrong += [_missing(slot, field) for field in missing]
        made.append(_credential(slot, given or {}))
    if wrong:
        raise BadInput(wrong)
    return made


def _by_slot(slots: Sequence[Slot], typed: Mapping[str, Any]) -> tuple[Typed, list[Complaint]]:
    """Both ways of writing them: {slot: {field: value}} and {"slot_field": value}."""
    known = {slot["service_name"]: set(_names(slot)) for slot in slots}
    flat = {f"{slot}_{field}": (slot, field) for slot, names in known.items() for field in names}
    values: Typed = {}
    wrong: list[Complaint] = []
    for name, value in typed.items():
        fields = list(value.items()) if isinstance(value, dict) else []
        if name in known and isinstance(value, dict):
            values.setdefault(name, {})
        elif name in flat and not isinstance(value, dict):
            name, field = flat[name]
            fields = [(field, value)]
        else:
            wrong.append(Wrong(f"credentials.{name}", f"This template asks for {_all(slots)}."))
        for field, text in fields if name in known else []:
            if field not in known[name]:
                wrong.append(Wrong(f"credentials.{name}.{field}", "There is no such field."))
            elif not isinstance(text, str):
                wrong.append(Wrong(f"credentials.{name}.{field}", "This must be text."))
            else:
                values.setdefault(name, {})[field] = text
    return values, wrong


def _credential(slot: Slot, given: Mapping[str, str]) -> Given:
    plain = {field["name"] for field in _fields(slot) if field.get("secret") is False}
    return Given(
        service_name=slot["service_name"],
        auth=slot.get("auth") or {"type": "none"},
        secrets={name: value for name, value in given.items() if name not in plain},
        settings={name: value for name, value in given.items() if name in plain},
        allowed_hosts=list(slot.get("allowed_hosts") or []),
        label=slot.get("title") or "",
        test=slot.get("test"),
    )


def _missing(slot: Slot, field: str) -> Wrong:
    title = next((one.get("title") for one in _fields(slot) if one["name"] == field), None)
    service = slot.get("title") or slot["service_name"]
    return Wrong(
        f"credentials.{slot['service_name']}.{field}",
        f"{service} needs your {title or field}.",
    )


def _all(slots: Sequence[Slot]) -> str:
    return ", ".join(slot["service_name"] for slot in slots) or "no keys"


def _names(slot: Slot) -> list[str]:
    return [field["name"] for field in _fields(slot)]


def _fields(slot: Slot) -> Iterable[Mapping[str, Any]]:
    return slot.get("fields") or ()
