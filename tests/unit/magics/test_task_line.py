"""The first line of `%%flyte_task`: what its flags say, and which values they refuse."""

from datetime import timedelta

import pytest
from IPython.core.error import UsageError

from flyte_nb import Resources, Secret, task
from flyte_nb.errors import InvalidValueError
from flyte_nb.magics.arguments import HelpShown
from flyte_nb.magics.task_cell import rewrite
from flyte_nb.magics.task_line import parser, read_line
from flyte_nb.models.accelerators import GPUAccelerator
from flyte_nb.run.run_options import RunOptions

OPTIONS = {
    "--retries 3": {"retries": 3},
    "--timeout 60s": {"timeout": timedelta(seconds=60)},
    "--timeout 1h30m": {"timeout": timedelta(minutes=90)},
    "--timeout 1234567s": {"timeout": timedelta(seconds=1234567)},
    "--timeout 1234.5678": {"timeout": timedelta(seconds=1234.5678)},
    "--timeout 2.5": {"timeout": timedelta(seconds=2.5)},
    "--cache": {"cache": True},
    "--cache v1": {"cache": True, "cache_version": "v1"},
    "--cache --cache-serialize": {"cache": True, "cache_serialize": True},
    "--cache --cache-ignore a,b": {"cache": True, "cache_ignore_input_vars": ("a", "b")},
    "--requests cpu=1,mem=1Gi": {"requests": Resources(cpu="1", mem="1Gi")},
    "--limits gpu=1 --limits ephemeral-storage=1Gi": {
        "limits": Resources(gpu="1", ephemeral_storage="1Gi")
    },
    "--resources cpu=1:2": {"resources": Resources(cpu=("1", "2"))},
    "--secret db/password": {"secret_requests": [Secret(group="db", key="password")]},
    "--secret db/password:DB --secret other": {
        "secret_requests": [Secret(group="db", key="password", env_var="DB"), Secret("other")]
    },
    "--env A=1,2 --env B='x y'": {"environment": {"A": "1,2", "B": "x y"}},
    "--deck": {"enable_deck": True},
    "--no-deck": {"enable_deck": False},
    "--interruptible": {"interruptible": True},
    "--container-image img:1": {"container_image": "img:1"},
    "--accelerator nvidia-tesla-a100:2g.10gb": {
        "accelerator": GPUAccelerator("nvidia-tesla-a100", "2g.10gb")
    },
    "--pod-template-name big": {"pod_template_name": "big"},
    "--deprecated 'use other'": {"deprecated": "use other"},
    "--shared-memory": {"shared_memory": True},
    "--shared-memory 1Gi": {"shared_memory": "1Gi"},
    "--labels a=b,c=d": {"labels": {"a": "b", "c": "d"}},
    "--annotations a=b": {"annotations": {"a": "b"}},
}


@pytest.mark.parametrize("line", OPTIONS)
def test_options_of_the_task_by_value_and_as_code(line):
    found = read_line(f"train {line}").options
    assert {option.keyword: option.value for option in found} == OPTIONS[line]
    imports = "\n".join({line for option in found for line in option.imports})
    exec(imports, names := {})
    as_code = {option.keyword: eval(option.text, names) for option in found}
    assert as_code == OPTIONS[line]
    task(**as_code)(_a_task)  # which checks them


def _a_task(a: int, b: int) -> int:
    return a + b


def test_every_option_of_a_task_that_a_line_can_say_has_a_flag():
    import inspect

    said = {keyword for options in OPTIONS.values() for keyword in options}
    objects = {"task_config", "docs", "pod_template", "security_context", "disable_deck"}
    assert set(inspect.signature(task).parameters) - {"_task_function"} == said | objects


def test_options_of_the_run():
    line = "train --isolate --attempts 3 --fail-at 0,1 --preempt-after 1m --backoff 5"
    assert read_line(line).how == RunOptions(
        isolate=True, attempts=3, fail_at=(0, 1), preempt_after=60.0, backoff=5.0
    )
    assert read_line("t --no-cache --overwrite-cache").how == RunOptions(
        cache=False, overwrite_cache=True
    )
    assert (read_line("t").runs, read_line("t --no-run").runs) == (True, False)


def test_names_may_be_given_with_spaces_behind_commas():
    options = read_line("train --in a, b:dict[str, int] --out c, d")
    assert [one.name for one in options.inputs or ()] == ["a", "b"]
    assert [one.name for one in options.outputs] == ["c", "d"]
    assert read_line("train").inputs is None
    assert read_line("--name train").name == "train"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "the task has no name"),
        ("--cache train", "'train' was taken as that of --cache"),
        ("train other", "one name only: 'other'"),
        ("1x", "'1x' is no name"),
        ("train --retrys 3", "there is no --retrys: did you mean --retries"),
        ("train --timeout", "--timeout: expected one argument"),
        ("train 'open", "cannot read"),
    ],
)
def test_a_line_that_cannot_be_read(line, message):
    with pytest.raises(UsageError, match=message):
        read_line(line)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--retries x", "--retries x: a whole number"),
        ("--retries -1", "--retries"),
        ("--timeout 3x", "--timeout 3x: a duration"),
        ("--timeout nan", "--timeout nan"),
        ("--requests cpu", "--requests cpu: write key=value"),
        ("--requests cpus=1", "--requests cpus=1: resources are cpu"),
        ("--requests cpu=x", r"--requests cpu=x: Resources\(cpu='x'\)"),
        ("--limits cpu=1,cpu=2", "--limits cpu=2: cpu is there twice"),
        ("--secret /x", "--secret /x: a secret is group/key"),
        ("--secret a/b:lower", "--secret a/b:lower: Secret"),
        ("--env A", "--env A: a variable is NAME=value"),
        ("--fail-at x", "--fail-at x"),
        ("--attempts 0", "--attempts 0: a number from 1"),
        ("--cache-serialize", "--cache-serialize: nothing is kept without --cache"),
        ("--in 1", "--in 1"),
    ],
)
def test_a_value_that_is_refused_names_flag_value_and_rule(line, message):
    with pytest.raises((InvalidValueError, UsageError), match=message):
        read_line(f"train {line}")


@pytest.mark.parametrize("line", ["-h", "--help", "help", "?"])
def test_help(line, capsys):
    with pytest.raises(HelpShown):
        read_line(line)
    shown = capsys.readouterr().out
    assert shown.startswith("usage: %%flyte_task NAME")
    for flag in parser()._option_string_actions:
        assert flag in shown


@pytest.mark.parametrize(
    ("lines", "rewritten"),
    [
        (["%%flyte_task a --x\n", "1\n"], ["%flyte_task --cell a --x\n", "1\n"]),
        (["\n", "# c\n", "%%flyte_task a\n"], ["\n", "# c\n", "%flyte_task --cell a\n"]),
        (["%%flyte_task a \\\n", "  --x\n", "1\n"], ["%flyte_task --cell a --x\n", "\n", "1\n"]),
        (["%%flyte_task a\n", "%%time\n", "1\n"], ["%%time\n", "%flyte_task --cell a\n", "1\n"]),
        (["%%flyte_context n=1\n", "%%flyte_task a\n"],
         ["%%flyte_context n=1\n", "%flyte_task --cell a\n"]),
        (["%%flyte_task?\n"], ["%%flyte_task?\n"]),
        (["%%flyte_tasks a\n"], ["%%flyte_tasks a\n"]),
        (["x = 1\n", "%%flyte_task a\n"], ["x = 1\n", "%%flyte_task a\n"]),
        ([], []),
    ],
)  # fmt: skip
def test_the_first_line_becomes_a_call_and_the_others_keep_their_numbers(lines, rewritten):
    assert rewrite(lines) == rewritten
