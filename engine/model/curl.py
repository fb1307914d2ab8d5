"""A cURL command, as API documentation shows them, becomes a step; its keys become a credential."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import orjson

from engine.model.curl_words import NotCurl, words
from engine.model.secret_names import names_a_secret

IGNORED: Final = {
    "--compressed", "--location", "-L", "--silent", "-s", "--show-error", "-S", "--insecure", "-k",
    "--include", "-i", "--verbose", "-v", "--globoff", "-g", "--http1.1", "--http2", "--fail", "-f",
}  # fmt: skip
IGNORED_WITH_VALUE: Final = {
    "--max-time", "-m", "--connect-timeout", "--output", "-o", "--retry", "--user-agent", "-A",
    "--referer", "-e", "--proxy", "-x", "--cacert", "--cert", "--write-out", "-w",
}  # fmt: skip
BODY: Final = {"-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--data-urlencode"}
# As documentations write where one's own key belongs.
PLACEHOLDER: Final = re.compile(
    r"\$\{?\w+\}?|<.*>|\{.*\}|\[.*\]|[.…x*•]+|.*\byour\b.*|.*your[-_ ].*|.*[-_ ]here", re.IGNORECASE
)
# Addresses that are a secret by themselves: whoever knows one may post there.
SECRET_ADDRESSES: Final = re.compile(
    r"hooks\.slack\.com/services/.+|(ptb\.|canary\.)?discord(app)?\.com/api/webhooks/.+|"
    r".+\.webhook\.office\.com/webhookb2/.+|hooks\.zapier\.com/hooks/catch/.+|"
    r"chat\.googleapis\.com/v1/spaces/.+"
)
OUR_OWN_HEADERS: Final = {"host", "content-length", "accept-encoding", "connection", "user-agent"}


@dataclass(slots=True)
class FromCurl:
    """The step without any secret, and the credential it asks for; secrets stand only there, and
    none where the command has only a place for them."""

    step: dict[str, Any]
    credential: dict[str, Any] | None = None
    notes: list[str] = field(default_factory=list)


def read_curl(command: str) -> FromCurl:
    """Raises NotCurl. The credential is as the API takes it, with its secret, never stored."""
    read = _Reader(words(command))
    read.all()
    return read.made()


class _Reader:
    def __init__(self, words: list[str]) -> None:
        self.words = iter(words)
        self.method = self.url = ""
        self.headers: list[tuple[str, str]] = []
        self.data: list[tuple[str, str]] = []  # option, text
        self.user = ""
        self.as_query = False
        self.notes: list[str] = []
        self.credential: dict[str, Any] | None = None

    def all(self) -> None:
        for word in self.words:
            name, _, glued = word.partition("=") if word.startswith("--") else (word, "", "")
            if not word.startswith("-") or word == "-":
                self.url = self.url or word
            elif not self._option(name, glued):
                self._short(word)

    def made(self) -> FromCurl:
        try:
            parts = urlsplit(self.url if "://" in self.url else f"https://{self.url}")
            name, port = parts.hostname, parts.port
        except ValueError:
            name = port = None
        if not name:
            raise NotCurl("There is no address in this command.", hint="Paste it whole.")
        host = name + (f":{port}" if port else "")
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        if self.as_query:
            query |= dict(parse_qsl("&".join(text for _, text in self.data)))
            self.data = []
        if parts.username or self.user:
            self._basic(self.user or f"{parts.username}:{parts.password or ''}")
        path = parts.path or "/"
        if SECRET_ADDRESSES.fullmatch(f"{name}{path}"):
            self._secret({"type": "secret_url"}, f"{parts.scheme}://{host}{path}")
            path = "/"
        headers = dict(self._plain_headers())
        query = {
            member: value
            for member, value in query.items()
            if not self._kept_apart("query", member, value)
        }
        body = self._body(headers)
        if self.credential is not None:
            self.credential |= {"service_name": _service(name), "allowed_hosts": [host]}
        request: dict[str, Any] = {
            "method": self.method or ("POST" if self.data else "GET"),
            "url": f"{parts.scheme}://{host}{path}",
            "query": query,
            "headers": headers,
            "body": body,
        }
        step = {"name": f"Ask {name}", "kind": "http", "request": request}
        if self.credential is not None:
            step["credential"] = self.credential["service_name"]
        return FromCurl(step, self.credential, self.notes)

    def _option(self, name: str, glued: str) -> bool:
        def value() -> str:
            return glued or next(self.words, "")

        if name in ("-X", "--request"):
            self.method = value().upper()
        elif name in ("-H", "--header"):
            header, _, text = value().partition(":")
            self.headers.append((header.strip(), text.strip()))
        elif name in BODY or name == "--json":
            self._data(name, value())
        elif name in ("-u", "--user"):
            self.user = value()
        elif name == "--oauth2-bearer":
            self.headers.append(("Authorization", f"Bearer {value()}"))
        elif name in ("-b", "--cookie"):
            value()
            self.notes.append("The cookie was left out: a login of a browser does not last.")
        elif name in ("-F", "--form", "-T", "--upload-file"):
            raise NotCurl("This command sends a file, which a step cannot do.")
        elif name in ("-G", "--get"):
            self.as_query = True
        elif name in ("-I", "--head"):
            self.method = "HEAD"
        elif name == "--url":
            self.url = value()
        elif name in IGNORED_WITH_VALUE:
            value()
        else:
            return name in IGNORED
        return True

    def _short(self, word: str) -> None:
        """-XPOST and -sS: a value glued on, or several switches in one."""
        if len(word) > 2 and word[1] in "XHdub":
            self._option(word[:2], word[2:])
        elif word.startswith("--") or not all(f"-{one}" in IGNORED for one in word[1:]):
            self.notes.append(f"{word[:40]} was left out.")

    def _data(self, option: str, text: str) -> None:
        if text.startswith("@"):
            raise NotCurl("This command reads a file of your computer, which a step cannot do.")
        if option == "--json":
            self.headers.append(("Content-Type", "application/json"))
        self.data.append((option, text))

    def _plain_headers(self) -> Iterator[tuple[str, str]]:
        for name, value in self.headers:
            low = name.lower()
            if low == "authorization" and value.lower().startswith("bearer "):
                self._secret({"type": "bearer"}, value[7:].strip())
            elif low == "authorization" and value.lower().startswith("basic "):
                self.notes.append("The basic login was left out: give user name and password.")
            elif names_a_secret(low):
                prefix, _, key = value.rpartition(" ")
                prefix = f"{prefix} " if prefix else ""
                self._secret({"type": "header", "name": name, "prefix": prefix}, key)
            elif low not in OUR_OWN_HEADERS:
                yield name, value

    def _kept_apart(self, kind: str, name: str, value: Any) -> bool:
        if not names_a_secret(name) or type(value) is not str:
            return False
        self._secret({"type": kind, "name": name}, value)
        return True

    def _without_keys(self, body: Any) -> Any:
        """A key on the first level is put in by the credential; deeper none can be. A mere “key”
        is the name of too many other things."""
        if type(body) is not dict:
            return self._without_inner_keys(body)
        return {
            name: self._without_inner_keys(value)
            for name, value in body.items()
            if name.lower() == "key" or not self._kept_apart("body_field", name, value)
        }

    def _without_inner_keys(self, value: Any) -> Any:
        if type(value) is list:
            return [self._without_inner_keys(one) for one in value]
        if type(value) is not dict:
            return value
        kept = {}
        for name, one in value.items():
            if type(one) is str and name.lower() != "key" and names_a_secret(name):
                word = str(name)
                self.notes.append(f"{word[:40]} was left out.")
            else:
                kept[name] = self._without_inner_keys(one)
        return kept

    def _secret(self, auth: dict[str, Any], value: str) -> None:
        if self.credential is not None:
            self.notes.append("A second key was left out: a step takes one credential.")
            return
        secrets = {} if PLACEHOLDER.fullmatch(value) else {"api_key": value}
        self.credential = {"auth": auth, "credentials": secrets, "settings": {}}

    def _basic(self, pair: str) -> None:
        user, _, password = pair.partition(":")
        auth = {"type": "basic", "username": "username", "password": "password"}
        secrets, settings = {"password": password}, {"username": user}
        if not password:  # the key as user name, as many services have it
            auth |= {"username": "api_key", "password": ""}
            secrets, settings = {"api_key": user}, {}
        real = {name: one for name, one in secrets.items() if not PLACEHOLDER.fullmatch(one)}
        self.credential = {"auth": auth, "credentials": real, "settings": settings if real else {}}

    def _body(self, headers: dict[str, str]) -> dict[str, Any] | None:
        if not self.data:
            return None
        kind = next((v for n, v in headers.items() if n.lower() == "content-type"), "")
        text = "&".join(part for _, part in self.data)
        if "json" in kind or text.lstrip()[:1] in ("{", "["):
            try:
                body = {"json": self._without_keys(orjson.loads(text))}
            except orjson.JSONDecodeError:
                return {"text": text, "content_type": kind or "text/plain"}
            for name in [n for n in headers if n.lower() == "content-type"]:
                del headers[name]
            return body
        if kind and "form-urlencoded" not in kind:
            return {"text": text, "content_type": kind}
        return {"form": self._without_keys(dict(parse_qsl(text, keep_blank_values=True)))}


def slot_for(credential: dict[str, Any]) -> dict[str, Any]:
    """What a person must give for this credential, as a template's slot says it."""
    service, auth = credential["service_name"], credential["auth"]
    title = "Address" if auth["type"] == "secret_url" else "Key"
    fields = [{"name": "api_key", "title": title, "secret": True}]
    if auth["type"] == "basic" and auth["username"] == "username":
        fields = [
            {"name": "username", "title": "User name", "secret": False},
            {"name": "password", "title": "Password", "secret": True},
        ]
    hosts = credential["allowed_hosts"]
    return {
        "service_name": service,
        "title": service.capitalize(),
        "auth": auth,
        "fields": fields,
        "allowed_hosts": hosts,
    }


def _service(host: str) -> str:
    """api.hunter.io is hunter."""
    names = [
        part for part in host.lower().split(".") if part not in ("api", "www", "rest", "hooks")
    ]
    return re.sub(r"[^a-z0-9_.-]", "", names[0] if names else host) or "service"
