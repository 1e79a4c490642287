"""The one tree of errors. A message names the value seen; the hint says the way out.

MiaobiError
├── UsageError            the request cannot be right as written        exit 2, HTTP 400
│   ├── PromptError       empty, binary or enormous input
│   ├── OptionError       an option's value is out of range
│   ├── NotFoundError     no such model, voice, asset or file           HTTP 404
│   ├── TooLargeError     more than is taken at once                    HTTP 413
│   ├── DataError         data to learn from: none, binary, tiny or unreadable
│   └── OutputPathError   the output cannot be written there
├── PolicyRefusal         a rule of this machine's policy says no       exit 3, HTTP 403
├── AccessError           who asks is not known here                    exit 1, HTTP 401
│   └── ScopeError        who asks may not do this                      HTTP 403
├── BusyError             more than can be done now: come back          exit 1, HTTP 429
├── ConflictError         what is asked does not fit how things stand   exit 1, HTTP 409
├── AssetError            a model's files could not be had              exit 1, HTTP 503
│   ├── MissingAsset      not pulled yet
│   ├── OfflineError      the network is switched off
│   ├── DownloadError     no source answered, or the connection broke
│   ├── WrongHash         the bytes are not the ones we expect
│   └── DiskFull          no room for the file                          HTTP 507
├── EngineError           a model could not be loaded or run            exit 1, HTTP 500
│   ├── ModelFileError    truncated, of the wrong type, or pickled
│   └── ContextFull       prompt and answer do not fit the model        HTTP 400
├── TrainingError         a run went wrong, or cannot be continued   exit 1, HTTP 500
├── MediaError            bytes that are not what they should be        exit 1, HTTP 415
└── LabelError            a file would leave without a good label       exit 1, HTTP 500
"""

from typing import Any

from miaobi.core.i18n import language, tr


class MiaobiError(Exception):
    """An error a user can act on: `str()` gives one sentence and the way out, in their language."""

    exit_code = 1
    http_status = 500

    def __init__(self, message: str, hint: str = "", **values: Any) -> None:
        super().__init__(message)
        self.message, self.hint, self.values = message, hint, values

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
