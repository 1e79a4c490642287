"""C2PA manifests: model, parents, seed and parameters of an artifact; of the prompt only a hash."""

import hashlib
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

    @classmethod
    def of(cls, request: Request, model_license: str, version: str, source_type: str) -> "Record":
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
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the record as a dict of JSON types."""
        lists = {"parameters": dict(self.parameters), "parents": list(self.parents)}
        return {**vars(self), **lists}


def c2pa_manifest(record: Record, title: str) -> dict[str, Any]:
    """Return the C2PA 2.x manifest definition: created action, no training, and our record."""
    computed = record.source_type == COMPUTED
    purposes = ("ai_generative_training", "ai_training", "ai_inference", "data_mining")
    action = {
        "action": "c2pa.created",
        "when": record.when,
        "softwareAgent": {"name": record.model, "version": record.version},
        "digitalSourceType": record.source_type,
        "description": "Made by an algorithm" if computed else "Made by an AI model",
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
