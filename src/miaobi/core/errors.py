"""Exception hierarchy. The message names the offending value; the hint suggests a fix.

MiaobiError
├── UsageError            the request is invalid                        exit 2, HTTP 400
│   ├── PromptError       empty, binary or enormous input
│   ├── OptionError       an option's value is out of range
│   ├── NotFoundError     no such model, voice, asset or file           HTTP 404
│   ├── TooLargeError     the input exceeds a limit                     HTTP 413
│   ├── TooSlowError      the input took too long to arrive             HTTP 408
│   ├── DataError         training data: missing, binary, tiny or unreadable
│   └── OutputPathError   the output cannot be written there
├── PolicyRefusal         forbidden by a policy rule of this machine    exit 3, HTTP 403
├── AccessError           missing or unknown API key                    exit 1, HTTP 401
│   └── ScopeError        the API key lacks the scope                   HTTP 403
├── BusyError             too many requests at once: retry later        exit 1, HTTP 429
├── ConflictError         conflicts with the current state              exit 1, HTTP 409
├── AssetError            the files of a model are unavailable          exit 1, HTTP 503
│   ├── MissingAsset      not pulled yet
│   ├── OfflineError      the network is switched off
│   ├── DownloadError     no source responded, or the connection broke
│   ├── WrongHash         SHA-256 mismatch
│   └── DiskFull          no space left for the file                    HTTP 507
├── EngineError           a model could not be loaded or run            exit 1, HTTP 500
│   ├── ModelFileError    truncated, of the wrong type, or pickled
│   └── ContextFull       prompt and answer exceed the context window   HTTP 400
├── TrainingError         a run failed or cannot be resumed             exit 1, HTTP 500
├── MediaError            unreadable or unexpected media file           exit 1, HTTP 415
└── LabelError            the label or signature could not be written   exit 1, HTTP 500
"""

from typing import Any

from miaobi.core.i18n import language, tr


class MiaobiError(Exception):
    """Base of all errors a user can act on; str() is message and hint in the user's language."""

    exit_code = 1
    http_status = 500

    def __init__(self, message: str, hint: str = "", **values: object) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint
        self.values: dict[str, Any] = values

    def __str__(self) -> str:
        parts = [tr(part, **self.values) for part in (self.message, self.hint) if part]
        return ("" if language() == "zh" else " ").join(parts)


class UsageError(MiaobiError):
    exit_code = 2
    http_status = 400


class PromptError(UsageError):
    pass


class OptionError(UsageError):
    pass


class NotFoundError(UsageError):
    http_status = 404


class TooLargeError(UsageError):
    http_status = 413


class TooSlowError(UsageError):
    http_status = 408


class DataError(UsageError):
    pass


class OutputPathError(UsageError):
    pass


class PolicyRefusal(MiaobiError):
    exit_code = 3
    http_status = 403


class AccessError(MiaobiError):
    http_status = 401


class ScopeError(AccessError):
    http_status = 403


class BusyError(MiaobiError):
    http_status = 429


class ConflictError(MiaobiError):
    http_status = 409


class AssetError(MiaobiError):
    http_status = 503


class MissingAsset(AssetError):
    pass


class OfflineError(AssetError):
    pass


class DownloadError(AssetError):
    pass


class WrongHash(AssetError):
    pass


class DiskFull(AssetError):
    http_status = 507


class EngineError(MiaobiError):
    pass


class ModelFileError(EngineError):
    pass


class ContextFull(EngineError):
    http_status = 400


class TrainingError(MiaobiError):
    pass


class MediaError(MiaobiError):
    http_status = 415


class LabelError(MiaobiError):
    pass
