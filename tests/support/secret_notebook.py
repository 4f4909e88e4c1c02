"""A notebook that uses every feature of secrets and then shows the values in every way.

None of its cells has a value: before it starts they are put into files, variables and a keyring,
or they are typed. What is saved of it must not have one either.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import keyring
import nbformat
from dotenv import set_key
from leaks import SHAPES, secret

from flyte_nb.config import vault
from flyte_nb.config.mask import MASK

if TYPE_CHECKING:
    from nbformat import NotebookNode

VARIABLES, FILES, OTHERS = (
    ("env", "attribute", "injected"),
    ("file", "bytes", "mounted"),
    ("keyring", "dotenv"),
)
TYPED = [shape for shape in SHAPES if shape != "pem"]  # a field has one line
# What the editor keeps, and where.
SETTINGS = {"credentials.client_secret": "keyring", "storage.connection.secret-key": "clear"}

START = """
# %% start
import json, os, sys
from base64 import b64encode
from html import escape
from pathlib import Path

import ipywidgets as widgets
from IPython.display import HTML, JSON, Markdown, display, update_display

os.chdir(FOLDER)
os.environ.update(json.loads(Path("environ.json").read_text()))
sys.path.append(SUPPORT)
from leaks import SHAPES, spellings
%load_ext flyte_nb
from flyte_nb import Deck, FlyteRecoverableException, Secret, current_context, task
from flyte_nb.config.objects import Config
typed = [shape for shape in SHAPES if shape != "pem"]

# %% a .env file
%flyte_secret dotenv .env
secrets = current_context().secrets

# %% what is found
found = {}
for shape in SHAPES:
    for place in ("env", "file", "keyring", "dotenv"):
        found[place, shape] = secrets.get(place, shape)
    found["attribute", shape] = getattr(secrets.attribute, shape)
    found["bytes", shape] = secrets.get("bytes", shape, encode_mode="rb").decode()

# %% what is injected: shows it
INJECTED = [Secret(group="injected", key=s, env_var=f"INJECTED_{s}".upper()) for s in SHAPES]
FILE = Secret.MountType.FILE
MOUNTED = [Secret(group="mounted", key=s, mount_requirement=FILE) for s in SHAPES]

@task(secret_requests=[*INJECTED, *MOUNTED])
def pod() -> int:
    for request in INJECTED:
        found[request.group, request.key] = os.environ[request.env_var]
    for request in MOUNTED:
        path = current_context().secrets.get_secrets_file(request.group, request.key)
        found[request.group, request.key] = Path(path).read_text()
    print(*found.values())
    return len(found)

pod()

# %% fields
run = get_ipython().run_line_magic
fields = {shape: run("flyte_secret", f"set typed/{shape}") for shape in typed}
display(*fields.values())

# %% editor
editor = run("flyte_config", "edit")
editor
"""
# Stands in for the one who types.
TYPE = """
# %% type
said = json.loads(Path("typed.json").read_text())
for shape, field in fields.items():
    field._handle_custom_msg({"type": "keep", "value": said["typed/" + shape]}, [])
for setting, place in SETTINGS.items():
    kept = {"type": "secret", "setting": setting, "value": said["setting/" + setting]}
    editor._handle_custom_msg({**kept, "place": place}, [])
editor._handle_custom_msg({"type": "save"}, [])
"""
SHOW = """
# %% what was typed: shows it
for shape in typed:
    found["typed", shape] = secrets.get("typed", shape)
values = list(found.values())
every = sorted({spelt for value in values for spelt in spellings(value)})
found

# %% stdout: shows it
print(*every, sep="\\n")

# %% stderr: shows it
print(*every, sep="\\n", file=sys.stderr)

# %% letter by letter: shows it
for letter in "\\n".join(values): print(letter, end="", flush=True)

# %% logs: shows it
log = current_context().logging
for value in values: log.warning("with %s", value)
log.error("with %s", every)
try:
    raise ValueError(values)
except ValueError:
    log.exception("failed")

# %% HTML: shows it
display(HTML("".join(f'<p title="{escape(s)}">{escape(s)}</p>{s}' for s in every)))

# %% HTML in HTML: shows it
page = "<hr>".join(map(escape, values))
display(HTML(f'<p><iframe srcdoc="{escape(page)}"></iframe>'))

# %% JSON: shows it
display(JSON({"list": every, **{s: {"nested": [s]} for s in every}}))

# %% other kinds: shows it
display(Markdown("\\n".join(f"* `{s}`" for s in every)))
display({"text/plain": str(values), "application/x-own+json": {"values": every}}, raw=True)

# %% an update: shows it
display("", display_id="a"); update_display(values, display_id="a")

# %% a text: shows it
values[0]

# %% a long text: shows it
"\\n".join(every)

# %% bytes: shows it
[value.encode() for value in values]

# %% inside of base64: shows it
{host: b64encode(f"user:{v}".encode()) for host, v in enumerate(values)}

# %% an error: fails, shows it
raise ValueError(*values)

# %% an error of many lines: fails, shows it
raise KeyError("\\n".join(every))

# %% two errors: fails, shows it
raise RuntimeError(values[1]) from ValueError(values[0])

# %% the local variables of an error: fails, shows it
%xmode Verbose
short = [value for value in values if len(value) < 40]
def login(first, header): raise RuntimeError(short)
login(short[0], {"Authorization": b64encode(short[1].encode())})

# %% a run with decks: fails, shows it
%xmode Context
@task(enable_deck=True, retries=1)
def report(values: list[str]):
    checkpoint = current_context().checkpoint
    checkpoint.read()
    checkpoint.write("\\n".join(values).encode())
    Deck("lines", "".join(f"<p title='{escape(s)}'>{escape(s)}</p>" for s in every))
    Deck("bare", "<br>".join(values)).append(dict(enumerate(values)))
    for value in values[:20]:
        Deck(value, "<p>of that name</p>")
    raise FlyteRecoverableException("\\n".join(every))

report(values=values)

# %% checkpoints
%flyte_checkpoint

# %% a checkpoint: shows it
%flyte_checkpoint restore 1 restored
print(*(path.read_bytes() for path in Path("restored").iterdir()))

# %% a deck without a task: shows it
Deck("alone", "<br>".join(map(escape, values)))

# %% a repr
repr(current_context())

# %% the context
print(current_context(), secrets)
display(current_context(), secrets)
%flyte_context

# %% the list
%flyte_secret list

# %% explanations
for place in dict(found): display(run("flyte_secret", "explain " + "/".join(place)))
%flyte_secret explain env/missing

# %% what is not found: fails
secrets.get("env", "missing")

# %% variables: shows it
%env

# %% variables of another process: shows it
!env

# %% help
values[0]?

# %% widgets: shows it
everything = widgets.HTML("<br>".join(map(escape, values)))
labels = [widgets.Label(s) for s in values]
out = widgets.Output()
with out: print(values); display(HTML(escape(values[0])))
display(widgets.VBox([everything, *labels, widgets.Textarea("\\n".join(every)), out]))
out.outputs

# %% the configuration
%flyte_config show --all
for setting in SETTINGS: display(run("flyte_config", "explain " + setting))
print(Config.auto()); Config.auto()

# %% deletion
for shape in typed: display(run("flyte_secret", "delete typed/" + shape))

# %% what was deleted: fails
secrets.get("typed", "plain")
"""
HEADING = re.compile(r"# %% (.*)\n")


def plant(folder: Path) -> dict[str, str]:
    """Put secrets where a notebook in *folder* finds them; return them with those to be typed.

    Its HOME and its keyring are those of this process: see the fixture `keyrings`.
    """
    places = (*VARIABLES, *FILES, *OTHERS)
    values = {f"{place}/{shape}": secret(place, shape) for place in places for shape in SHAPES}
    environ = {
        **keyring_environ(),
        "FLYTE_SECRETS_DEFAULT_DIR": str(folder / "secrets"),
        "FLYTECTL_CONFIG": str(folder / "flyte.yaml"),
    }
    for name, value in values.items():
        place, shape = name.split("/")
        variable = f"_FSEC_{place}_{shape}".upper()
        if place in VARIABLES:
            environ[variable] = value
        elif place in FILES:
            path = folder / "secrets" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(value)
        elif place == "dotenv":
            set_key(folder / ".env", variable, value)
        else:
            vault.put(f"secret/{name}", value)
    (folder / "environ.json").write_text(json.dumps(environ))
    (folder / "flyte.yaml").write_text("admin: {endpoint: flyte.example.com}\n")
    return {**values, **to_type()}


def keyring_environ() -> dict[str, str]:
    """Return the variables that give another process our HOME and our keyring."""
    return {
        "HOME": os.environ["HOME"],
        "PYTHON_KEYRING_BACKEND": "keyrings.alt.file.PlaintextKeyring",
        "KEYRING_PROPERTY_FILE_PATH": keyring.get_keyring().file_path,
    }


def to_type() -> dict[str, str]:
    """Return what is typed into the fields of the notebook, by its label there."""
    fields = {f"typed/{shape}": secret("typed", shape) for shape in TYPED}
    return {**fields, **{f"setting/{name}": secret(name, "token") for name in SETTINGS}}


def cells(text: str, folder: Path) -> list[NotebookNode]:
    """Return the cells of *text*, tagged with what is to be seen of them.

    Args:
        text: Cells with a heading each.
        folder: What `plant` was given.
    """
    names = {"SUPPORT": str(Path(__file__).parent), "FOLDER": str(folder), "SETTINGS": SETTINGS}
    for name, value in names.items():
        text = text.replace(name, repr(value))
    _, *pieces = HEADING.split(text)
    found = []
    for heading, source in zip(pieces[::2], pieces[1::2], strict=True):
        tags = ["raises-exception"] if ": fails" in heading else []
        tags += ["shows"] if heading.endswith("shows it") else []
        metadata = {"tags": tags, "name": heading.split(":")[0]}
        found.append(nbformat.v4.new_code_cell(source.strip(), metadata=metadata))
    return found


def check_what_it_shows(notebook: NotebookNode) -> None:
    """Assert that the cells failed that were to, and that values were shown where they were to."""
    for cell in notebook.cells:
        name, tags = cell.metadata.name, cell.metadata.tags
        failed = any(output.output_type == "error" for output in cell.outputs)
        assert failed == ("raises-exception" in tags), name
        if "shows" in tags:
            assert MASK in json.dumps(cell.outputs, ensure_ascii=False), name
    widgets = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    states = [widget["state"] for widget in widgets.values()]
    notices = {state["name"]: state["notice"]["kind"] for state in states if "place" in state}
    assert notices == {f"typed/{shape}": "done" for shape in TYPED}
    saved = [state["notice"] for state in states if "pending" in state]
    assert [notice["kind"] for notice in saved] == ["done"]
    assert sum(MASK in str(state.get("value")) for state in states) > len(SHAPES)
