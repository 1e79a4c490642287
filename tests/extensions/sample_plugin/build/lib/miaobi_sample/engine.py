"""An engine that answers with the prompt itself."""

from collections.abc import Iterator

from miaobi.core.events import Event, Output, Token
from miaobi.core.requests import TextRequest
from miaobi.models.zoo import Model


class EchoEngine:
    """A text engine without a network."""

    def __init__(self, model: Model) -> None:
        self.name = model.name

    def generate(self, request: TextRequest) -> Iterator[Event]:
        """Yield the prompt word by word, then the Output."""
        answer = request.messages[-1].content
        for word in answer.split():
            yield Token(word + " ")
        yield Output(text=answer)

    def close(self) -> None:
        pass
