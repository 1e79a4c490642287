"""Content of a picture as fields, where a caller has more than the words of a prompt."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """Place, time of day and weather of a picture; "" where unspecified."""

    place: str = ""  # name of a background, such as "grass"
    time: str = ""  # "day" or "night"
    weather: str = ""  # "rain"
    season: str = ""  # "winter"


UNSPECIFIED = Setting()


@dataclass(frozen=True)
class SceneDescription:
    """Subjects in words and the setting as fields, for engines that compose pictures by rule."""

    subject: str  # words for what the picture shows, without the setting
    setting: Setting = UNSPECIFIED
