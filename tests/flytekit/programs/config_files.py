"""Files and entries: what configuration is made of."""

# ruff: noqa: E402 - each cell is a program of its own

# %% a file by its ending
from pathlib import Path

from flytekit.configuration import ConfigFile

Path("a.yaml").write_text("admin:\n  endpoint: yaml:1\n  nested: {deep: [1, 2]}\n")
Path("b.config").write_text("[platform]\nurl = ini:1\nInsecure = true\n")
Path("C.YAML").write_text("[platform]\nurl = upper:1\n")
yaml, ini, upper = ConfigFile("a.yaml"), ConfigFile("b.config"), ConfigFile("C.YAML")
answer = {
    "yaml": yaml.yaml_config,
    "yaml as INI": yaml.legacy_config,
    "ini": ini.legacy_config.get("platform", "url"),
    "ini, options": ini.legacy_config.options("platform"),
    "ini as yaml": ini.yaml_config,
    "upper case": upper.legacy_config.get("platform", "url"),
}

# %% one value of a file
from pathlib import Path

from flytekit.configuration.file import ConfigFile, LegacyConfigEntry, YamlConfigEntry

Path("a.yaml").write_text("admin:\n  endpoint: yaml:1\n  insecure: true\n")
Path("b.config").write_text("[platform]\nurl = ini:1\ninsecure = off\nports = 1,2\nretries = 3\n")
yaml, ini = ConfigFile("a.yaml"), ConfigFile("b.config")
answer = {
    "text": ini.get(LegacyConfigEntry("platform", "url")),
    "boolean": ini.get(LegacyConfigEntry("platform", "insecure", bool)),
    "number": ini.get(LegacyConfigEntry("platform", "retries", int)),
    "list": ini.get(LegacyConfigEntry("platform", "ports", list)),
    "yaml": yaml.get(YamlConfigEntry("admin.endpoint")),
    "yaml, boolean": yaml.get(YamlConfigEntry("admin.insecure", bool)),
    "yaml, nothing": yaml.get(YamlConfigEntry("admin.nothing")),
    "yaml, branch": yaml.get(YamlConfigEntry("admin")),
}

# %% a file that is not there
from flytekit.configuration import ConfigFile
from programs import outcome

answer = {"yaml": outcome(lambda: ConfigFile("gone.yaml").yaml_config)}

# %% an option that an INI file has not
from pathlib import Path

from flytekit.configuration.file import ConfigFile, LegacyConfigEntry
from programs import outcome

Path("a.config").write_text("[platform]\nurl = ini:1\n")
file = ConfigFile("a.config")
answer = {
    "option": outcome(lambda: file.get(LegacyConfigEntry("platform", "nothing"))),
    "section": outcome(lambda: file.get(LegacyConfigEntry("nothing", "url"))),
}

# %% the file in force
from pathlib import Path

from flytekit.configuration import get_config_file
from flytekit.configuration.file import ConfigFile

nothing = get_config_file(None)
Path("a.yaml").write_text("admin: {}\n")
known = ConfigFile("a.yaml")
answer = {
    "nothing": nothing,
    "itself": get_config_file(known) is known,
    "by path": get_config_file("a.yaml").yaml_config,
}

# %% a setting of one's own
import os
from pathlib import Path

from flytekit.configuration.file import (
    ConfigEntry,
    ConfigFile,
    LegacyConfigEntry,
    YamlConfigEntry,
)

entry = ConfigEntry(LegacyConfigEntry("team", "name"), YamlConfigEntry("team.name"))
numbers = ConfigEntry(LegacyConfigEntry("team", "size", int))
flags = ConfigEntry(LegacyConfigEntry("team", "flags", list), YamlConfigEntry("team.flags", list))
shout = ConfigEntry(LegacyConfigEntry("team", "name"), transform=str.upper)
Path("a.yaml").write_text("team:\n  name: yaml\n  flags: [x, y]\n")
Path("b.config").write_text("[team]\nname = ini\nsize = 3\nflags = p,q\n")
yaml, ini = ConfigFile("a.yaml"), ConfigFile("b.config")
answer = {
    "variable's name": entry.legacy.get_env_name(),
    "nowhere": entry.read(),
    "yaml": [entry.read(yaml), numbers.read(yaml), flags.read(yaml), shout.read(yaml)],
    "ini": [entry.read(ini), numbers.read(ini), flags.read(ini), shout.read(ini)],
}
os.environ["FLYTE_TEAM_NAME"] = "variable"
os.environ["FLYTE_TEAM_SIZE"] = "9"
os.environ["FLYTE_TEAM_FLAGS"] = "v"
answer["variable"] = [entry.read(yaml), numbers.read(ini), flags.read(yaml), shout.read(None)]

# %% a setting without a file
import os

from flytekit.configuration.file import LegacyConfigEntry, YamlConfigEntry

legacy = LegacyConfigEntry("my_section", "My_Option", bool)
answer = {
    "parts": [legacy.section, legacy.option, legacy.type_.__name__],
    "variable": legacy.get_env_name(),
    "equal": legacy == LegacyConfigEntry("my_section", "My_Option", bool),
    "different": legacy == LegacyConfigEntry("my_section", "My_Option"),
    "yaml": YamlConfigEntry("a.b.c").switch,
    "yaml's type": YamlConfigEntry("a", int).config_value_type.__name__,
}

# %% the settings that flytekit knows
import os
from pathlib import Path

from flytekit.configuration.file import ConfigFile
from flytekit.configuration.internal import AWS, GCP, Credentials, LocalSDK, Platform

Path("a.yaml").write_text("admin:\n  endpoint: dns:///yaml:1\n  command: [a, b]\n")
file = ConfigFile("a.yaml")
os.environ["FLYTE_SDK_WORKFLOW_PACKAGES"] = "a,b.c"
os.environ["FLYTE_SDK_LOGGING_LEVEL"] = "10"
answer = {
    "url": Platform.URL.read(file),
    "command": Credentials.COMMAND.read(file),
    "packages": LocalSDK.WORKFLOW_PACKAGES.read(file),
    "level": LocalSDK.LOGGING_LEVEL.read(),
    "nothing": [AWS.S3_ENDPOINT.read(file), GCP.GSUTIL_PARALLELISM.read()],
    "place": [Platform.URL.legacy.section, Platform.URL.legacy.option],
    "switch": Platform.URL.yaml_entry.switch,
}

# %% the plugin
from flytekit.configuration.plugin import FlytekitPlugin, FlytekitPluginProtocol, get_plugin

plugin = get_plugin()
answer = {
    "name": plugin.__name__,
    "is one": isinstance(FlytekitPlugin, FlytekitPluginProtocol),
    "group": plugin.secret_requires_group(),
    "image": plugin.get_default_image(),
    "page": plugin.get_auth_success_html("flyte.example.com"),
    "policies": plugin.get_default_cache_policies(),
    "command line": plugin.configure_pyflyte_cli("main"),
}

# %% feature flags
from flytekit.configuration.feature_flags import FeatureFlags

answer = {"root": FeatureFlags.FLYTE_PYTHON_PACKAGE_ROOT}

# %% a feature flag that is set later
import os

from flytekit.configuration.feature_flags import FeatureFlags

os.environ["FLYTE_PYTHON_PACKAGE_ROOT"] = "."
answer = {"root": FeatureFlags.FLYTE_PYTHON_PACKAGE_ROOT}
