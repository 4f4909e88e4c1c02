"""Integration: `%%flyte_task` in a real IPython kernel."""

import re
import time

import pytest
from kernels import started

pytestmark = pytest.mark.kernel

SETUP = "%load_ext flyte_nb\nfrom flyte_nb import current_context, task, workflow\na = 2"


@pytest.fixture(scope="module")
def running_kernel():
    with started() as kernel:
        yield kernel


@pytest.fixture
def kernel(running_kernel):
    running_kernel.run("%reset -f")
    running_kernel.run(SETUP)
    yield running_kernel
    running_kernel.run("%unload_ext flyte_nb")


def results(outputs):
    """Return the text of the cell's value."""
    return [
        o["content"]["data"]["text/plain"] for o in outputs if o["msg_type"] == "execute_result"
    ]


def panel(outputs):
    """Return what is said of the task before it runs."""
    return next(
        o["content"]["data"]["text/plain"]
        for o in outputs
        if o["msg_type"] == "display_data" and "<strong>task " in str(o["content"]["data"])
    )


def test_a_cell_becomes_a_task_and_leaves_its_outputs(kernel):
    kernel.run("def helper(n): return [n] * n")
    status, outputs = kernel.run(
        "%%flyte_task train --out model,score\n"
        "import math\nmodel = helper(a)\nscore = math.sqrt(len(model))\nhidden = 1\nscore > 1"
    )
    assert status == "ok", outputs
    assert results(outputs) == ["True"]
    said = panel(outputs)
    assert "a: int" in said
    assert re.search(r"used from the notebook\s+helper", said)
    assert kernel.value("model, score") == "([2, 2], 1.4142135623730951)"
    assert kernel.value("'hidden' in globals(), 'math' in globals()") == "(False, False)"
    assert kernel.value("train") == ("<task train(a: int) -> __main__.TrainOutputs>")
    assert kernel.value("train(a=1).model") == "[1]"
    assert kernel.value("train.interface.outputs") == (
        "{'model': list[int], 'score': <class 'float'>}"
    )


def test_it_works_in_a_workflow_and_by_flyte_run(kernel):
    kernel.run("%%flyte_task double --out y\ny = 2 * a")
    kernel.run("@workflow\ndef both(n: int) -> int:\n    return double(a=double(a=n))")
    assert kernel.value("both(n=3)") == "12"
    status, outputs = kernel.run("r = %flyte_run double --a 5")
    assert status == "ok", outputs
    assert kernel.value("r.result()") == "10"


def test_run_again_it_replaces_the_task(kernel):
    source = "%%flyte_task step --out y:int\ny = a + {}"
    kernel.run(source.format(1))
    assert kernel.value("step(a=1), y") == "(2, 3)"
    kernel.run("old = step")
    kernel.run(source.format(5))
    assert kernel.value("step(a=1), y, old(a=1)") == "(6, 7, 2)"
    kernel.run("from flyte_nb.context.entities import FlyteEntities as E")
    assert kernel.value("E.is_newest(step), E.is_newest(old)") == "(True, False)"
    kernel.run(source.format(5))  # the very same cell
    assert "y = a + 1" in kernel.value("__import__('inspect').getsource(old.function)")
    assert "return y" in kernel.value("__import__('inspect').getsource(step.function)")


def test_an_error_is_shown_once_with_the_cells_own_lines(kernel):
    trace = kernel.error(
        "%%flyte_task broken --out y\nx = a\n\ndef inner():\n    return x / 0\n\ny = inner()\n"
    )
    assert trace.count("ZeroDivisionError") == 2  # at its top and its end
    assert re.search(r"-+> 5\s+return x / 0", trace), trace
    assert re.search(r"-+> 7\s+y = inner\(\)", trace), trace
    assert re.search(r"-+> 1\s+%%flyte_task broken --out y", trace), trace
    assert "site-packages" not in trace
    assert "@task" not in trace
    assert "<flyte_task" not in trace
    assert trace.count("Cell In[") == 3
    kernel.run("import sys, traceback")
    assert "_lead" not in kernel.value(
        "[frame.name for frame in traceback.extract_tb(sys.last_value.__traceback__)]"
    )
    assert kernel.value("type(broken).__name__, 'y' in globals()") == "('Task', False)"


def test_what_is_wrong_is_one_short_error_before_anything_runs(kernel):
    kernel.run("scores = 1")
    trace = kernel.error("%%flyte_task bad --out y\nprint('ran')\ny = scorez + 1")
    assert trace.splitlines()[0] == (
        "TaskDefinitionError: bad reads scorez (line 3), which is nowhere defined"
    )
    assert "did you mean scores?" in trace
    assert kernel.value("'bad' in globals()") == "False"
    assert "--timeout x: write seconds" in kernel.error("%%flyte_task bad --timeout x\n1")
    _, outputs = kernel.run("%%flyte_task b --ouput y\n1")  # one line, as IPython has them
    assert [o["msg_type"] for o in outputs] == ["stream"]
    assert "UsageError: there is no --ouput: did you mean --out?" in str(outputs)
    _, outputs = kernel.run("%%flyte_task\ny = 1")
    assert "UsageError: the task has no name" in str(outputs)
    assert "!ls: a pod has no IPython" in kernel.error("%%flyte_task b\n!ls")
    assert "line 2: return" in kernel.error("%%flyte_task b\nreturn 1")
    assert "SyntaxError" in kernel.error("%%flyte_task b\nx = = 1")


def test_await_works_as_in_a_cell(kernel):
    status, outputs = kernel.run(
        "%%flyte_task wait --out y\nimport asyncio\nawait asyncio.sleep(0.01)\ny = a\ny"
    )
    assert (status, results(outputs)) == ("ok", ["2"])
    _, outputs = kernel.run("await wait(a=7)")
    assert results(outputs) == ["7"]


@pytest.mark.parametrize(
    "cell",
    [
        (
            "%%flyte_task naps --out a:int\nimport asyncio\nprint('waiting', flush=True)\n"
            "for _ in range(300):\n    await asyncio.sleep(0.1)\na = 1"
        ),
        (
            "from flyte_nb import task\nimport time\n@task\ndef naps() -> int:\n"
            "    print('waiting', flush=True)\n    for _ in range(300): time.sleep(0.1)\n"
            "    return 1\nrun = naps.run()\nawait run"
        ),
    ],
    ids=["a cell that awaits", "awaiting a run"],
)
def test_an_interrupt_ends_what_a_cell_awaits(kernel, cell):
    def interrupt(message):
        if "waiting" in str(message["content"].get("text", "")):
            kernel.manager.interrupt_kernel()

    begin = time.monotonic()
    status, _ = kernel.run(cell, on_output=interrupt)
    assert status == "error"
    assert time.monotonic() - begin < 20
    assert kernel.run("1 + 1")[0] == "ok"


def test_an_interrupt_ends_it_and_the_next_cell_works(kernel):
    def interrupt(message):
        if "working" in message["content"].get("text", ""):
            kernel.manager.interrupt_kernel()

    status, outputs = kernel.run(
        "%%flyte_task slow --out y\nimport time\nprint('working', flush=True)\n"
        "time.sleep(60)\ny = 1",
        on_output=interrupt,
    )
    assert status == "error"
    assert [o["content"]["ename"] for o in outputs if o["msg_type"] == "error"] == [
        "KeyboardInterrupt"
    ]
    assert kernel.value("current_context().task_id, 'y' in globals()") == "(None, False)"


def test_inside_is_the_tasks_context_with_its_options(kernel):
    status, outputs = kernel.run("%env _FSEC_DB_PASSWORD=correct-horse\n")
    status, outputs = kernel.run(
        "%%flyte_task look --out name,mode,length --secret db/password --env MODE=trial\n"
        "import os\nname = current_context().task_id.name\nmode = os.environ['MODE']\n"
        "length = len(current_context().secrets.get('db', 'password'))"
    )
    assert status == "ok", outputs
    assert kernel.value("name, mode, length") == "('look', 'trial', 13)"
    assert kernel.value("'MODE' in __import__('os').environ") == "False"
    assert kernel.value("look.options.secret_requests[0].group") == "db"


def test_attempts_and_retries(kernel):
    cell = (
        "%%flyte_task flaky --out n,seen {}\n"
        "attempt = current_context().attempt\n"
        "tries.append(attempt)\nn = attempt\nseen = len(tries)"
    )
    kernel.run("tries = []")
    assert kernel.run(cell.format("--attempts 2 --fail-at 0"))[0] == "ok"
    assert kernel.value("n, seen") == "(1, 1)"  # each attempt begins with the inputs given
    kernel.run("tries = []")
    assert kernel.run(cell.format("--retries 2 --fail-at 0,1"))[0] == "ok"
    assert kernel.value("n, seen, flaky.options.retries") == "(2, 1, 2)"
    trace = kernel.error(cell.format("--retries 1 --fail-at 0,1"))
    assert "InjectedFailureError: attempt 2 (FLYTE_ATTEMPT_NUMBER=1) fails" in trace
    assert kernel.value("n") == "2"  # that of the run before


def test_in_a_process_of_its_own(kernel):
    kernel.run("import os\nclass Model:\n    def __init__(self, n): self.n = n")
    status, outputs = kernel.run(
        "%%flyte_task apart --out pid,model --isolate\npid = os.getpid()\nmodel = Model(a)\nmodel.n"
    )
    assert status == "ok", outputs
    assert kernel.value("pid != os.getpid(), model.n, isinstance(model, Model)") == (
        "(True, 2, True)"
    )
    assert results(outputs) == ["2"]
    assert "_flyte_nb_keep" not in str(outputs)


def test_a_kept_value_is_used_by_the_cell_that_is_run_again(kernel, tmp_path):
    kernel.run(f"%env FLYTE_SDK_LOCAL_SANDBOX={tmp_path}\nimport os")
    cell = "%%flyte_task kept --out y --cache v1\nprint('computed')\ny = a"
    shown = ["computed" in str([o for o in kernel.run(cell)[1] if o["msg_type"] == "stream"])
             for _ in range(2)]  # fmt: skip
    kernel.run("import os; os.environ.pop('FLYTE_SDK_LOCAL_SANDBOX', 0)")
    assert shown == [True, False]
    assert kernel.value("y") == "2"


def test_with_other_cell_magics(kernel):
    for cell in (
        "%%flyte_context project=trial\n%%flyte_task t --out p\n",
        "%%flyte_task t --out p\n%%flyte_context project=trial\n",
        "%%time\n%%flyte_task t --out p\n",
    ):
        status, outputs = kernel.run(
            f"{cell}p = current_context().execution_id.project if a else None\np"
        )
        assert status == "ok", outputs
        expected = "local" if "time" in cell else "trial"
        assert kernel.value("p, current_context().execution_id.project") == (
            f"('{expected}', 'local')"
        )


def test_defined_only_and_help_and_a_semicolon(kernel):
    kernel.run("%%flyte_task later --in n:int --out y:int --no-run\ny = n")
    assert kernel.value("later(n=4), 'y' in globals()") == "(4, False)"
    status, outputs = kernel.run("%%flyte_task -h")
    assert status == "ok"
    assert "usage: %%flyte_task NAME" in outputs[0]["content"]["text"]
    status, outputs = kernel.run("%%flyte_task quiet\na + 1;")
    assert (status, results(outputs)) == ("ok", [])


@pytest.mark.parametrize("jedi", [True, False])
def test_flags_and_names_are_completed_and_nothing_else(kernel, jedi):
    kernel.run(f"%config IPCompleter.use_jedi = {jedi}\nnumber = 3")
    complete = kernel.complete
    line = "%%flyte_task train --"
    assert set(complete(f"{line}re")) == {f"{line}{one}" for one in ("retries", "requests",
                                                                     "resources")}  # fmt: skip
    assert complete(f"{line}in nu") == [f"{line}in number"]
    assert complete(f"{line}requests m") == [f"{line}requests mem="]
    assert complete(f"{line}pod-template =nu") == [f"{line}pod-template =number"]
    assert complete(f"{line}container-image ") == []


def test_each_traceback_has_the_number_of_its_cell_and_its_lines(kernel):
    source = "%%flyte_task calls --out y{}\nx = a\nif x > 5:\n    y = 1"
    for made in ("", ":int --isolate"):
        trace = kernel.error(source.format(made))
        assert set(re.findall(r"Cell In\[(\d+)\]", trace)) == {str(kernel.number)}
        # The output that is not there is asked for by the first line.
        assert re.findall(r"-+> +(\d+)", trace) == ["1", "1"], trace
    kernel.run("%%flyte_task later --out y --no-run\ny = 1 / a")
    trace = kernel.error("# one\n# two\nlater(a=0)")
    assert f"Cell In[{kernel.number - 1}], line 2, in later(a)" in trace
    assert f"Cell In[{kernel.number}], line 3" in trace
    for isolate in ("", " --isolate"):
        trace = kernel.error(f"%%flyte_task wrong --out y:str{isolate}\nif a:\n    y = 1")
        assert f"at wrong, line 1: %%flyte_task wrong --out y:str{isolate}\n" in trace


def test_an_option_is_an_expression_of_the_notebook(kernel):
    kernel.run("from flyte_nb import PodTemplate\nt = PodTemplate(primary_container_name='main')")
    status, _ = kernel.run("%%flyte_task job --out y --pod-template =t --retries =a+1\ny = a")
    assert status == "ok"
    assert kernel.value("job.options.pod_template is t, job.options.retries") == "(True, 3)"
    trace = kernel.error("%%flyte_task job --out y --retries =a/0\ny = a")
    assert re.search(r"-+> 1 a/0\n\nZeroDivisionError", trace), trace
    assert "%%flyte_task job --out y --retries =a/0" in trace
    assert "flyte_nb/" not in trace


def test_unloading_takes_it_away(kernel):
    kernel.run("%unload_ext flyte_nb")
    _, outputs = kernel.run("%%flyte_task t\n1")
    assert "not found" in str(outputs)
    shell = "get_ipython()"
    assert kernel.value(f"len({shell}.ast_transformers), len({shell}.input_transformers_post)") == (
        "(0, 0)"
    )
    kernel.run(SETUP)
