"""What a call must be, and a condition: addresses, headers, bodies, paging, comparisons."""

import re
from collections.abc import Iterable
from typing import Any, Final

from engine.errors import RunStopped
from engine.model.headers import may_set
from engine.model.jsonpath import check_path
from engine.model.parts import Body, Condition, HttpStep, Paginate, Request
from engine.model.patterns import BadPattern, compile_pattern
from engine.model.reach import RESERVED, Known, Reach
from engine.model.shapes import Place, spelled
from engine.model.urls import shape

NO_RIGHT: Final = frozenset({"is_empty", "is_not_empty", "is_true", "equals", "not_equals"})


class CallChecks(Reach):
    """The part of the walk that looks into calls and conditions."""

    def http(self, step: HttpStep, place: Place, known: Known) -> None:
        known = known.also("credential") if step.credential else known
        answering = known.also("response")
        self.request(step.request, (*place, "request"), known, step.credential)
        for number, rule in enumerate(step.rules):
            here = (*place, "rules", number)
            self.condition(rule.when, (*here, "when"), answering)
            self.values(rule.message, (*here, "message"), answering)
        self.reserved(step.extract, (*place, "extract"))
        for name, path in step.extract.items():
            self.path(path, (*place, "extract", name))
        if step.paginate:
            self.paginate(step.paginate, step.request, (*place, "paginate"))
        if step.poll:
            here = (*place, "poll")
            if step.paginate:
                hint = "Wait for the answer in one step, and read its pages in the next."
                self.problem(here, "A step reads pages or asks again, not both.", hint)
            self.condition(step.poll.until, (*here, "until"), answering)
            if step.poll.request:
                again = answering.after(step)
                self.request(step.poll.request, (*here, "request"), again, step.credential)

    def request(self, request: Request, place: Place, known: Known, credential: str | None) -> None:
        self.url(request.url, (*place, "url"), known, credential)
        self.members(request.query, (*place, "query"), known)
        for name, value in request.headers.items():
            here = (*place, "headers", name)
            if not may_set(name):
                self.problem(here, f"A connector cannot set the header “{name}”.")
            if type(value) in (list, dict):
                self.problem(here, "A header is one text.")
            elif type(value) is str and re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value):
                self.problem(here, "A header cannot hold a line end.")
            self.values(value, here, known)
        if request.body:
            self.body(request.body, (*place, "body"), known)

    def url(self, text: str, place: Place, known: Known, credential: str | None) -> None:
        self.values(text, place, known)
        try:
            address = shape(text)
        except RunStopped as problem:
            if not any(one.path == spelled(place) for one in self.found):
                self.problem(place, problem.message, problem.hint)
            return
        if not address.has_a_possible_host:
            self.problem(place, "The address has no host, or signs that a host cannot have.")
        elif not address.is_sendable:
            hint = "Write a space as %20, or put the value into the query."
            self.problem(place, "The address holds a sign that no address can have.", hint)
        roots = {name.keys[0] for hole in address.host_holes for name in hole.names}
        if credential and not roots <= {"credential", "steps", "response"}:
            self.problem(
                place,
                "The host is not fixed, so the key could be sent anywhere.",
                "Write the host out, or take it from {{ credential.settings… }}.",
            )

    def members(self, members: dict[str, Any], place: Place, known: Known) -> None:
        for name, value in members.items():
            many = value if type(value) is list else [value]
            if any(type(one) in (list, dict) for one in many):
                self.problem((*place, name), "This must be one text or number, or a list of them.")
            self.values({name: None}, place, known)
            self.values(value, (*place, name), known)

    def body(self, body: Body, place: Place, known: Known) -> None:
        forms = [kind for kind in ("json", "form", "text") if kind in body.given]
        if len(forms) != 1:
            self.problem(place, "A body is one of “json”, “form” and “text”.")
        if body.content_type and body.kind != "text":
            self.problem(
                (*place, "content_type"),
                "Only a text body has a content type of its own.",
                "Set the header Content-Type instead.",
            )
        self.values(body.json_, (*place, "json"), known)
        self.members(body.form or {}, (*place, "form"), known)
        self.values(body.text, (*place, "text"), known)

    def paginate(self, paginate: Paginate, request: Request, place: Place) -> None:
        needed = {"cursor": ("next", "param"), "page": ("param",), "offset": ("param",)}
        needed |= {"next_url": ("next",)}
        for name in needed.get(paginate.kind, ()):
            if getattr(paginate, name) is None:
                self.problem((*place, name), f"“{name}” is missing.")
        for name in ("items", "next"):
            path = getattr(paginate, name)
            if path is not None:
                self.path(path, (*place, name))
        kind = request.body.kind if request.body else None
        if paginate.param_in == "body" and kind not in ("json", "form"):
            self.problem((*place, "param_in"), "The request has no JSON or form body for it.")

    def path(self, path: str, place: Place) -> None:
        try:
            check_path(path)
        except RunStopped as problem:
            self.problem(place, problem.message, problem.hint)

    def reserved(self, chosen: Iterable[str], place: Place) -> None:
        for name in chosen:
            if name in RESERVED:
                self.problem(
                    (*place, name),
                    f"“{name}” is the name of something every step has.",
                    f"Choose another; taken are {', '.join(RESERVED)}.",
                )

    # Conditions

    def condition(self, condition: Condition | None, place: Place, known: Known) -> None:
        if condition is None:
            return
        given = condition.model_fields_set
        forms = [form for form in ("op", "all_", "any_", "not_") if form in given]
        if len(forms) != 1 or (forms != ["op"] and given & {"left", "right"}):
            self.problem(
                place,
                "A condition is either “left”, “op”, “right”, or one of “all”, “any”, “not”.",
            )
        for name, many in (("all", condition.all_), ("any", condition.any_)):
            if many is not None and not many:
                self.problem((*place, name), "There is nothing to compare here.")
            for number, one in enumerate(many or ()):
                self.condition(one, (*place, name, number), known)
        self.condition(condition.not_, (*place, "not"), known)
        self.values(condition.left, (*place, "left"), known)
        self.values(condition.right, (*place, "right"), known)
        self.comparison(condition, place)

    def comparison(self, condition: Condition, place: Place) -> None:
        op, right = condition.op, condition.right
        if op is None:
            return
        if "left" not in condition.model_fields_set:
            self.problem((*place, "left"), "“left” is missing.")
        if right is None and op not in NO_RIGHT:
            self.problem((*place, "right"), "“right” is missing.")
        literal = type(right) is not str or "{{" not in right
        if op == "in" and right is not None and literal and type(right) is not list:
            self.problem((*place, "right"), "“in” needs a list at the right.")
        if op == "matches" and type(right) is str and literal:
            try:
                compile_pattern(right)
            except BadPattern as problem:
                self.problem((*place, "right"), f"This pattern cannot be used: {problem}.")
