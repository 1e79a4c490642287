"""The claim: what made a file, from what, with which seed. Of the user's words only a hash."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from miaobi.core.artifact import new_id
from miaobi.core.requests import Request

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
GENERATED = IPTC + "trainedAlgorithmicMedia"
TRANSCRIBED = IPTC + "compositeWithTrainedAlgorithmicMedia"  # a human recording, written by a model
COMPUTED = IPTC + "algorithmicMedia"  # by rules alone: no model that learned from samples
REPAINTED = TRANSCRIBED  # a picture that was given, painted over by a model
COMPOSED = IPTC + "compositeSynthetic"  # put together from parts, of which models made some
RECORD = "org.miaobi.record"  # our own assertion inside the C2PA manifest


@dataclass(frozen=True)
class Record:
    """What the label says about one artifact."""

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
        """The record of an answer to `request`, made now."""
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
        """The same as JSON has it."""
        own = {"parameters": dict(self.parameters), "parents": list(self.parents)}
        return {**vars(self), **own}


def c2pa_manifest(record: Record, title: str) -> dict[str, Any]:
    """The C2PA 2.x manifest definition: created by a model, not to be trained on, our record."""
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
