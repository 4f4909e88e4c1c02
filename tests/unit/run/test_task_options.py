"""Options of `@task`: kept, put together, shown, refused when the task is defined."""

from enum import Enum

import pytest

from flyte_nb import (
    Annotations,
    Cache,
    Labels,
    PodTemplate,
    Resources,
    Secret,
    SecurityContext,
    dynamic,
    task,
)
from flyte_nb.errors import FlyteMissingTypeException, InvalidValueError, UnknownArgumentError
from flyte_nb.models.accelerators import A100, T4
from flyte_nb.run.task_options import TaskOptions


@pytest.mark.parametrize(
    ("given", "requests", "limits"),
    [
        ({}, {}, {}),
        ({"requests": Resources(cpu="1")}, {"cpu": "1"}, {"cpu": "1"}),
        (
            {"requests": Resources(cpu="1"), "limits": Resources(cpu="2", mem="1Gi")},
            {"cpu": "1"},
            {"cpu": "2", "mem": "1Gi"},
        ),
        ({"requests": Resources(cpu=("1", "2"))}, {"cpu": "1"}, {"cpu": "2"}),
        (
            {"resources": Resources(cpu=("1", "2"), mem="1Gi")},
            {"cpu": "1", "mem": "1Gi"},
            {"cpu": "2", "mem": "1Gi"},
        ),
    ],
)
def test_what_the_pod_asks_for_and_may_not_exceed(given, requests, limits):
    spec = TaskOptions(**given).resource_spec
    assert spec.requests == Resources(**requests)
    assert spec.effective_limits() == Resources(**limits)


def test_accelerator_and_shared_memory():
    assert TaskOptions().extended_resources is None
    found = TaskOptions(accelerator=T4, shared_memory=True).extended_resources
    assert found.gpu_accelerator is T4
    assert found.shared_memory.size_limit is None
    assert TaskOptions(shared_memory="2Gi").extended_resources.shared_memory.size_limit == "2Gi"


def test_labels_and_annotations_may_be_dictionaries():
    options = TaskOptions(labels={"a": "b"}, annotations=Annotations({"c": "d e"}))
    assert (options.labels, options.annotations) == (Labels({"a": "b"}), Annotations({"c": "d e"}))


def test_secrets_of_the_security_context_are_declared_with_the_others():
    first, second = Secret(group="a"), Secret(group="b")
    options = TaskOptions(
        secret_requests=[first], security_context=SecurityContext(secrets=[second])
    )
    assert options.secret_requests == (first, second)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"resources": Resources(cpu=1), "limits": Resources(cpu=2)},
            "one or the other",
        ),
        ({"resources": {"cpu": 1}}, "not Resources"),
        ({"requests": Resources(cpu=2), "limits": Resources(cpu=1)}, "greater than the limit"),
        ({"limits": Resources(cpu=(1, 2))}, "cpu is a pair"),
        ({"accelerator": "T4"}, "accelerator='T4': not an accelerator"),
        ({"shared_memory": 5}, "shared_memory=5: neither True nor a size"),
        ({"shared_memory": "much"}, "shared_memory='much': not a quantity"),
        ({"labels": {"a b": "c"}}, "a b"),
        ({"labels": [("a", "b")]}, "not Labels"),
        ({"annotations": "a=b"}, "not Annotations"),
        ({"pod_template": {}}, "not PodTemplate"),
        ({"security_context": "me"}, "not SecurityContext"),
        ({"secret_requests": 3}, "not a list"),
    ],
)
def test_what_is_refused_when_the_task_is_defined(given, message):
    with pytest.raises(InvalidValueError, match=message):
        task(**given)


def test_a_task_shows_what_it_asks_for():
    @task(
        retries=2,
        resources=Resources(cpu=("1", "2"), gpu=1),
        accelerator=A100.partition_2g_10gb,
        shared_memory=True,
        labels={"team": "ml"},
        pod_template=PodTemplate(labels={"pod": "mine"}),
        secret_requests=[Secret(group="db", key="password")],
    )
    def train(rate: float, name: str = "first") -> float:
        return rate * len(name)

    shown = train._repr_html_()
    for part in ("retries", "2g.10gb", "team=ml", "password", "float", "str = &#x27;first&#x27;"):
        assert part in shown
    assert train(rate=0.5) == 2.5


def test_what_only_a_cluster_heeds_is_kept_and_shown():
    @task(
        task_config={"workers": 2},
        container_image="ghcr.io/acme/train:1",
        interruptible=True,
        docs="trains",
        pod_template_name="gpu",
    )
    def train(a: int) -> int:
        return a

    assert train(a=1) == 1
    shown = train._repr_html_()
    for said in ("ghcr.io/acme/train:1", "interruptible", "trains", "gpu", "workers"):
        assert said in shown


def test_the_older_name_of_enable_deck():
    assert TaskOptions(disable_deck=True).enable_deck is False
    assert TaskOptions(disable_deck=False).enable_deck is True
    with pytest.raises(InvalidValueError, match="one or the other"):
        TaskOptions(disable_deck=True, enable_deck=True)


def test_a_deprecated_task_says_so_once(caplog):
    @task(deprecated="use train2")
    def train(a: int) -> int:
        return a

    assert [train(a=1), train(a=2)] == [1, 2]
    assert [r.getMessage() for r in caplog.records] == [f"{train.name} is deprecated: use train2"]


@pytest.mark.parametrize(
    "given", [{"interruptible": "yes"}, {"deprecated": 1}, {"pod_template_name": b"x"}]
)
def test_wrong_switches_are_refused(given):
    with pytest.raises(InvalidValueError, match=next(iter(given))):
        TaskOptions(**given)


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [("retires", "retries"), ("cachee", "cache"), ("secrets_requests", "secret_requests")],
)
def test_a_misspelt_option_is_told_with_the_one_that_was_meant(misspelt, meant):
    with pytest.raises(UnknownArgumentError, match=f"task.. has no '{misspelt}'") as caught:
        task(**{misspelt: 3})
    assert caught.value.hint == f"did you mean {meant!r}?"


def test_a_misspelt_option_of_a_cache_is_told():
    with pytest.raises(UnknownArgumentError, match=r"Cache\(\) has no 'versoin'") as caught:
        Cache(versoin="1")
    assert caught.value.hint == "did you mean 'version'?"
    assert Cache("1", True) == Cache(version="1", serialize=True)  # noqa: FBT003 - flytekit's way


class Mode(Enum):
    DEFAULT = 1
    DYNAMIC = 2
    EAGER = 3


class Resolver:
    def load_task(self, args):
        raise NotImplementedError


@task
def called(a: int) -> int:
    return a


def test_options_that_say_how_a_cluster_loads_a_task():
    resolver = Resolver()

    @task(task_resolver=resolver, execution_mode=Mode.DEFAULT)
    def plain(a: int) -> int:
        return a

    @dynamic(node_dependency_hints=[called], execution_mode=Mode.DYNAMIC)
    def calls(a: int) -> int:
        return called(a=a)

    assert (plain(a=1), plain.options.task_resolver) == (1, resolver)
    assert (calls(a=1), calls.options.node_dependency_hints) == (1, (called,))
    assert "called" in calls._repr_html_()


@pytest.mark.parametrize(
    ("make", "given", "said"),
    [
        (task, {"node_dependency_hints": [called]}, "only a dynamic task"),
        (dynamic, {"node_dependency_hints": [print]}, "no task, workflow or launch plan"),
        (task, {"execution_mode": Mode.DYNAMIC}, "execution_mode"),
        (dynamic, {"execution_mode": Mode.EAGER}, "execution_mode"),
        (task, {"execution_mode": "default"}, "execution_mode"),
        (task, {"task_resolver": "module.resolver"}, "no method load_task"),
    ],
)
def test_options_of_another_kind_of_task_are_refused(make, given, said):
    with pytest.raises(InvalidValueError, match=said):
        make(**given)(lambda a: a)


def test_an_input_of_a_dynamic_task_has_a_type_in_any_case():
    with pytest.raises(FlyteMissingTypeException):

        @dynamic(pickle_untyped=True)
        def untyped(a):
            return called(a=a)

    @dynamic(pickle_untyped=True)
    def typed(a: int) -> int:
        return called(a=a)

    assert typed(a=1) == 1
    with pytest.raises(UnknownArgumentError, match="is_dynamic"):
        dynamic(is_dynamic=True)
