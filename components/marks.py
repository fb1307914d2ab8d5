"""A tile for each service: its first letters on a colour people know it by. No logo is borrowed."""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

COLOURS: Final = {
    "abstract": "#5b3df5",
    "activecampaign": "#004cff",
    "airtable": "#fcb400",
    "anthropic": "#d97757",
    "apollo": "#e8c11c",
    "attio": "#266df0",
    "audienceacuity": "#0e7c86",
    "brevo": "#0b996e",
    "census": "#205493",
    "clearbit": "#3a7afe",
    "discord": "#5865f2",
    "dropcontact": "#0bb783",
    "fullcontact": "#1a73c8",
    "github": "#24292f",
    "google_sheets": "#188038",
    "gravatar": "#1e5dc8",
    "hubspot": "#ff5c35",
    "hunter": "#ff5722",
    "kickbox": "#3b5bdb",
    "mailgun": "#c02126",
    "millionverifier": "#4caf50",
    "nominatim": "#6aa84f",
    "notion": "#37352f",
    "numverify": "#2f80c3",
    "openai": "#0d8f6f",
    "opencage": "#3d6fb4",
    "peopledatalabs": "#6c3fd1",
    "pipedrive": "#017737",
    "practice": "#4f46e5",
    "salesforce": "#00a1e0",
    "sendgrid": "#1a82e2",
    "shopify": "#5e8e3e",
    "slack": "#611f69",
    "twilio": "#f22f46",
    "zendesk": "#17494d",
    "zerobounce": "#f4a300",
}


@dataclass(frozen=True, slots=True)
class Mark:
    letters: str
    color: str
    ink: str

    def as_prop(self) -> dict[str, str]:
        return {"letters": self.letters, "color": self.color, "ink": self.ink}


def mark(service: str, title: str = "") -> Mark:
    """The same for the same service, also for one that nobody has heard of."""
    color = COLOURS.get(service) or _made_up(service or title)
    return Mark(_letters(title or service), color, "#fff" if _is_dark(color) else "#161a22")


def _letters(title: str) -> str:
    """Google Sheets is GS, HubSpot is HS, Slack is S."""
    words = re.findall(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![^\W\d_A-Z])|\d", title) or ["?"]
    return "".join(word[0] for word in words[:2]).upper()


def _made_up(name: str) -> str:
    """A calm colour of its own, made from the name."""
    hue = int.from_bytes(hashlib.sha256(name.encode()).digest()[:2]) % 360
    low, high = 0.24, 0.62
    rise = 1 - abs((hue / 60) % 2 - 1)
    way = [(1, rise, 0), (rise, 1, 0), (0, 1, rise), (0, rise, 1), (rise, 0, 1), (1, 0, rise)]
    parts = (round(255 * (low + (high - low) * part)) for part in way[hue // 60])
    return "#" + "".join(f"{part:02x}" for part in parts)


def _is_dark(color: str) -> bool:
    """Whether white can be read on it, by the measure of WCAG."""
    red, green, blue = (_light(int(color[at : at + 2], 16) / 255) for at in (1, 3, 5))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.058


def _light(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
