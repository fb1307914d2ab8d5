"""A template's credential slots, and the keys that somebody gives for them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.services.credentials import Given
from app.services.problems import BadInput, Complaint, Wrong
from db.credentials import Credential
from engine.model.consent import Ask
from engine.model.patterns import BadPattern, searches

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
        missing = [one for one in _needed(slot) if not (given or {}).get(one)]
        wrong += [_missing(slot, field) for field in missing]
        wrong += _odd(slot, given or {})
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
        secrets={name: value for name, value in given.items() if name not in plain and value},
        settings={name: value for name, value in given.items() if name in plain},
        allowed_hosts=list(slot.get("allowed_hosts") or []),
        label=slot.get("title") or "",
        test=slot.get("test"),
    )


def changed_fields(
    slot: Slot, given: Mapping[str, str], asks: Sequence[Ask], row: Credential
) -> dict[str, Any]:
    """What becomes of a credential that is there, once a newer version's wishes were agreed to."""
    kinds = {one.kind for one in asks}
    there = {} if kinds & {"auth", "fields"} and given else {**row.fields, **row.settings}
    missing = [name for name in _needed(slot) if not given.get(name) and name not in there]
    wrong = [_missing(slot, one) for one in missing] if kinds & {"auth", "fields"} else []
    if wrong := [*wrong, *_odd(slot, given)]:
        raise BadInput(wrong)
    hosts = [one.what for one in asks if one.kind == "slot_host"]
    values: dict[str, Any] = {}
    if hosts:
        values["allowed_hosts"] = list(dict.fromkeys([*row.allowed_hosts, *hosts]))
    if "auth" in kinds:
        values["auth"] = slot.get("auth") or {"type": "none"}
    if given:
        whole = _credential(slot, given)
        values["credentials"] = whole.secrets
        values["settings"] = {**row.settings, **whole.settings}
    return values


def _odd(slot: Slot, given: Mapping[str, str]) -> list[Wrong]:
    """Values that are not what the field is for, such as an e-mail address as the key."""
    service = slot.get("title") or slot["service_name"]
    return [
        Wrong(
            f"credentials.{slot['service_name']}.{field['name']}",
            f"This does not look like the {field.get('title') or field['name']} of {service}.",
        )
        for field in _fields(slot)
        if (value := given.get(field["name"])) and not _looks_right(field.get("pattern"), value)
    ]


def _looks_right(pattern: str | None, value: str) -> bool:
    try:
        return pattern is None or searches(pattern, value)
    except BadPattern:
        return True  # of a template that was published before patterns were read


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


def _needed(slot: Slot) -> list[str]:
    return [field["name"] for field in _fields(slot) if field.get("optional") is not True]


def _fields(slot: Slot) -> Iterable[Mapping[str, Any]]:
    return slot.get("fields") or ()
