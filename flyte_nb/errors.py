"""Every exception that a user of flyte_nb can meet.

* FlyteException
  x FlyteRecoverableException
  x FlyteNbError
    + InvalidValueError
    + UnknownArgumentError
    + ReadOnlyError
    + ConfigError
      - ConfigFileError
        = ConfigFileNotFoundError
      - ConfigConflictError
    + RemoteError
      - AuthenticationError
        = AccessTokenNotFoundError
        = AuthenticationPending
        = LoginDeniedError
        = LoginExpiredError
        = LoginCancelledError
    + TokenStoreError
    + NotProvidedError
    + SecretNotFoundError
    + CheckpointError
      - NoCheckpointError
    + StorageError
    + WorkspaceError
    + ContextStateError
    + ContextAttributeError
    + FlyteMissingTypeException
    + TaskDefinitionError
    + WorkflowDefinitionError
    + BranchFailedError
    + TaskTimeoutError
    + TypeTransformerFailedError
    + InjectedFailureError, a FlyteRecoverableException too
    + PodFailedError
      - PodTimeoutError, a TaskTimeoutError too
    + UnsupportedTypeError
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from traceback import FrameSummary

# Where code that is not the user's lives. os.path: pathlib would double the cost of the import.
_NOT_THE_USERS = (
    os.path.dirname(__file__) + os.sep,  # noqa: PTH120
    os.path.dirname(os.__file__) + os.sep,  # noqa: PTH120
    "<frozen",
)


class FlyteException(Exception):  # noqa: N818 - flytekit's name
    """Base of everything below, so that one `except` catches it all."""


class FlyteRecoverableException(FlyteException):
    """Raised by task code to say: this attempt failed, another may succeed.

    Args:
        args: What happened.
        timestamp: When it happened, in seconds since 1970.
    """

    def __init__(self, *args: object, timestamp: float | None = None) -> None:
        super().__init__(*args)
        self.timestamp = timestamp


class FlyteNbError(FlyteException):
    """Base of every error that this package raises on purpose.

    Args:
        message: What was wrong, and where.
        hint: What to do about it.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        self.place: FrameSummary | None = None  # the line that it is about, where no frame is left

    def __str__(self) -> str:
        message = str(self.args[0])
        return f"{message}\n  hint: {self.hint}" if self.hint else message

    def _render_traceback_(self) -> list[str]:
        """Tell IPython to show what went wrong and the user's own line, not our frames."""
        lines = [f"{type(self).__name__}: {self.args[0]}"]
        where = self.place or _last_frame_of_the_user(self)
        if where is not None:
            lines.append(f"  at {where.name}, line {where.lineno}: {where.line}")
        lines.extend(f"  {note}" for note in getattr(self, "__notes__", ()))
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        return lines


class InvalidValueError(FlyteNbError, ValueError, AssertionError):
    """A value that the cluster would refuse; flytekit raises one or the other of these."""


class UnknownArgumentError(FlyteNbError, TypeError):
    """A keyword that a call has no argument for."""


class ReadOnlyError(FlyteNbError, AttributeError):
    """An attribute of something that never changes was set."""


class ConfigError(FlyteNbError):
    """The configuration cannot be used as it stands."""


class ConfigFileError(ConfigError):
    """A configuration file is there and cannot be used."""


class ConfigFileNotFoundError(ConfigFileError, FileNotFoundError):
    """A configuration file that was named is not there."""


class ConfigConflictError(ConfigError):
    """A configuration file was changed by somebody else since it was read."""


class RemoteError(FlyteNbError):
    """A server could not be asked, or its answer is none of Flyte admin.

    Args:
        message: What happened.
        hint: What to do about it.
        status: Status of the answer, None when there was no answer.
        may_pass: Whether the same question may be answered a little later.
        retry_after_s: How long the server asks to be left alone; None when it did not tell.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        status: int | None = None,
        may_pass: bool = False,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.may_pass = may_pass
        self.retry_after_s = retry_after_s


class AuthenticationError(RemoteError, RuntimeError):
    """Logging in has failed (flytekit's name).

    Args:
        message: What happened.
        hint: What to do about it.
        status: Status of the answer, None when there was no answer.
        error: The code of OAuth that the server gave, such as ``invalid_client``; or empty.
    """

    def __init__(
        self, message: str, *, hint: str = "", status: int | None = None, error: str = ""
    ) -> None:
        super().__init__(message, hint=hint, status=status)
        self.error = error


class AccessTokenNotFoundError(AuthenticationError):
    """There is no token, or the server renews it no more: somebody has to log in again."""


class AuthenticationPending(AuthenticationError):  # noqa: N818 - flytekit's name
    """Nobody has approved the login so far."""


class LoginDeniedError(AuthenticationError):
    """The user, or the server for them, has refused the login."""


class LoginExpiredError(AuthenticationError):
    """Nobody has approved the login in time."""


class LoginCancelledError(AuthenticationError):
    """The login was cancelled here."""


class TokenStoreError(FlyteNbError, OSError):
    """Tokens could not be read from, or kept in, the place that is for them."""


class NotProvidedError(FlyteNbError, ImportError):
    """A name of flytekit that this package has not.

    Args:
        message: What was asked for.
        hint: Where it is.
        name: Its full name.
    """

    def __init__(self, message: str, *, hint: str = "", name: str = "") -> None:
        super().__init__(message, hint=hint)
        self.name = name


class SecretNotFoundError(FlyteNbError, ValueError):
    """No source holds the secret that was asked for."""


class CheckpointError(FlyteNbError, ValueError):
    """A checkpoint cannot be saved, or not be restored where it was asked for."""


class NoCheckpointError(CheckpointError, NotImplementedError):
    """A context was made without a checkpoint; flytekit raises a NotImplementedError."""


class StorageError(FlyteNbError, OSError):
    """A store cannot be read or written: the message says which, and why."""


class WorkspaceError(FlyteNbError, OSError):
    """A directory for the run's files cannot be made."""


class ContextStateError(FlyteNbError, AssertionError):
    """A context was popped that was never pushed."""


class ContextAttributeError(FlyteNbError, AttributeError, AssertionError):
    """The running task's type has no such attribute; flytekit raises an AssertionError."""


class FlyteMissingTypeException(FlyteNbError, TypeError):  # noqa: N818 - flytekit's name
    """An input of a task has no annotation, so it has no Flyte type."""


class TaskDefinitionError(FlyteNbError, TypeError):
    """A function that cannot be a task."""


class WorkflowDefinitionError(FlyteNbError, TypeError, AssertionError, ValueError):
    """A workflow that cannot be: flytekit raises one or another of these."""


class BranchFailedError(FlyteNbError, ValueError):
    """A conditional came to a case that says ``fail``."""


class TaskTimeoutError(FlyteNbError, TimeoutError):
    """An attempt took longer than the task's timeout."""


class TypeTransformerFailedError(FlyteNbError, TypeError, AssertionError, ValueError):
    """A value is not of the type that the task declares."""


class InjectedFailureError(FlyteNbError, FlyteRecoverableException):
    """The failure that whoever began the run asked for, by ``fail_at``."""


class PodFailedError(FlyteNbError):
    """The process of an isolated attempt ended without its function's own value or exception.

    Args:
        message: How it ended.
        hint: What to do about it.
        outcome: That in a word, as Kubernetes or Flyte says it, for example ``OOMKilled``.
        exit_code: What it exited with, 128 and more for a signal; None where nobody knows.
        peak_memory_bytes: The most memory that it had.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        outcome: str = "",
        exit_code: int | None = None,
        peak_memory_bytes: int = 0,
    ) -> None:
        super().__init__(message, hint=hint)
        self.outcome = outcome
        self.exit_code = exit_code
        self.peak_memory_bytes = peak_memory_bytes


class PodTimeoutError(PodFailedError, TaskTimeoutError):
    """An isolated attempt took longer than the task's timeout."""


class UnsupportedTypeError(TaskDefinitionError, TypeTransformerFailedError):
    """A type that Flyte has no message for, declared for an input or an output."""


def is_of_the_user(filename: str) -> bool:
    """Return whether code in that file is neither ours nor a library's."""
    return not filename.startswith(_NOT_THE_USERS) and "site-packages" not in filename


def _last_frame_of_the_user(error: BaseException) -> FrameSummary | None:
    """Return the innermost frame of code that is neither ours nor a library's."""
    import traceback

    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.line and is_of_the_user(frame.filename):
            # What a magic became is not what was typed.
            return None if frame.line.startswith("get_ipython()") else frame
    return None
