"""Secrets: where they are looked for, and what is said where there is none."""

# ruff: noqa: E402 - each cell is a program of its own

# %% a secret of a variable
import os

from flytekit import current_context

os.environ["_FSEC_GROUP_KEY"] = " the value \n"
os.environ["_FSEC_GROUP_V1_KEY"] = "of a version"
os.environ["_FSEC_GROUP"] = "of the group"
secrets = current_context().secrets
answer = {
    "get": secrets.get("group", "key"),
    "by name": secrets.get(group="group", key="key"),
    "attribute": secrets.group.key,
    "upper case": secrets.get("GROUP", "Key"),
    "version": secrets.get("group", "key", "v1"),
    "version by name": secrets.get("group", "key", group_version="v1"),
    "no key": secrets.get("group"),
    "no group": secrets.get(key="group"),
}

# %% a secret of a file
import os
from pathlib import Path

folder = Path("secrets").absolute()
(folder / "group" / "v1").mkdir(parents=True)
(folder / "group" / "key").write_text("from a file\n")
(folder / "group" / "v1" / "key").write_text("of a version")
(folder / "alone").write_text("alone")
os.environ["FLYTE_SECRETS_DEFAULT_DIR"] = str(folder)

from flytekit import current_context

secrets = current_context().secrets
answer = {
    "get": secrets.get("group", "key"),
    "attribute": secrets.group.key,
    "upper case": secrets.get("GROUP", "KEY"),
    "version": secrets.get("group", "key", "v1"),
    "no group": secrets.get(key="alone"),
    "path": secrets.get_secrets_file("group", "key") == str(folder / "group" / "key"),
    "read": Path(secrets.get_secrets_file("group", "key")).read_text(),
}

# %% the variable goes before the file
import os
from pathlib import Path

folder = Path("secrets").absolute()
(folder / "group").mkdir(parents=True)
(folder / "group" / "key").write_text("file")
os.environ["FLYTE_SECRETS_DEFAULT_DIR"] = str(folder)
os.environ["_FSEC_GROUP_KEY"] = "variable"

from flytekit import current_context

with_both = current_context().secrets.get("group", "key")
del os.environ["_FSEC_GROUP_KEY"]
answer = {"with both": with_both, "then": current_context().secrets.get("group", "key")}

# %% an empty variable
import os

from flytekit import current_context
from programs import outcome

os.environ["_FSEC_GROUP_KEY"] = ""
answer = {"get": outcome(lambda: current_context().secrets.get("group", "key"))}

# %% prefixes of the configuration
import os
from pathlib import Path

folder = Path("secrets").absolute()
(folder / "group").mkdir(parents=True)
(folder / "group" / "p_key").write_text("by prefix of the file")
Path("flytekit.config").write_text(f"""
[secrets]
env_prefix = _MINE_
default_dir = {folder}
file_prefix = p_
""")
os.environ["_MINE_GROUP_OTHER"] = "by prefix of the variable"

from flytekit import current_context

secrets = current_context().secrets
answer = {
    "file": secrets.get("group", "key"),
    "variable": secrets.get("group", "other"),
    "names": [
        secrets.get_secrets_env_var("group", "key"),
        secrets.get_secrets_file("group", "key").removeprefix(str(folder)),
    ],
}

# %% a manager of one's own
import os
from pathlib import Path

from flytekit.configuration import SecretsConfig
from flytekit.core.context_manager import SecretsManager

Path("s/group").mkdir(parents=True)
Path("s/group/x.key").write_text("file")
os.environ["_OWN_GROUP_OTHER"] = "variable"
secrets = SecretsManager(SecretsConfig(env_prefix=" _OWN_ ", default_dir="s", file_prefix="x."))
answer = {
    "file": secrets.get("group", "key"),
    "variable": SecretsManager(SecretsConfig(env_prefix="_OWN_")).get("group", "other"),
    "path": secrets.get_secrets_file("Group", "Key"),
    "name": SecretsManager(SecretsConfig(env_prefix="_OWN_")).get_secrets_env_var("a", "b"),
}

# %% the names of variables and files
from flytekit import current_context
from programs import outcome

secrets = current_context().secrets
answer = {
    "variable": secrets.get_secrets_env_var("my_group", "my-key"),
    "variable, version": secrets.get_secrets_env_var("g", "k", "v2"),
    "variable, no key": secrets.get_secrets_env_var("g"),
    "variable, no group": secrets.get_secrets_env_var(key="k"),
    "file": secrets.get_secrets_file("My_Group", "my-Key"),
    "file, version": secrets.get_secrets_file("g", "k", "v2"),
    "file, by name": secrets.get_secrets_file(group="g", key="k", group_version="v2"),
    "file, no key": secrets.get_secrets_file("g"),
    "file, nothing": outcome(secrets.get_secrets_file),
    "variable, nothing": outcome(secrets.get_secrets_env_var),
}

# %% what is not there
from flytekit import current_context
from programs import outcome

secrets = current_context().secrets
answer = {
    "get": outcome(lambda: secrets.get("group", "key")),
    "attribute": outcome(lambda: secrets.group.key),
    "no key": outcome(lambda: secrets.get("group")),
    "no group": outcome(lambda: secrets.get(key="key")),
    "nothing at all": outcome(secrets.get),
    "bytes": outcome(lambda: secrets.get("group", "key", encode_mode="rb")),
}

# %% the message names what was asked for
from flytekit import current_context

try:
    current_context().secrets.get("my-group", "my-key")
except ValueError as error:
    text = str(error)
answer = {
    part: part in text
    for part in ("my-group", "my-key", "_FSEC_MY-GROUP_MY-KEY", "/etc/secrets/my-group/my-key")
}

# %% bytes
import os
from pathlib import Path

folder = Path("secrets").absolute()
(folder / "group").mkdir(parents=True)
(folder / "group" / "binary").write_bytes(b" \xff\xfe\x00 \n")
(folder / "group" / "text").write_text("text\n")
os.environ["FLYTE_SECRETS_DEFAULT_DIR"] = str(folder)
os.environ["_FSEC_GROUP_VARIABLE"] = "variable"

from flytekit import current_context
from programs import outcome

secrets = current_context().secrets
answer = {
    "bytes": secrets.get("group", "binary", encode_mode="rb"),
    "bytes of text": secrets.get("group", "text", encode_mode="rb"),
    "text": secrets.get("group", "text", encode_mode="r"),
    "text of bytes": outcome(lambda: secrets.get("group", "binary")),
    "bytes of a variable": secrets.get("group", "variable", encode_mode="rb"),
    "another mode": outcome(lambda: secrets.get("group", "text", encode_mode="x")),
}

# %% names without a prefix
import os

os.environ["GROUP_KEY"] = "without"
os.environ["GROUP_OTHER"] = "without"
os.environ["_FSEC_GROUP_OTHER"] = "with"

from flytekit import Secret, current_context, task
from programs import outcome


@task(secret_requests=[Secret("group", "key"), Secret("group", "other")])
def read(key: str) -> str:
    return current_context().secrets.get("group", key)


answer = {
    "in a task": read(key="key"),
    "with the other in a task": read(key="other"),
    "outside": outcome(lambda: current_context().secrets.get("group", "key")),
}

# %% any variable by its name
import os

os.environ["SHELL"] = "/bin/sh"

from flytekit import current_context, task
from programs import outcome


@task
def read() -> str:
    return current_context().secrets.get(key="shell")


answer = {"in a task": outcome(read)}

# %% the specification's names
import os

from flytekit import current_context
from programs import outcome

os.environ["FLYTE_SECRETS_MYGROUP_DB_PASSWORD"] = "spelt as in the specification"
answer = {"get": outcome(lambda: current_context().secrets.get("my_group", "db_password"))}

# %% out of the folder
import os
from pathlib import Path

Path("secrets/group").mkdir(parents=True)
Path("outside").write_text("outside")
os.environ["FLYTE_SECRETS_DEFAULT_DIR"] = str(Path("secrets").absolute())

from flytekit import current_context
from programs import outcome

secrets = current_context().secrets
answer = {
    "up": outcome(lambda: secrets.get("..", "outside")),
    "absolute": outcome(lambda: secrets.get("group", str(Path("outside").absolute()))),
}

# %% a task with its secrets
import os

from flytekit import Secret, current_context, task

os.environ["_FSEC_GROUP_KEY"] = "value"


@task(secret_requests=[Secret(group="group", key="key")])
def read() -> str:
    return current_context().secrets.get("group", "key")


@task(secret_requests=[Secret("group", "key", mount_requirement=Secret.MountType.ENV_VAR)])
def read_attribute() -> str:
    return current_context().secrets.group.key


answer = {"get": read(), "attribute": read_attribute()}

# %% a task that has not its secret
from flytekit import Secret, current_context, task
from programs import outcome


@task(secret_requests=[Secret(group="group", key="key")])
def read() -> str:
    return current_context().secrets.get("group", "key")


answer = {"get": outcome(read)}

# %% a task that did not ask for its secret
import os

from flytekit import current_context, task
from programs import outcome

os.environ["_FSEC_GROUP_KEY"] = "value"


@task
def read() -> str:
    return current_context().secrets.get("group", "key")


answer = {"get": outcome(read)}

# %% a secret in a variable of its own
import os

from flytekit import Secret, task

os.environ["_FSEC_GROUP_KEY"] = "value"


@task(secret_requests=[Secret("group", "key", env_var="MY_KEY")])
def read() -> str:
    return os.environ.get("MY_KEY", "not there")


answer = {"inside": read(), "outside": os.environ.get("MY_KEY")}

# %% secret_requests of another kind
from flytekit import task
from programs import outcome


def read() -> str:
    return ""


answer = {
    "text": outcome(lambda: task(secret_requests=["group"])(read) is None),
    "empty": outcome(task(secret_requests=[])(read)),
}
