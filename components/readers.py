"""Who uses the values of a step: named before it is missed."""

import json
import re
from typing import Any

from components import kinds
from components.fields import field_label
from components.step_tree import Step, find_in, inner_lists, places_in


def readers(document: dict[str, Any], step_id: str) -> list[str]:
    """Titles of the steps, and the contact fields, that a step's values go into."""
    gone = find_in(document["steps"], step_id)
    inside = {place.step["id"] for place in places_in([gone], "root", "")}
    names = "|".join(re.escape(str(one)) for one in sorted(inside))
    used = re.compile(rf"(?<![\w.])steps\.(?:{names})(?!\w)")
    found = [
        kinds.title(place.step)
        for place in places_in(document["steps"], "root", "")
        if place.step["id"] not in inside and used.search(_own(place.step))
    ]
    mapped = (one for one in document["field_mappings"] if used.search(str(one.get("value"))))
    return list(dict.fromkeys([*found, *(field_label(str(one["field"])) for one in mapped)]))


def _own(step: Step) -> str:
    """Without the steps inside of it, which speak for themselves."""
    text = json.dumps(step, ensure_ascii=False)
    for _list_id, _title, steps in inner_lists(step):
        for one in steps:
            text = text.replace(json.dumps(one, ensure_ascii=False), "", 1)
    return text
