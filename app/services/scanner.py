"""A second opinion on what looks like a key: the patterns of a library that knows many services."""

import re
from functools import cache
from typing import Any, Final

# Of the library only what reads a text: what asks a service, or reads files, stays unused.
_KINDS: Final = (
    ("artifactory", "ArtifactoryDetector"),
    ("aws", "AWSKeyDetector"),
    ("azure_storage_key", "AzureStorageKeyDetector"),
    ("basic_auth", "BasicAuthDetector"),
    ("cloudant", "CloudantDetector"),
    ("discord", "DiscordBotTokenDetector"),
    ("github_token", "GitHubTokenDetector"),
    ("gitlab_token", "GitLabTokenDetector"),
    ("ibm_cloud_iam", "IbmCloudIamDetector"),
    ("ibm_cos_hmac", "IbmCosHmacDetector"),
    ("jwt", "JwtTokenDetector"),
    ("mailchimp", "MailchimpDetector"),
    ("npm", "NpmDetector"),
    ("openai", "OpenAIDetector"),
    ("private_key", "PrivateKeyDetector"),
    ("pypi_token", "PypiTokenDetector"),
    ("sendgrid", "SendGridDetector"),
    ("slack", "SlackDetector"),
    ("softlayer", "SoftlayerDetector"),
    ("square_oauth", "SquareOAuthDetector"),
    ("stripe", "StripeDetector"),
    ("telegram_token", "TelegramBotTokenDetector"),
    ("twilio", "TwilioKeyDetector"),
)
# Newer than the library.
_MORE: Final = re.compile(
    r"hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/]{8,}"
    r"|discord(?:app)?\.com/api/webhooks/\d+/[\w-]{20,}"
    r"|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{16,}|pat[-_](?:na|eu)\d-[\w-]{20,}|PMAK-[\w-]{20,}"
    r"|pat[A-Za-z0-9]{14}\.[a-f0-9]{32,}|(?:ntn|secret)_[A-Za-z0-9]{30,}|lin_api_\w{20,}"
    r"|sk-(?:ant|proj|or|svcacct)-[\w-]{16,}|hf_[A-Za-z]{20,}|gsk_\w{20,}|xai-\w{20,}"
    r"|key-[0-9a-f]{32}|re_[A-Za-z0-9]{8,}_\w{16,}|xkeysib-[0-9a-f]{32,}|dop_v1_[0-9a-f]{32,}"
    r"|whsec_\w{16,}|EAA[A-Za-z0-9]{30,}|ya29\.[\w-]{20,}|1//0[\w-]{20,}|AC[0-9a-f]{32}"
)
_SAID: Final = re.compile(
    r"(?<![a-z])(?:pass(?:word|wd|phrase)|pwd|secret|token|api[\s_-]?key|access[\s_-]?key"
    r"|private[\s_-]?key|bearer)\s*(?:is\s*:?|[:=])\s*[\"'`“]?([^\s\"'`”,;.){}]{6,})",
    re.IGNORECASE,
)


def looks_known(text: str) -> bool:
    """Whether it has the look of some service's key, or says of itself that it is one."""
    if _MORE.search(text) or any(map(_unlike_a_word, _SAID.findall(text))):
        return True
    return any(next(iter(one.analyze_string(text)), None) for one in _detectors())


def _unlike_a_word(value: str) -> bool:
    """password: Summer2024! … and not: password: required"""
    return not value.replace("-", "").replace("_", "").isalpha() and not value.isdigit()


@cache
def _detectors() -> tuple[Any, ...]:
    """Made once, and not before somebody publishes: the library is slow to come."""
    from importlib import import_module

    return tuple(
        getattr(import_module(f"detect_secrets.plugins.{module}"), name)()
        for module, name in _KINDS
    )
