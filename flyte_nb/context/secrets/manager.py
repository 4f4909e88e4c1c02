"""Looking a secret up as a pod does: environment, then file; then what the notebook adds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, overload

from flyte_nb.config import vault
from flyte_nb.context.current import pushed_stack
from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.context.logs import TASK_LOGGER
from flyte_nb.errors import InvalidValueError, SecretNotFoundError

from .names import SecretName
from .rules import EVERYTHING
from .sources import Places, Try, of_file, places_of, tries

if TYPE_CHECKING:
    from flyte_nb.config.objects import SecretsConfig

    from .rules import SecretRules

_NOT_TEXT = "not UTF-8 text; ask for it with encode_mode='rb'"


class SecretsManager:
    """Finds the values of secrets; holds none (flytekit's ``SecretsManager``).

    Args:
        secrets_cfg: Prefixes and folder; by default what the configuration says, which inside
            of a task is looked at once.
        rules: What the running task may have.

    Example:
        >>> current_context().secrets.get("my-group", "api_key")
        >>> current_context().secrets.my_group.api_key
    """

    __slots__ = ("_config", "_given", "_known", "_rules", "_said")

    def __init__(
        self, secrets_cfg: SecretsConfig | None = None, rules: SecretRules = EVERYTHING
    ) -> None:
        self._given = secrets_cfg
        self._config: SecretsConfig | None = None
        self._rules = rules
        self._said: set[SecretName] = set()
        self._known: dict[tuple[str | None, ...], tuple[SecretName, Places]] = {}

    @overload
    def get(
        self,
        group: str | None = None,
        key: str | None = None,
        group_version: str | None = None,
        encode_mode: Literal["r"] = "r",
    ) -> str: ...
    @overload
    def get(
        self,
        group: str | None = None,
        key: str | None = None,
        group_version: str | None = None,
        *,
        encode_mode: Literal["rb"],
    ) -> bytes: ...
    def get(
        self,
        group: str | None = None,
        key: str | None = None,
        group_version: str | None = None,
        encode_mode: str = "r",
    ) -> str | bytes:
        """Return the value of a secret, without blanks around it.

        From then on the value is masked in what the notebook shows.

        Args:
            group: Name of the secret.
            key: Key inside it.
            group_version: Version of the group.
            encode_mode: ``"r"`` for text, ``"rb"`` for bytes.

        Raises:
            SecretNotFoundError: No place has it, or the task did not declare it and runs as in
                a pod; the message says every name and path tried.
            InvalidValueError: Neither group nor key is given, or one would leave the folder.
        """
        if encode_mode not in ("r", "rb"):
            raise InvalidValueError(f"encode_mode {encode_mode!r}: 'r' for text, 'rb' for bytes")
        name, places = self._allowed(group, key, group_version)
        if encode_mode == "r" and (text := places.plain_text()) is not None:
            LEAK_GUARD.add(text)
            return text
        tried = []
        for one in tries(places):
            if one.value is None:
                tried.append(one)
                continue
            try:
                value = one.value if encode_mode == "rb" else one.value.decode()
            except UnicodeDecodeError:
                tried.append(Try(one.where, problem=_NOT_TEXT))
                continue
            LEAK_GUARD.add(value)
            return value
        raise self._not_found(name, tried)

    def get_secrets_env_var(
        self, group: str | None = None, key: str | None = None, group_version: str | None = None
    ) -> str:
        """Return the name of the variable that a pod has for this secret."""
        parts = SecretName(group, key, group_version).parts
        return self.lookup().env_prefix + "_".join(parts).upper()

    def get_secrets_file(
        self, group: str | None = None, key: str | None = None, group_version: str | None = None
    ) -> str:
        """Return the path of the file that a pod has for this secret.

        In a run whose task asked for a file, it is the run's own.
        """
        name = SecretName(group, key, group_version)
        path = self._rules.mounted.get(name) or name.file(self.lookup())
        if (value := of_file(path).value) is not None:
            LEAK_GUARD.add(value)  # who asks for the path reads it by himself
        return path

    def tries(
        self, group: str | None = None, key: str | None = None, group_version: str | None = None
    ) -> list[Try]:
        """Return every place that is asked for a secret, in order, and what it says."""
        name = SecretName(group, key, group_version)
        found = list(tries(places_of(name, self.lookup(), self._rules)))
        for one in found:
            if one.value is not None:
                LEAK_GUARD.add(one.value)
        return found

    def __getattr__(self, group: str) -> _Group:
        if group.startswith("_"):  # what copy, pickle and IPython probe for is not a group
            raise AttributeError(group)
        return _Group(self, group)

    def __repr__(self) -> str:
        names = ", ".join(f"{s.group}/{s.key}" for s in self._rules.declared)
        return f"SecretsManager(declared=[{names}])"

    def __eq__(self, other: object) -> bool:
        mine = (self._given, self._rules)
        return isinstance(other, SecretsManager) and mine == (other._given, other._rules)

    def __hash__(self) -> int:
        return hash(self._rules.declared)

    def __reduce__(self) -> tuple[type[SecretsManager], tuple[SecretsConfig | None, SecretRules]]:
        return SecretsManager, (self._given, self._rules)

    def lookup(self) -> SecretsConfig:
        """Return where secrets are looked up; a task sees one configuration, as in a pod."""
        if self._given is not None:
            return self._given
        if self._config is not None and self._rules.task:
            return self._config
        from flyte_nb.config.objects import SecretsConfig

        config = SecretsConfig.auto()
        self._config = SecretsConfig(
            env_prefix=config.env_prefix.strip(),
            default_dir=config.default_dir.strip(),
            file_prefix=config.file_prefix.strip(),
        )
        return self._config

    def _allowed(
        self, group: str | None, key: str | None, version: str | None
    ) -> tuple[SecretName, Places]:
        """Return the secret and where it may be; looked up once in a task, as in a pod."""
        rules = self._rules
        is_pushed = pushed_stack.get() and _is_pushed_as_pod()
        try:
            known = None if is_pushed else self._known.get((group, key, version))
        except TypeError:  # not text: refused below
            known = None
        if known is None:
            name = SecretName(group, key, version)
            self._check_declared(name)
            rules = replace(rules, is_pod=True) if is_pushed else rules
            known = (name, places_of(name, self.lookup(), rules))
            if rules.task and not is_pushed:
                self._known[group, key, version] = known
        return known

    def _check_declared(self, name: SecretName) -> None:
        rules = self._rules
        if not rules.task or rules.declares(name):
            return
        advice = f"secret_requests=[{name.declaration}]"
        if rules.is_pod:
            raise SecretNotFoundError(
                f"{rules.task} did not declare the secret {name.label}: its pod does not have it",
                hint=f"add {advice} to its @task",
            )
        if name not in self._said:
            self._said.add(name)
            TASK_LOGGER.warning(
                "%s did not declare the secret %s: its pod will not have it; add %s to its @task",
                rules.task,
                name.label,
                advice,
            )

    def _not_found(self, name: SecretName, tried: list[Try]) -> SecretNotFoundError:
        lines = "\n".join(f"    {one.where}: {one.problem}" for one in tried)
        variable = name.variables(self.lookup().env_prefix, bare=False)[0]
        keep = "" if vault.why_not() else f"%flyte_secret set {name.label}, or "
        declare = (
            ""
            if self._rules.declares(name)
            else f"on a cluster the task also needs secret_requests=[{name.declaration}]"
        )
        return SecretNotFoundError(
            f"secret {name.label} was not found; tried, in this order:\n{lines}",
            hint="; ".join(filter(None, [f"{keep}set {variable}", declare])),
        )


class _Group:
    """``ctx.secrets.<group>``: its attributes are the keys."""

    __slots__ = ("_group", "_manager")

    def __init__(self, manager: SecretsManager, group: str) -> None:
        self._manager = manager
        self._group = group

    def __getattr__(self, key: str) -> str:
        if key.startswith("_"):
            raise AttributeError(key)
        return self._manager.get(self._group, key)


def _is_pushed_as_pod() -> bool:
    """Return whether the context that was pushed last executes as a pod does."""
    from flyte_nb.context.manager import FlyteContextManager
    from flyte_nb.context.states import ExecutionMode

    state = FlyteContextManager.current_context().execution_state
    return state is not None and state.mode is ExecutionMode.TASK_EXECUTION


def change_rules(manager: SecretsManager, rules: SecretRules) -> None:
    """Let a manager that somebody may hold go by other rules from now on."""
    manager._rules = rules  # noqa: SLF001


def rules_of(manager: SecretsManager) -> SecretRules:
    """Return what the task may have; no method, so that a group may have any name."""
    return manager._rules  # noqa: SLF001
