"""Connectors that tests make: small, and answered by the pretended providers."""

from typing import Any


def lookup(url: str, **more: Any) -> dict[str, Any]:
    """Finds the contact's person by e-mail."""
    return {
        "name": "Find the person",
        "config": {
            "steps": [
                {
                    "id": "find",
                    "name": "Find the person",
                    "kind": "http",
                    "request": {
                        "method": "GET",
                        "url": f"{url}/people/find",
                        "query": {"email": "{{ contact.email }}"},
                    },
                    "extract": {"person": "$.data"},
                    "rules": [{"status": [404], "then": "not_found"}],
                }
            ]
        },
        "field_mappings": [
            {"field": "first_name", "value": "{{ steps.find.person.name.givenName }}"},
            {"field": "city", "value": "{{ steps.find.person.geo.city }}", "write": "if_empty"},
        ],
        **more,
    }


def waiting(for_ms: int = 600_000) -> dict[str, Any]:
    """Waits long enough to be looked at and cancelled."""
    return {
        "name": "Wait",
        "config": {
            "steps": [
                {"id": "note", "kind": "set", "values": {"said": "begun"}},
                {"id": "rest", "kind": "wait", "for_ms": for_ms},
            ]
        },
    }
