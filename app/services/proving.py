"""The call that tells a good key from a bad one: one step, as any other of a connector."""

from collections.abc import Mapping
from typing import Any

from app.services.problems import BadInput, Wrong
from engine.errors import BadDefinition
from engine.model.definition import load
from engine.model.plan import Plan, compile_plan


def plan_of(service_name: str, request: Mapping[str, Any]) -> Plan:
    """Raises BadInput with everything that is wrong with it."""
    try:
        return compile_plan(load(definition(service_name, request)))
    except BadDefinition as bad:
        raise BadInput([Wrong("test", one.message) for one in bad.problems]) from bad


def definition(service_name: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """`request` may have rules, for services that answer 200 to a wrong key, too."""
    call = {name: value for name, value in request.items() if name != "rules"}
    step = {
        "id": "test",
        "name": "Test the credential",
        "kind": "http",
        "credential": service_name,
        "request": call,
        "rules": request.get("rules") or [],
        "retry": {"max_retries": 0},
        "timeout_ms": 20_000,
    }
    return {"config": {"version": 1, "steps": [step]}, "input_schema": {}, "field_mappings": []}
