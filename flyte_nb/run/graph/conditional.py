"""`conditional`: which part of a workflow runs is known when its values are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flyte_nb.context.current import compiling
from flyte_nb.errors import WorkflowDefinitionError
from flyte_nb.run.near import knows_its_names

from .branches import Branch, branch_off
from .expressions import Expression
from .node import promises_in
from .promise import describe, refuse_text_of_a_promise

if TYPE_CHECKING:
    from flyte_nb.context.states import CompilationState

    from .promise import Promise

_A_CALL = "write .then(my_task(a=…))"


class ConditionalSection:
    """A conditional that begins; made by `conditional`."""

    def __init__(self, name: str, graph: CompilationState) -> None:
        self.name = name
        self.graph = graph
        self.branches: list[Branch] = []
        self.start = len(graph.nodes)  # what is called from here on belongs to a case
        graph.sections.append(self)

    @knows_its_names
    def if_(self, expr: Expression) -> Case:
        """Begin the first case."""
        return Case(self, expr)

    def __repr__(self) -> str:
        return f"<conditional {self.name}>"


class Case:
    """One case of a conditional: what is called in its `then` belongs to it alone.

    Args:
        section: The conditional.
        expr: When it is the one; nothing for ``else_()``.
    """

    def __init__(self, section: ConditionalSection, *expr: Any) -> None:
        if expr and not isinstance(expr[0], Expression):
            raise WorkflowDefinitionError(
                f"conditional {section.name}: {type(expr[0]).__name__} is no comparison",
                hint="write .if_(a > 1); a boolean has is_true(), more than one are joined by &, |",
            )
        if section not in section.graph.sections:
            raise WorkflowDefinitionError(f"conditional {section.name} has its else_() already")
        if nodes := section.graph.nodes[section.start :]:
            raise WorkflowDefinitionError(
                f"conditional {section.name}: {nodes[0].name} is called in a condition",
                hint=f"call it before conditional({section.name!r}); in it a cluster never runs it",
            )
        self._section = section
        self._expression: Expression | None = expr[0] if expr else None

    @knows_its_names
    def then(self, p: Any) -> Any:
        """Say what is run; after ``else_()`` return what stands for the conditional's value.

        Args:
            p: What calls of tasks, workflows, launch plans or another conditional gave.

        Raises:
            WorkflowDefinitionError: It is something else.
        """
        promises = promises_in(p)
        if promises is None:
            raise WorkflowDefinitionError(
                f"conditional {self._section.name}: then({type(p).__name__}) calls nothing",
                hint=_A_CALL,
            )
        for promise in promises.values():
            self._refuse_what_is_no_call(promise)
        return self._end(promises, "")

    def _refuse_what_is_no_call(self, promise: Promise) -> None:
        """Refuse inputs and parts: the case of a conditional is a node, with that node's outputs.

        Raises:
            WorkflowDefinitionError: It is one.
        """
        if promise._node.entity is None or promise._path:  # noqa: SLF001 - its attributes are promises
            raise WorkflowDefinitionError(
                f"conditional {self._section.name}: then({describe(promise)}) calls nothing",
                hint=f"{_A_CALL}, where the task returns that",
            )

    @knows_its_names
    def fail(self, err: Any) -> Any:
        """Let the workflow fail with *err*."""
        if not (isinstance(err, str) and err):
            raise WorkflowDefinitionError(
                f"conditional {self._section.name}: fail({err!r}) does not say why"
            )
        refuse_text_of_a_promise(err, f"conditional {self._section.name}: fail(…)")
        return self._end(None, err)

    def _end(self, promises: Any, error: str) -> Any:
        section = self._section
        nodes = section.graph.nodes[section.start :]
        del section.graph.nodes[section.start :]
        section.branches.append(Branch(self._expression, nodes, promises, error))
        if self._expression is not None:
            return Condition(section)
        section.graph.sections.remove(section)
        return branch_off(section.name, section.graph, section.branches)


class Condition:
    """A conditional after a case, before the next one."""

    def __init__(self, section: ConditionalSection) -> None:
        self._section = section

    @knows_its_names
    def elif_(self, expr: Expression) -> Case:
        """Begin the next case."""
        return Case(self._section, expr)

    def else_(self) -> Case:
        """Begin the last case."""
        return Case(self._section)

    def __repr__(self) -> str:
        return f"<conditional {self._section.name}, without else_() yet>"


@knows_its_names
def conditional(name: Any) -> ConditionalSection:
    """Begin a choice in the body of a workflow (flytekit's ``conditional``).

    Args:
        name: What it is called, a text.

    Raises:
        WorkflowDefinitionError: No workflow is being declared, or the name is none.

    Example:
        >>> @workflow
        ... def wf(a: int) -> int:
        ...     return (
        ...         conditional("size").if_(a > 9).then(halve(a=a)).else_().then(double(a=a))
        ...     )
    """
    graph = compiling()
    if graph is None:
        raise WorkflowDefinitionError(
            f"conditional({name!r}) is for the body of a workflow", hint="elsewhere, write if"
        )
    if not (isinstance(name, str) and name.strip()):
        raise WorkflowDefinitionError(f"conditional({name!r}): not a name")
    refuse_text_of_a_promise(name, "conditional(…)")
    return ConditionalSection(name, graph)
