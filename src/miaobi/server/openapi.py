"""Routes and their OpenAPI description: responses, streams, forms and background jobs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, get_type_hints

from fastapi import Depends, FastAPI
from fastapi.datastructures import Default
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from miaobi.core.version import VERSION
from miaobi.server.auth import require_scope
from miaobi.server.responses import ErrorResponse, Job, Json

STREAM = "text/event-stream"
BACKGROUND = {
    "name": "background",
    "in": "query",
    "schema": {"type": "boolean"},
    "description": "true: make it a job and answer with the job (HTTP 202)",
}
PRIORITY = {
    "name": "priority",
    "in": "query",
    "schema": {"type": "integer", "minimum": -10, "maximum": 10},
    "description": "of the job; lower comes first",
}


@dataclass(frozen=True)
class Form:
    """A multipart form: the model of its fields, and its files (True: required)."""

    body: type[BaseModel] | None
    files: Mapping[str, bool]

    def request_body(self) -> Json:
        """Describe the form; it may also be JSON if no file is required."""
        fields: Json = {"type": "object", "properties": {}}
        if self.body is not None:
            fields = self.body.model_json_schema()
            fields = _inline(fields, fields.pop("$defs", {}))
        form = {**fields, "properties": dict(fields.get("properties", {}))}
        for name in self.files:
            form["properties"][name] = {"type": "string", "format": "binary"}
        required = [name for name, is_required in self.files.items() if is_required]
        if all_required := [*fields.get("required", ()), *required]:
            form["required"] = all_required
        content: Json = {"multipart/form-data": {"schema": form}}
        if not required:
            content["application/json"] = {"schema": fields}
        return {"required": True, "content": content}


@dataclass(frozen=True)
class Operation:
    """OpenAPI description of a route beyond its signature.

    A handler that returns a pydantic model is described by its return annotation; one that
    returns a Response by `model`, the media types in `media`, or both.
    """

    model: type[BaseModel] | None = None
    media: tuple[str, ...] = ()
    status: int = 200
    form: Form | None = None
    queues: bool = False  # the request becomes a job, with a priority
    background: bool = False  # the request becomes a job with ?background=true

    def responses(self) -> dict[int | str, Json]:
        """Describe the responses by status."""
        content = {media_type: _schema_of(media_type) for media_type in self.media}
        success: Json = {"content": content} if content else {}
        if self.model is not None:
            success["model"] = self.model
        responses: dict[int | str, Json] = {self.status: success} if success else {}
        if self.background:
            responses[202] = {"model": Job, "description": "A job"}
        for status in ("4XX", "5XX"):
            responses[status] = {"model": ErrorResponse, "description": "An error"}
        return responses

    def extra(self) -> Json:
        """Describe what the signature does not show: form, background, priority."""
        extra: Json = {}
        if self.background:
            extra["parameters"] = [BACKGROUND, PRIORITY]
        elif self.queues:
            extra["parameters"] = [PRIORITY]
        if self.form is not None:
            extra["requestBody"] = self.form.request_body()
        return extra


@dataclass(frozen=True)
class Route:
    """A row of the table of routes; the handler's docstring begins with its summary."""

    method: str
    path: str
    handler: Callable[..., Any]
    scope: str = ""  # an API key needs this scope; "": public
    operation: Operation = Operation()

    @property
    def returned_model(self) -> type[BaseModel] | None:
        """Pydantic model that the handler returns; None if it returns a Response."""
        returned = get_type_hints(self.handler).get("return")
        is_model = isinstance(returned, type) and issubclass(returned, BaseModel)
        return returned if is_model else None

    @property
    def response_model(self) -> type[BaseModel] | None:
        """Pydantic model of the JSON response, if there is one."""
        return self.operation.model or self.returned_model

    def add_to(self, app: FastAPI) -> None:
        """Register the route with its description."""
        app.add_api_route(
            self.path,
            self.handler,
            methods=[self.method],
            status_code=self.operation.status,
            response_model=self.returned_model,
            response_model_exclude_unset=True,
            responses=self.operation.responses(),
            summary=(self.handler.__doc__ or "").split(".")[0].split(":")[0],
            tags=[self.scope or "open"],
            dependencies=[Depends(require_scope(self.scope))] if self.scope else [],
            openapi_extra=self.operation.extra(),
            response_class=Default(JSONResponse) if self.response_model else Response,
        )
        if self.method == "GET" and STREAM not in self.operation.media:
            app.add_api_route(
                self.path,
                self.handler,
                methods=["HEAD"],
                response_model=self.returned_model,
                response_model_exclude_unset=True,
                dependencies=[Depends(require_scope(self.scope))] if self.scope else [],
                include_in_schema=False,
            )


def document(app: FastAPI) -> Json:
    """Return the OpenAPI document, generated once."""
    if app.openapi_schema is None:
        schema = get_openapi(title="Miaobi", version=VERSION, routes=app.routes)
        schemes = {"key": {"type": "http", "scheme": "bearer"}}
        schema["components"]["securitySchemes"] = schemes
        schema["security"] = [{"key": []}, {}]  # a key only if the server requires one
        app.openapi_schema = schema
    return app.openapi_schema


def _schema_of(media_type: str) -> Json:
    is_text = media_type.startswith("text/")
    return {"schema": {"type": "string"} if is_text else {"type": "string", "format": "binary"}}


def _inline(schema: Any, definitions: Json) -> Any:
    """Replace references by their definitions: forms are described outside of the components."""
    if isinstance(schema, list):
        return [_inline(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inline(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    return {name: _inline(value, definitions) for name, value in schema.items()}
