"""The practice service: answers like an enrichment and an e-mail-check provider, on loopback.

All people in it are invented.

    GET /v1/people/find?email=…      who is this?            404 where nobody is known
    GET /v1/companies/find?domain=…  what company is this?   404 where none is known
    GET /v1/email/check?email=…      does the mailbox exist?

Every call needs the practice key in `X-Api-Key`. One address answers slowly and one is busy
at first (429), as on a bad day.
"""

import asyncio
import hashlib
import json
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

KEY = "practice-key-not-a-secret-4711"
SLOW, BUSY = "slow.answer@shoply.example", "busy.service@nordwind.example"
SLOW_SECONDS = 2.0
_DATA = Path(__file__).parents[2] / "assets" / "practice"


def service(slow_seconds: float = SLOW_SECONDS) -> Starlette:
    """The service as an ASGI application; `slow_seconds` is how long the slow address takes."""
    people = {row[0]: row for row in json.loads((_DATA / "people.json").read_text("utf-8"))}
    companies = json.loads((_DATA / "companies.json").read_text("utf-8"))
    calls = {BUSY: 0}

    async def find_person(request: Request) -> Response:
        email = request.query_params.get("email", "").strip().lower()
        if refused := _refusal(request, email, "email"):
            return refused
        if email == SLOW:
            await asyncio.sleep(slow_seconds)
        if email == BUSY:
            calls[BUSY] += 1
            if calls[BUSY] % 2:  # the first of each two calls: a retry succeeds
                return _problem(
                    429, "rate_limited", "Too many requests. Slow down.", {"Retry-After": "1"}
                )
        if email not in people:
            return _problem(404, "not_found", "We know nobody with this e-mail address.")
        return JSONResponse({"data": _person(people[email])})

    async def find_company(request: Request) -> Response:
        domain = request.query_params.get("domain", "").strip().lower()
        if refused := _refusal(request, domain, "domain"):
            return refused
        if domain not in companies:
            return _problem(404, "not_found", "We know no company with this domain.")
        return JSONResponse({"data": _company(domain, companies[domain])})

    async def check_email(request: Request) -> Response:
        email = request.query_params.get("email", "").strip().lower()
        if refused := _refusal(request, email, "email"):
            return refused
        return JSONResponse({"data": _verdict(email, known=email in people)})

    return Starlette(
        routes=[
            Route("/v1/people/find", find_person),
            Route("/v1/companies/find", find_company),
            Route("/v1/email/check", check_email),
        ]
    )


def _refusal(request: Request, asked: str, name: str) -> Response | None:
    if request.headers.get("x-api-key") != KEY:
        return _problem(401, "bad_key", "The key is missing or not known to us.")
    if not asked:
        return _problem(400, "missing_parameter", f"Please say which {name} to look up.")
    return None


def _problem(
    status: int, code: str, message: str, headers: dict[str, str] | None = None
) -> Response:
    return JSONResponse({"error": {"code": code, "message": message}}, status, headers)


def _person(row: list[str]) -> dict[str, Any]:
    email, given, family, title, domain, phone, city, country = row
    return {
        "email": email,
        "name": {"givenName": given, "familyName": family, "fullName": f"{given} {family}"},
        "employment": {"title": title, "domain": domain},
        "phone": phone,
        "linkedin": f"https://www.linkedin.com/in/{email.split('@')[0].replace('.', '-')}-demo",
        "location": {"city": city, "country": country},
    }


def _company(domain: str, row: list[Any]) -> dict[str, Any]:
    name, website, industry, employees, street, city, postal_code, country = row
    return {
        "domain": domain,
        "name": name,
        "website": website,
        "industry": industry,
        "employees": employees,
        "address": {"street": street, "city": city, "postalCode": postal_code, "country": country},
    }


def _verdict(email: str, *, known: bool) -> dict[str, Any]:
    """The same address always gets the same verdict: known people are valid, the rest by a hash."""
    if "@" not in email or "." not in email.rsplit("@", 1)[-1]:
        return {
            "email": email,
            "status": "invalid",
            "score": 0,
            "reason": "This is not an e-mail address.",
        }
    digest = hashlib.sha256(email.encode()).digest()[0]
    status = "valid" if known else ("risky" if digest % 2 else "invalid")
    score = {"valid": 97, "risky": 55, "invalid": 8}[status]
    return {"email": email, "status": status, "score": score, "disposable": False}
