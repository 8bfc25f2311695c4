"""The one tree of errors.

Every error that reaches a person is a `XiaoerError`. Its message is a single line that says what failed, with the value
that caused it, and what mends it. The command line prints that line and exits with 2, the HTTP API turns it into a
status (`status`), and the chat says a kind sentence instead.

XiaoerError
├── SettingError      a setting has a value that cannot be used
├── ShopError         a shop folder, an item or a document is broken
├── WeightsError      a model is missing, damaged or unreachable
│   └── GenerationError   the language model failed or took too long while phrasing
├── IndexBroken       the index cannot be built or read
├── StoreError        sessions cannot be read or written
├── DeskError         the shop's order system does not answer
├── MessageError      a shopper's message or event cannot be taken (the caller's fault)
├── SessionUnknown    there is no such session
├── NotAllowed        somebody may not do this: not with that token, not in that session
├── NotSignedIn       whoever calls has not signed in at the desk
├── Unknown           what the desk asks for is not there
├── Taken             somebody else was quicker, or it is not one's own
├── DialogueError     a scripted dialogue file is malformed
└── TrainingError     a model cannot be trained: its data or its settings are not fit
"""

__all__ = [
    "DeskError",
    "DialogueError",
    "GenerationError",
    "IndexBroken",
    "MessageError",
    "NotAllowed",
    "NotSignedIn",
    "SessionUnknown",
    "SettingError",
    "ShopError",
    "StoreError",
    "Taken",
    "TrainingError",
    "Unknown",
    "WeightsError",
    "XiaoerError",
    "brief",
]


class XiaoerError(Exception):
    """An error with one line for a person: what failed, the value, the fix."""

    status = 500

    def __init__(self, what: str, *, fix: str = "") -> None:
        line = f"{what}; {fix}" if fix else what
        super().__init__(" ".join(line.split()))


class SettingError(XiaoerError):
    """A setting has a value that cannot be used."""


class ShopError(XiaoerError):
    """A shop folder, an item or a document is broken."""


class WeightsError(XiaoerError):
    """A model is missing, damaged or unreachable."""

    status = 503


class GenerationError(WeightsError):
    """The language model failed or took too long while phrasing."""


class IndexBroken(XiaoerError):
    """The index of a shop cannot be built or read."""

    status = 503


class StoreError(XiaoerError):
    """Sessions cannot be read or written."""

    status = 503


class DeskError(XiaoerError):
    """The shop's order system cannot be reached or does not answer as agreed."""

    status = 503


class MessageError(XiaoerError):
    """A message or an event cannot be taken; the caller can mend it."""

    status = 422


class SessionUnknown(XiaoerError):
    """There is no session of that id."""

    status = 404


class NotAllowed(XiaoerError):
    """Somebody may not do this: not with that token, not in that session."""

    status = 403


class NotSignedIn(XiaoerError):
    """Whoever calls has not signed in at the desk, or no longer."""

    status = 401


class Unknown(XiaoerError):
    """What the desk asks for is not there."""

    status = 404


class Taken(XiaoerError):
    """Somebody else was quicker, or it belongs to somebody else."""

    status = 409


class DialogueError(XiaoerError):
    """A scripted dialogue file is malformed."""


class TrainingError(XiaoerError):
    """A model cannot be trained: its data or its settings are not fit for it."""


def brief(value: object, limit: int = 80) -> str:
    """`value` for an error line: its repr, shortened in the middle when it is long."""
    text = repr(value)
    if len(text) <= limit:
        return text
    half = (limit - 1) // 2
    return f"{text[:half]}…{text[-half:]}"
