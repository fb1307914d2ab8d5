"""A ready-made connector as the marketplace ships it: strict, whole, and without any secret."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field, ValidationError

from engine.errors import BadDefinition, Problem, RunStopped
from engine.model.contact import check_contact
from engine.model.definition import read
from engine.model.expressions import names
from engine.model.jsonpath import find
from engine.model.parts import (
    Definition,
    HttpStep,
    Many,
    Part,
    Request,
    ResultName,
    Rule,
    ServiceName,
    Short,
    Words,
    all_steps,
)
from engine.model.patterns import BadPattern, compile_pattern
from engine.model.shapes import problems_of
from engine.model.template_hosts import hosts_refused
from engine.model.template_secrets import looks_like_a_secret

_DEFINITION = ("config", "input_schema", "field_mappings")


class SlotField(Part):
    """One thing to enter. What is no secret can be read in {{ credential.settings… }}."""

    name: ResultName
    title: Annotated[str, Field(min_length=1, max_length=100)]
    help: Words = ""
    example: Short = ""
    pattern: Short | None = None
    secret: bool = True
    optional: bool = False
    docs_url: Short | None = None


class SlotTest(Request):
    """A call that tells a good key from a bad one; rules, where the status alone does not."""

    rules: Many[Rule] = ()


class Slot(Part):
    """A service that whoever installs the template needs access to."""

    service_name: ServiceName
    title: Annotated[str, Field(min_length=1, max_length=100)]
    auth: dict[str, Any]
    fields: Annotated[Many[SlotField], Field(min_length=1)]
    allowed_hosts: Annotated[Many[Short], Field(min_length=1)]
    test: SlotTest | None = None


class Example(Part):
    """What a step's service may answer."""

    status: Annotated[int, Field(ge=100, le=599)] = 200
    body: Any = None


class Template(Part):
    name: Annotated[str, Field(min_length=1, max_length=255)]
    description: Annotated[str, Field(min_length=1, max_length=2000)]
    category: Annotated[str, Field(pattern=r"^[a-z]{2,40}$")]
    tags: Many[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9 -]{0,39}$")]] = ()
    icon: Short | None = None
    config: dict[str, Any]
    input_schema: dict[str, Any] = Field(default_factory=dict)
    field_mappings: list[Any] = Field(default_factory=list)
    slots: Many[Slot] = ()
    example_contact: dict[str, Any] = Field(default_factory=dict)
    example_responses: dict[str, Example] = Field(default_factory=dict)

    @property
    def definition(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _DEFINITION}


def load_template(raw: Any) -> Template:
    """The template, or BadDefinition with everything that is wrong with it."""
    if type(raw) is not dict:
        raise BadDefinition([Problem("template", "A template is an object.")])
    try:
        template = Template.model_validate(raw)
    except ValidationError as error:
        raise BadDefinition(problems_of(error, raw)) from None
    definition, problems = read(template.definition)
    if definition is not None:
        problems += _lint(template, definition)
    problems += looks_like_a_secret(raw)
    if problems:
        raise BadDefinition(problems)
    return template


def _lint(template: Template, definition: Definition) -> Iterator[Problem]:
    yield from check_contact(template.example_contact, path="example_contact")
    slots = {slot.service_name: slot for slot in template.slots}
    used = set()
    for step in all_steps(definition.steps):
        if not isinstance(step, HttpStep):
            continue
        yield from _example(template, step)
        slot = slots.get(step.credential or "")
        if step.credential is not None and slot is None:
            yield Problem(f"steps.{step.id}.credential", f"No slot is called “{step.credential}”.")
        used.add(step.credential)
        requests = [step.request, *([step.poll.request] if step.poll and step.poll.request else [])]
        for request in requests:
            yield from _call(request, slot, f"steps.{step.id}.request")
    for number, slot in enumerate(template.slots):
        if slot.service_name not in used:
            yield Problem(f"slots[{number}]", "No step uses this slot.")
        if slot.test is not None:
            yield from _call(slot.test, slot, f"slots[{number}].test")
            yield from _judged(slot.test, f"slots[{number}].test")
        for place, field in enumerate(slot.fields):
            yield from _pattern(field, f"slots[{number}].fields[{place}].pattern")


def _call(request: Request, slot: Slot | None, path: str) -> Iterator[Problem]:
    """Where a request goes, and what it takes from the slot's fields."""
    allowed = slot.allowed_hosts if slot else None
    told = set(slot.auth.get("settings_from_token") or ()) if slot else set()
    if refused := hosts_refused(request.url, allowed, told):
        yield Problem(f"{path}.url", refused)
    plain = {field.name for field in slot.fields if not field.secret} if slot else set()
    plain |= told
    for text in _texts(request.model_dump(by_alias=True)):
        for name in names(text):
            if name.keys[0] == "credential" and not set(name.keys[2:3]) <= plain:
                yield Problem(path, f"“{name.keys[-1]}” is no plain field of the slot.")


def _judged(test: SlotTest, path: str) -> Iterator[Problem]:
    """Its rules must make sense, as those of a step."""
    rules = [rule.model_dump(by_alias=True, exclude_unset=True, mode="json") for rule in test.rules]
    request = {"url": "https://example.com"}
    step = {"id": "test", "kind": "http", "request": request, "rules": rules}
    _, problems = read({"config": {"steps": [step]}})
    yield from (
        replace(one, path=f"{path}.{one.path.removeprefix('config.steps[0].')}") for one in problems
    )


def _pattern(field: SlotField, path: str) -> Iterator[Problem]:
    try:
        compile_pattern(field.pattern or "")
    except BadPattern as problem:
        yield Problem(path, f"This pattern cannot be used: {problem}.")


def _texts(value: Any) -> Iterator[str]:
    if type(value) is str:
        yield value
    inner = value.values() if type(value) is dict else value if type(value) is list else ()
    for one in inner:
        yield from _texts(one)


def _example(template: Template, step: HttpStep) -> Iterator[Problem]:
    """Each path must find something in what the template itself says the service answers."""
    example = template.example_responses.get(step.id)
    if example is None:
        yield Problem(f"example_responses.{step.id}", "There is no example answer for this step.")
        return
    paths = dict(step.extract)
    if step.paginate:
        paths |= {"items": step.paginate.items}
    for name, path in paths.items():
        try:
            found = find(path, example.body)
        except RunStopped as problem:
            found = []
            yield Problem(f"steps.{step.id}.extract.{name}", problem.message)
        if not found:
            yield Problem(
                f"steps.{step.id}.extract.{name}", f"{path} finds nothing in the example answer."
            )
