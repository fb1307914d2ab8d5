"""What expressions in tests may name."""

from typing import Any

VALUES: dict[str, Any] = {
    "contact": {
        "email": "ada@example.com",
        "phone": None,
        "first_name": "ada",
        "data": {"odd key": "odd", "class": "first", "items": "an own key"},
    },
    "items": [{"name": "one"}, {"name": "two"}],
    "n": 42,
    "yes": True,
    "half": 0.5,
    "nothing": None,
    "evil": "{{ contact.email }} {% if x %} ${n}",
    "secret": "hunter2-secret-value",
}
