"""Which settings are in force: environment, files, defaults."""

# ruff: noqa: E402 - each cell is a program of its own

# %% nothing is configured
from flytekit.configuration import Config

config = Config.auto()
answer = {
    "endpoint": config.platform.endpoint,
    "insecure": config.platform.insecure,
    "auth mode": config.platform.auth_mode,
    "scopes": config.platform.scopes,
    "rpc retries": config.platform.rpc_retries,
    "secrets": config.secrets,
    "stats": config.stats,
    "data": config.data_config,
}

# %% variables alone
import os

from flytekit.configuration import Config

os.environ["FLYTE_PLATFORM_URL"] = "dns:///flyte.example.com"
os.environ["FLYTE_PLATFORM_INSECURE"] = "true"
os.environ["FLYTE_CREDENTIALS_SCOPES"] = "openid,offline_access"
os.environ["FLYTE_AWS_RETRIES"] = "7"
os.environ["FLYTE_SDK_LOCAL_SANDBOX"] = "/tmp/sandbox"
config = Config.auto()
answer = {
    "endpoint": config.platform.endpoint,
    "insecure": config.platform.insecure,
    "scopes": config.platform.scopes,
    "retries": config.data_config.s3.retries,
    "sandbox": config.local_sandbox_path,
}

# %% an INI file in the working directory
from pathlib import Path

Path("flytekit.config").write_text("""
[platform]
url = dns:///flyte.example.com
insecure = yes
console_endpoint = https://console.example.com

[credentials]
client_id = me
scopes = a,b
auth_mode = client_credentials

[aws]
endpoint = http://minio:9000
access_key_id = minio
backoff_seconds = 2

[secrets]
default_dir = /mnt/secrets
""")

from flytekit.configuration import Config

config = Config.auto()
answer = {
    "platform": config.platform,
    "secrets": config.secrets,
    "endpoint": config.data_config.s3.endpoint,
    "key": config.data_config.s3.access_key_id,
    "backoff": config.data_config.s3.backoff,
}

# %% a YAML file in the home directory
from pathlib import Path

folder = Path.home() / ".flyte"
folder.mkdir()
(folder / "config.yaml").write_text("""
admin:
  endpoint: dns:///flyte.example.com
  insecure: true
  authType: DeviceFlow
  scopes: [openid]
  clientId: me
storage:
  connection:
    endpoint: http://minio:9000
    access-key: minio
    secret-key: miniostorage
console:
  endpoint: http://localhost:8080
""")

from flytekit.configuration import Config

config = Config.auto()
answer = {"platform": config.platform, "storage": config.data_config.s3}

# %% the variable goes before the file
import os
from pathlib import Path

Path("flytekit.config").write_text("[platform]\nurl = file:1\ninsecure = true\n")
os.environ["FLYTE_PLATFORM_URL"] = "variable:2"

from flytekit.configuration import Config, PlatformConfig

answer = {
    "endpoint": Config.auto().platform.endpoint,
    "insecure": Config.auto().platform.insecure,
    "platform alone": PlatformConfig.auto(),
}

# %% an INI file hides a YAML file
from pathlib import Path

folder = Path.home() / ".flyte"
folder.mkdir()
(folder / "config.yaml").write_text("admin:\n  endpoint: yaml:1\n  insecure: true\n")
(folder / "config").write_text("[platform]\nurl = ini:2\n")

from flytekit.configuration import Config

both = Config.auto().platform
answer = {"endpoint": both.endpoint, "insecure": both.insecure}

# %% which file is read
import os
from pathlib import Path

for name in ("first", "second", "third"):
    Path(f"{name}.yaml").write_text(f"admin:\n  endpoint: {name}:1\n")
os.environ["FLYTECTL_CONFIG"] = "second.yaml"

from flytekit.configuration import Config

answer = {
    "by path": Config.auto("first.yaml").platform.endpoint,
    "by variable": Config.auto().platform.endpoint,
    "by another path": Config.auto("third.yaml").platform.endpoint,
}

# %% flytectl's variable names the file
import os
from pathlib import Path

Path("flytekit.config").write_text("[platform]\nurl = here:1\n")
Path("named.yaml").write_text("admin:\n  endpoint: named:1\n")
os.environ["FLYTECTL_CONFIG"] = "named.yaml"

from flytekit.configuration import Config

answer = {"endpoint": Config.auto().platform.endpoint}

# %% pyflyte's variable goes before flytectl's
import os
from pathlib import Path

for name in ("one", "two"):
    Path(f"{name}.yaml").write_text(f"admin:\n  endpoint: {name}:1\n")
os.environ["FLYTECTL_CONFIG"] = "one.yaml"
os.environ["_FLYTECTL_CONFIG_PYFLYTE_OVERRIDE"] = "two.yaml"

from flytekit.configuration import Config

answer = {"endpoint": Config.auto().platform.endpoint}

# %% a variable that names no file
import os
from pathlib import Path

Path("flytekit.config").write_text("[platform]\nurl = here:1\n")
os.environ["FLYTECTL_CONFIG"] = "gone.yaml"

from flytekit.configuration import Config

answer = {"endpoint": Config.auto().platform.endpoint}

# %% the client's secret from a file
import os
from pathlib import Path

from flytekit.configuration import AuthType, PlatformConfig

Path("secret").write_text("the-secret\n")
os.environ["FLYTE_CREDENTIALS_CLIENT_SECRET_LOCATION"] = "secret"
os.environ["FLYTE_CREDENTIALS_AUTH_MODE"] = "Pkce"
platform = PlatformConfig.auto()
answer = {
    "secret": platform.client_credentials_secret,
    "mode": platform.auth_mode,
    "known": [mode.value for mode in AuthType],
}

# %% the client's secret from a variable of another name
import os
from pathlib import Path

from flytekit.configuration import PlatformConfig

Path("c.yaml").write_text("""
admin:
  clientId: me
  clientSecretEnvVar: MY_SECRET
  authType: Pkce
""")
os.environ["MY_SECRET"] = "the-secret"
with_it = PlatformConfig.auto("c.yaml")
del os.environ["MY_SECRET"]
without = PlatformConfig.auto("c.yaml")
answer = {
    "with it": [with_it.client_credentials_secret, with_it.auth_mode],
    "without": [without.client_credentials_secret, without.auth_mode],
}

# %% the secret stands in the representation
from flytekit.configuration import PlatformConfig, S3Config

platform = PlatformConfig(client_credentials_secret="hush")
answer = {
    "platform": "hush" in repr(platform),
    "storage": "hush" in repr(S3Config(secret_access_key="hush")),
}

# %% words that are true and words that are not
import os

from flytekit.configuration import PlatformConfig

answer = {}
for word in ("true", "1", "yes", "n", " false ", "false", "FALSE", "0", "off", "no", "x"):
    os.environ["FLYTE_PLATFORM_INSECURE"] = word
    answer[repr(word)] = PlatformConfig.auto().insecure

# %% lists and empty values
import os

from flytekit.configuration import PlatformConfig

answer = {}
for text in ("a,b", "a, b", "a", ",", ""):
    os.environ["FLYTE_CREDENTIALS_SCOPES"] = text
    answer[repr(text)] = PlatformConfig.auto().scopes

# %% an empty variable hides the file
import os
from pathlib import Path

Path("flytekit.config").write_text("[platform]\nurl = file:1\n")
os.environ["FLYTE_PLATFORM_URL"] = ""

from flytekit.configuration import PlatformConfig

answer = {"endpoint": PlatformConfig.auto().endpoint}

# %% a number that is none
import os

from flytekit.configuration import S3Config

os.environ["FLYTE_AWS_RETRIES"] = "many"
answer = {"retries": S3Config.auto().retries}

# %% no retries
import os

from flytekit.configuration import S3Config

os.environ["FLYTE_AWS_RETRIES"] = "0"
answer = {"retries": S3Config.auto().retries}

# %% the parts, each by itself
import os
from pathlib import Path

from flytekit.configuration import (
    AzureBlobStorageConfig,
    DataConfig,
    GCSConfig,
    GenericPersistenceConfig,
    LocalConfig,
    S3Config,
    SecretsConfig,
    StatsConfig,
    TaskConfig,
)

Path("c.config").write_text("""
[aws]
addressing_style = virtual
enable_debug = true
[gcp]
gsutil_parallelism = on
[azure]
storage_account_name = account
client_secret = hush
[persistence]
attach_execution_metadata = no
[local]
cache_enabled = 0
project = p
domain = d
[secrets]
env_prefix = _S_
host = statsd.example.com
port = 9125
disabled = true
""")
os.environ["FLYTE_AZURE_TENANT_ID"] = "tenant"
answer = {
    "s3": S3Config.auto("c.config"),
    "gcs": GCSConfig.auto("c.config"),
    "azure": AzureBlobStorageConfig.auto("c.config"),
    "persistence": GenericPersistenceConfig.auto("c.config"),
    "data": DataConfig.auto("c.config") == DataConfig.auto("c.config"),
    "local": LocalConfig.auto("c.config"),
    "task": TaskConfig.auto("c.config"),
    "task, by default": TaskConfig(),
    "secrets": SecretsConfig.auto("c.config"),
    "stats": StatsConfig.auto("c.config"),
}

# %% statsd in a section of its own
from pathlib import Path

Path("flytekit.config").write_text("[statsd]\nhost = here\n")

from flytekit.configuration import StatsConfig

answer = {"host": StatsConfig.auto().host}

# %% the folder of local runs
from pathlib import Path

from flytekit.configuration import Config

folder = Path(Config.auto().local_sandbox_path)
answer = {"there": folder.is_dir(), "made by the import": folder.name.startswith("flyte")}

# %% a configuration made by hand
from dataclasses import replace
from datetime import timedelta

from flytekit.configuration import Config, DataConfig, PlatformConfig, S3Config, SecretsConfig
from programs import outcome

config = Config(
    platform=PlatformConfig("flyte.example.com", insecure=True),
    data_config=DataConfig(s3=S3Config(retries=1, backoff=timedelta(minutes=1))),
)
changed = config.with_params(secrets=SecretsConfig(env_prefix="_X_"))


def assign():
    config.platform.endpoint = "other"


answer = {
    "platform": config.platform,
    "data": config.data_config,
    "changed": [changed.secrets.env_prefix, changed.platform.endpoint],
    "unchanged": config.secrets.env_prefix,
    "equal": config.platform == replace(config.platform),
    "frozen": outcome(assign),
}

# %% the demo cluster
from flytekit.configuration import Config

config = Config.for_sandbox()
answer = {"platform": config.platform, "data": config.data_config}

# %% another endpoint
import os
from pathlib import Path

from flytekit.configuration import Config, DataConfig, PlatformConfig, S3Config

Path("c.yaml").write_text("admin:\n  endpoint: one:1\n  clientId: me\n")
os.environ["FLYTE_CREDENTIALS_CLIENT_ID"] = "variable"
answer = {
    "without a file": Config.for_endpoint("two:2", insecure=True).platform,
    "with a file": Config.for_endpoint("two:2", config_file="c.yaml").platform,
    "with stores": Config.for_endpoint(
        "two:2", data_config=DataConfig(s3=S3Config(endpoint="http://minio"))
    ).data_config.s3.endpoint,
    "platform": PlatformConfig.for_endpoint("two:2"),
}

# %% an edited file is read again
from pathlib import Path

Path("flytekit.config").write_text("[platform]\nurl = before:1\n")

from flytekit.configuration import Config

before = Config.auto().platform.endpoint
Path("flytekit.config").write_text("[platform]\nurl = afterwards:1\n")
answer = {"before": before, "after": Config.auto().platform.endpoint}

# %% paths of other kinds
from pathlib import Path

from flytekit.configuration import Config
from programs import outcome

folder = Path.home() / ".flyte"
folder.mkdir()
(folder / "mine.yaml").write_text("admin:\n  endpoint: mine:1\n")
answer = {
    "pathlib": outcome(lambda: Config.auto(folder / "mine.yaml").platform.endpoint),
    "home": outcome(lambda: Config.auto("~/.flyte/mine.yaml").platform.endpoint),
}

# %% a file that is not there
from flytekit.configuration import Config
from programs import outcome

answer = {
    "yaml": outcome(lambda: Config.auto("gone.yaml").platform.endpoint),
    "ini": outcome(lambda: Config.auto("gone.config").platform.endpoint),
}

# %% broken files
from pathlib import Path

from flytekit.configuration import Config
from programs import outcome

Path("broken.yaml").write_text("admin: [\n")
Path("broken.config").write_text("url = before any section\n")
Path("percent.config").write_text("[platform]\nurl = a%b:1\n")
Path("empty.yaml").write_text("")
answer = {
    name: outcome(lambda name=name: Config.auto(name).platform.endpoint)
    for name in ("broken.yaml", "broken.config", "percent.config", "empty.yaml")
}

# %% a boolean that is none
from pathlib import Path

from flytekit.configuration import PlatformConfig
from programs import outcome

Path("a.config").write_text("[platform]\ninsecure = maybe\n")
Path("b.yaml").write_text("admin:\n  insecure: maybe\n")
answer = {
    "ini": outcome(lambda: PlatformConfig.auto("a.config").insecure),
    "yaml": outcome(lambda: PlatformConfig.auto("b.yaml").insecure),
}
