"""C2PA manifests: model, parents, seed and parameters of an artifact; of the prompt only a hash."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from miaobi.core.artifact import new_id
from miaobi.core.requests import Request

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
GENERATED = IPTC + "trainedAlgorithmicMedia"
TRANSCRIBED = IPTC + "compositeWithTrainedAlgorithmicMedia"  # human recording, transcribed
COMPUTED = IPTC + "algorithmicMedia"  # by rules, without a trained model
REPAINTED = TRANSCRIBED  # an input picture changed by a model
COMPOSED = IPTC + "compositeSynthetic"  # composed of parts, some of them generated
ACTIONS = {  # description of the created action
    GENERATED: "Made by an AI model",
    COMPUTED: "Made by an algorithm",
    COMPOSED: "Composed by an algorithm of parts",
    TRANSCRIBED: "Made by an AI model from a given file",
}
INTEGERS = -(2**63), 2**63 - 1  # smallest and largest integer of a C2PA assertion
RECORD = "org.miaobi.record"  # our own assertion inside the C2PA manifest


@dataclass(frozen=True)
class Record:
    """Assertion `org.miaobi.record` about one artifact."""

    id: str
    model: str
    model_license: str
    version: str  # of Miaobi
    prompt_sha256: str
    seed: int
    parameters: dict[str, Any]
    parents: tuple[str, ...]
    when: str  # ISO 8601, UTC
    source_type: str = GENERATED
    # what made the parents: kind, model, source_type, and count of those that share them
    made_of: tuple[dict[str, Any], ...] = ()
    drawn: tuple[dict[str, str], ...] = ()  # what a picture by rule shows: phrase, drawing, match
    left_out: tuple[str, ...] = ()  # words of the prompt that it does not show
    credits: tuple[str, ...] = ()  # of authors whose licenses ask for it

    @classmethod
    def of(
        cls,
        request: Request,
        model_license: str,
        version: str,
        source_type: str,
        made_of: tuple[dict[str, Any], ...] = (),
    ) -> "Record":
        """Create the record of the result of a request, with the current time."""
        return cls(
            id=new_id(),
            model=request.model,
            model_license=model_license,
            version=version,
            prompt_sha256=hashlib.sha256(request.words().encode()).hexdigest(),
            seed=request.seed,
            parameters=request.parameters(),
            parents=request.parents,
            when=datetime.now(UTC).isoformat(timespec="seconds"),
            source_type=source_type,
            made_of=made_of,
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the record as a dict of JSON types that can be stored and read back unchanged."""
        optional = ("made_of", "drawn", "left_out", "credits")
        fields = {
            name: value for name, value in vars(self).items() if value or name not in optional
        }
        return {name: _storable(value) for name, value in fields.items() if value is not None}


def _storable(value: Any) -> Any:
    """Return a value as JSON types; numbers that CBOR of C2PA cannot hold become text."""
    if isinstance(value, Mapping):
        return {str(name): _storable(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int) and not INTEGERS[0] <= value <= INTEGERS[1]:
        return str(value)
    return value if value is None or isinstance(value, str | int | float) else str(value)


def c2pa_manifest(record: Record, title: str) -> dict[str, Any]:
    """Return the C2PA 2.x manifest definition: created action, no training, and our record."""
    purposes = ("ai_generative_training", "ai_training", "ai_inference", "data_mining")
    action = {
        "action": "c2pa.created",
        "when": record.when,
        "softwareAgent": {"name": record.model, "version": record.version},
        "digitalSourceType": record.source_type,
        "description": ACTIONS.get(record.source_type, ACTIONS[GENERATED]),
    }
    return {
        "claim_generator_info": [{"name": "Miaobi", "version": record.version}],
        "title": title,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [action]}},
            {
                "label": "cawg.training-mining",
                "data": {"entries": {f"cawg.{name}": {"use": "notAllowed"} for name in purposes}},
            },
            {"label": RECORD, "data": record.as_dict()},
        ],
    }
