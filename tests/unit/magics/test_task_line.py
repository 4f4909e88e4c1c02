"""The first line of `%%flyte_task`: what its flags say, and which values they refuse."""

from datetime import timedelta

import pytest
from IPython.core.error import UsageError

import flyte_nb.models
from flyte_nb import Cache, PodTemplate, Resources, Secret, task
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
    said |= {keyword for keyword, _, _ in EXPRESSIONS}
    # --no-deck is the newer name of disable_deck; all inputs of a cell have a type; a cell shows
    # its own source and inputs.
    # How a cluster loads it and what it may call is nothing of a cell.
    others = {"_task_function", "deck_fields", "disable_deck", "pickle_untyped"}
    others |= {"node_dependency_hints", "task_resolver", "execution_mode"}
    assert set(inspect.signature(task).parameters) - others == said


NAMES = {
    "n": 2, "PodTemplate": PodTemplate, "Cache": Cache, "models": flyte_nb.models,
    "template": PodTemplate(primary_container_name="main"), "Resources": Resources,
}  # fmt: skip
EXPRESSIONS = [
    ("pod_template", "--pod-template =template", NAMES["template"]),
    ("pod_template", '--pod-template =PodTemplate(labels={"a": "b"}, primary_container_name="c")',
     PodTemplate(labels={"a": "b"}, primary_container_name="c")),
    ("security_context", "--security-context =models.SecurityContext()",
     flyte_nb.models.SecurityContext()),
    ("task_config", '--task-config={"a": [1, 2]}', {"a": [1, 2]}),
    ("docs", "--docs =n", 2),
    ("cache", '--cache =Cache(version="1")', Cache(version="1")),
    ("cache_version", "--cache =f'v{n}'", "v2"),
    ("cache_ignore_input_vars", "--cache --cache-ignore =('a',)", ("a",)),
    ("retries", "--retries =n+1", 3),
    ("retries", "--retries =(n + 1)", 3),
    ("retries", "--retries =(k := n)", 2),
    ("timeout", "--timeout =n*60", 120),
    ("container_image", "--container-image =f'img:{n}'", "img:2"),
    ("environment", '--env ={"N": str(n)}', {"N": "2"}),
    ("resources", '--resources =Resources(cpu=("1", "2"))', Resources(cpu=("1", "2"))),
    ("secret_requests", "--secret =[]", []),
]  # fmt: skip


@pytest.mark.parametrize(("keyword", "line", "value"), EXPRESSIONS)
def test_an_option_by_an_expression_of_the_notebooks_names(keyword, line, value):
    line = line.replace("--task-config=", "--task-config==")
    found = {option.keyword: option for option in read_line(f"train {line}", dict(NAMES)).options}
    assert found[keyword].value == value
    if keyword == "cache_version":
        assert found["cache"].value is True
    # The same in a file that has what it needs.
    names = {name: NAMES[name] for name in found[keyword].helpers}
    exec("\n".join(found[keyword].imports), names)
    call = f"dict({keyword}={found[keyword].text})"
    assert eval(call, names) == {keyword: value}
    task(**{option.keyword: option.value for option in found.values()})(_a_task)


def test_an_expression_comes_with_what_a_file_needs_for_it():
    line = 'train --pod-template =template --cache =Cache(version=f"{n}")'
    template, cache = read_line(line, dict(NAMES)).options[::-1]
    assert (template.helpers, template.imports) == (("template",), ())
    assert (cache.helpers, cache.imports) == (("n",), ("from flyte_nb import Cache",))


def test_options_of_the_run():
    line = "train --isolate --attempts 3 --fail-at 0,1 --preempt-after 1m --backoff 5"
    assert read_line(line).how == RunOptions(
        isolate=True, attempts=3, fail_at=(0, 1), preempt_after=60.0, backoff=5.0
    )
    assert read_line("t --no-cache").how == RunOptions(cache=False)
    assert read_line("t --cache --overwrite-cache").how == RunOptions(overwrite_cache=True)
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
        ("1x", "'1x' cannot be the name of a task: letters"),
        ("train-model", "'train-model' cannot be the name of a task: did you mean train_model"),
        ("train out y", "one name only: 'out' is too much; did you mean --out"),
        ("train --retries = 3", "no space after =: write --retries =3"),
        ("train --retrys 3", "there is no --retrys: did you mean --retries"),
        ("train --no-run --isolate", "--isolate is of a run, and --no-run asks for none"),
        ("train --no-run --no-cache", "--no-cache is of a run"),
        ("train --no-run --backoff 0", "--backoff is of a run"),
        ("train --timeout", "--timeout takes a value: --timeout 60s"),
        ("train 'open", "cannot read"),
    ],
)
def test_a_line_that_cannot_be_read(line, message):
    with pytest.raises(UsageError, match=message):
        read_line(line)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--retries x", "--retries x: it has to be a whole number"),
        ("--retries -1", "--retries"),
        ("--timeout 3x", "--timeout 3x: write seconds, or a duration"),
        ("--timeout nan", "--timeout nan"),
        ("--requests cpu", "--requests cpu: write key=value"),
        ("--requests cpus=1", "--requests cpus=1: the resources are cpu"),
        ("--requests cpu=x", r"--requests cpu=x: Resources\(cpu='x'\)"),
        ("--limits cpu=1,cpu=2", "--limits cpu=2: cpu is given twice"),
        ("--secret /x", "--secret /x: write group/key"),
        ("--secret a/b:lower", "--secret a/b:lower: Secret"),
        ("--env A", "--env A: write NAME=value"),
        ("--fail-at x", "--fail-at x"),
        ("--attempts 0", "--attempts 0: it has to be a whole number from 1"),
        ("--fail-at 1", "--fail-at 1: attempts are counted from 0, and with retries=0 the last is"),
        ("--fail-at 3 --retries 2", "--fail-at 3: .* with retries=2 the last is 2"),
        ("--fail-at 2 --attempts 2", "--fail-at 2: .* with attempts=2 the last is 1"),
        ("--docs text", "--docs text: it takes a Python expression\n.*write --docs =text"),
        ("--retries =1+", "--retries: this is no Python expression: invalid syntax\n    1\\+"),
        ("--env A=1 --env =x", "--env =x: an expression stands for the whole option"),
        ("--retries =template", "@task.retries="),
        ("--cache-serialize", "--cache-serialize: nothing is kept without --cache"),
        ("--overwrite-cache", "--overwrite-cache: nothing is kept without --cache"),
        ("--cache --no-cache --overwrite-cache", "--overwrite-cache: nothing is kept of a run wi"),
        ("--in 1", "--in 1"),
    ],
)
def test_a_value_that_is_refused_names_flag_value_and_rule(line, message):
    with pytest.raises((InvalidValueError, UsageError), match=message):
        task(**{o.keyword: o.value for o in read_line(f"train {line}", dict(NAMES)).options})


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
