"""What can go wrong between us and a service, in words for the connector's owner."""

from engine.errors import RunStopped


class DestinationRefused(RunStopped):
    """One sentence for every reason: the differences would map the network we stand in."""

    code = "address_not_allowed"

    def __init__(self, detail: str) -> None:
        super().__init__(
            "This address is not allowed.",
            hint="Use the full public address of a service, such as https://api.example.com/v1. "
            "Private networks are out of reach unless the operator allows them.",
            detail=detail,
        )


class CredentialNotForHost(RunStopped):
    """A secret was about to travel somewhere its owner never named."""

    code = "credential_not_for_host"

    def __init__(self, service: str, host: str, detail: str) -> None:
        super().__init__(
            f"The credential “{service}” may not be sent to {host}.",
            hint="Check the address of the step, or let an admin add the host to the credential.",
            detail=detail,
        )


class CredentialNeedsHttps(CredentialNotForHost):
    """Anybody on the way could read a secret sent over plain http."""

    def __init__(self, service: str, host: str) -> None:
        super().__init__(service, host, "plain http")
        self.hint = (
            "Use https. Plain http takes a secret only to a destination that the operator named."
        )


class ServiceDidNotAnswer(RunStopped):
    """No whole answer came. `may_have_arrived`: whether the service may have seen the request."""

    code = "no_answer"
    try_again = True

    def __init__(
        self,
        message: str,
        *,
        timed_out: bool = False,
        may_have_arrived: bool = False,
        answered: bool = False,
        hint: str = "It may be busy or down. Try again in a while.",
        detail: str = "",
    ) -> None:
        code = "timeout" if timed_out else None
        super().__init__(message, code=code, hint=hint, detail=detail)
        self.timed_out = timed_out
        self.may_have_arrived = may_have_arrived
        self.answered = answered  # though not in a way that can be read


class AnswerTooLarge(RunStopped):
    code = "answer_too_large"

    def __init__(self, host: str, detail: str) -> None:
        super().__init__(
            f"{host} answered with more than we keep.",
            hint="An answer may have 8 MB as sent and 16 MB unpacked. Ask for a smaller page.",
            detail=detail,
        )


class TooManyRedirects(RunStopped):
    code = "too_many_redirects"

    def __init__(self, host: str) -> None:
        super().__init__(
            f"{host} kept redirecting us.",
            hint="At most 3 redirects are followed. Use the final address in the step.",
        )


class BadCall(RunStopped):
    """The request itself cannot be sent, whoever answers."""

    code = "bad_request"


class LoginNotNow(ServiceDidNotAnswer):
    """No token could be had for the moment; the call itself was never made."""

    code = "login_not_now"

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(
            message, hint="It may be busy or down. Try again in a while.", detail=detail
        )


class LoginRefused(RunStopped):
    """Asking again would come to the same."""

    code = "credential_refused"

    def __init__(self, service: str, host: str, said: str, detail: str = "") -> None:
        super().__init__(
            f"{host} gave no token for the credential “{service}” ({said}).",
            hint="Check what was entered there: the id, the secret, and what they may do.",
            detail=detail,
        )


class NeedsReconnect(RunStopped):
    """The permission somebody once gave was withdrawn, or has run out."""

    code = "needs_reconnect"

    def __init__(self, service: str, detail: str = "") -> None:
        super().__init__(
            f"The connection to “{service}” is no longer accepted.",
            hint="Open the credential and connect it again. Then retry this run.",
            detail=detail,
        )


class SecretUnreadable(RunStopped):
    """The sealed text was made for another place, with another key, or was changed."""

    code = "secret_unreadable"

    def __init__(self, detail: str) -> None:
        super().__init__(
            "A stored secret could not be opened.",
            hint="Enter the secret again. If it happens to all of them, the master key changed.",
            detail=detail,
        )
