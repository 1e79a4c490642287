"""Currencies and units of measurement: their spoken names in English and Mandarin."""

import tomllib
from importlib.resources import files

_TABLES = tomllib.loads(files("miaobi.speech").joinpath("units.toml").read_text(encoding="utf-8"))
_ENGLISH, _MANDARIN = _TABLES["english"], _TABLES["mandarin"]
# sign or code -> (singular, plural, subunit singular, subunit plural)
CURRENCIES: dict[str, tuple[str, str, str, str]] = {
    sign: tuple(names) for sign, names in _ENGLISH["currencies"].items()
}
# symbol -> (singular, plural), or the singular of a regular plural
UNITS: dict[str, str | tuple[str, str]] = {
    symbol: name if isinstance(name, str) else (name[0], name[1])
    for symbol, name in _ENGLISH["units"].items()
}
PER_UNITS: dict[str, str] = _ENGLISH["per_units"]  # symbol after a slash -> name, as in km/h
SCALES: dict[str, str] = _ENGLISH["scales"]  # suffix of an amount of money -> name, as in $3bn
HAN_CURRENCIES: dict[str, str] = _MANDARIN["currencies"]
HAN_UNITS: dict[str, str] = _MANDARIN["units"]
HAN_PER_UNITS: dict[str, str] = _MANDARIN["per_units"]
