"""Every public constructor of `flyte_nb.models`, with values that its arguments may have."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import timedelta
from typing import Any, NamedTuple

import flyte_nb.models
from flyte_nb.config.images import ImageConfig
from flyte_nb.models import (
    Annotations,
    AuthRole,
    CronSchedule,
    Email,
    Envs,
    FixedRate,
    Identifier,
    Identity,
    Labels,
    Notification,
    OAuth2Client,
    OAuth2TokenRequest,
    Options,
    PagerDuty,
    PodTemplate,
    RawOutputDataConfig,
    Resources,
    ResourceSpec,
    ResourceType,
    Schedule,
    Secret,
    SecurityContext,
    Slack,
    WorkflowExecutionIdentifier,
    WorkflowExecutionPhase,
)
from flyte_nb.models.accelerators import A100, T4, GPUAccelerator, MultiInstanceGPUAccelerator
from flyte_nb.models.extended_resources import (
    ExtendedResources,
    SharedMemory,
    extended_resources,
)
from flyte_nb.models.launch_plan import (
    ConcurrencyLimitBehavior,
    ConcurrencyPolicy,
    LaunchPlanMetadata,
    LaunchPlanSpec,
)
from flyte_nb.models.notifications import (
    EmailNotification,
    PagerDutyNotification,
    SlackNotification,
)
from flyte_nb.models.record import Record
from flyte_nb.models.serialization import (
    EntrypointSettings,
    FastSerializationSettings,
    SerializationSettings,
)


class Noun(NamedTuple):
    """A constructor, and for each argument some values that it may have."""

    make: Any
    arguments: dict[str, list[Any]]


TEXTS = ["name", "a b", "", "é", None]
ACCOUNTS = ["robot", "my.team", "", "a b", None]
AMOUNTS = [1, 0.5, "500m", "2Gi", "1e3", ("1", "2Ki"), ["1", 1], (1, None), ("2", "1"), None]
FLAGS = [True, False, None]
PAIRS = [{}, {"team": "vision"}, {"example.com/a": "b", "c": ""}, None]
SECRETS = [Secret("g"), Secret("g", "k", "1", Secret.MountType.FILE, "DB_FILE")]
CLIENTS = [OAuth2Client("id", SECRETS[1]), None]
IDENTITIES = [Identity("role", "account", CLIENTS[0], "me"), Identity(), None]
REQUESTS = [OAuth2TokenRequest("token", CLIENTS[0], "https://idp", "https://idp/token")]
CONTEXTS = [SecurityContext(IDENTITIES[0], SECRETS, REQUESTS), SecurityContext(), None]
PHASES = [[4], [WorkflowExecutionPhase.FAILED], ["ABORTED", 8], (6,), [2], []]
PEOPLE = [["me@example.com"], ("a@b.c", "d@e.f"), ["a"] * 50, []]
EMAIL = EmailNotification(["me@example.com"])
NOTIFICATIONS = [Email([6], ["a@b.c"]), Slack(["FAILED"], ["x"]), PagerDuty([4, 7], ["y"])]
CRON, RATE = CronSchedule(schedule="0 8 * * mon-fri", offset="PT1H"), FixedRate(timedelta(hours=6))
POD = {
    "containers": [
        {
            "name": "primary",
            "image": "repo/image:1",
            "env": [{"name": "TOKEN", "value": "x"}],
            "resources": {"requests": {"cpu": "1"}, "limits": {"cpu": 2}},
        }
    ],
    "node_selector": {"disk": "ssd"},
}
KINDS = [*ResourceType, 1, "TASK", 9]

NOUNS = {
    noun.make.__name__: noun
    for noun in (
        Noun(Annotations, {"values": [*PAIRS, {"a": "any\ntext" * 99}]}),
        Noun(
            AuthRole,
            {"assumable_iam_role": TEXTS, "kubernetes_service_account": ACCOUNTS},
        ),
        Noun(
            CronSchedule,
            {
                "cron_expression": [None],
                "schedule": ["*/5 * * * *", "daily", "0 8 1,2 jan-mar sun", "61 * * * *", "* *"],
                "offset": [None, "PT30M", "P1D", "-P1Y2M3W4DT5H6M7.8S", "P"],
                "kickoff_time_input_arg": TEXTS,
            },
        ),
        Noun(
            ConcurrencyPolicy,
            {"max_concurrency": [1, 2**31 - 1, 0], "behavior": [ConcurrencyLimitBehavior.SKIP]},
        ),
        Noun(Email, {"phases": PHASES, "recipients_email": PEOPLE}),
        Noun(EmailNotification, {"recipients_email": PEOPLE}),
        Noun(Envs, {"envs": [{}, {"A": "b", "c.d-e": ""}, {"A=B": "c"}, None]}),
        Noun(
            ExtendedResources,
            {
                "gpu_accelerator": [T4, A100, A100.unpartitioned, None],
                "shared_memory": [SharedMemory(), SharedMemory(size_limit="1Gi"), None],
            },
        ),
        Noun(
            FixedRate,
            {
                "duration": [timedelta(minutes=1), timedelta(hours=3), timedelta(days=10**6)],
                "kickoff_time_input_arg": TEXTS,
            },
        ),
        Noun(
            GPUAccelerator,
            {"device": TEXTS, "partition_size": [None, "1g.5gb", ""], "is_whole": FLAGS},
        ),
        Noun(
            Identifier,
            {
                "resource_type": KINDS,
                "project": TEXTS,
                "domain": TEXTS,
                "name": TEXTS,
                "version": TEXTS,
            },
        ),
        Noun(
            Identity,
            {
                "iam_role": TEXTS,
                "k8s_service_account": ACCOUNTS,
                "oauth2_client": CLIENTS,
                "execution_identity": TEXTS,
            },
        ),
        Noun(Labels, {"values": PAIRS}),
        Noun(
            LaunchPlanMetadata,
            {"schedule": [CRON, RATE, None], "notifications": [NOTIFICATIONS, [], None]},
        ),
        Noun(
            LaunchPlanSpec,  # its inputs are JSON that a launch plan makes
            {
                "workflow_id": [Identifier(2, "p", "d", "n", "v"), None],
                "entity_metadata": [LaunchPlanMetadata(RATE), None],
                "labels": [Labels({"a": "b"}), None],
                "annotations": [Annotations({"a": "b"}), None],
                "security_context": CONTEXTS,
                "raw_output_data_config": [RawOutputDataConfig("s3://b"), None],
                "max_parallelism": [0, 2**31 - 1, -1, None],
                "overwrite_cache": FLAGS,
                "concurrency_policy": [ConcurrencyPolicy(1), None],
            },
        ),
        Noun(
            MultiInstanceGPUAccelerator,
            {"device": TEXTS, "parts": [{}, {"half": "1g.5gb"}]},
        ),
        Noun(
            Notification,
            {
                "phases": PHASES,
                "email": [EMAIL, EMAIL, None],
                "pager_duty": [None, None, PagerDutyNotification(["x"])],
                "slack": [None, None, SlackNotification(["x"])],
            },
        ),
        Noun(OAuth2Client, {"client_id": TEXTS, "client_secret": SECRETS}),
        Noun(
            OAuth2TokenRequest,
            {
                "name": TEXTS,
                "client": CLIENTS,
                "idp_discovery_endpoint": TEXTS,
                "token_endpoint": TEXTS,
                "type_": [OAuth2TokenRequest.Type.CLIENT_CREDENTIALS],
            },
        ),
        Noun(
            Options,
            {
                "labels": [Labels({"a": "b"}), *PAIRS],
                "annotations": [Annotations({"a": "b"}), *PAIRS],
                "raw_output_data_config": [RawOutputDataConfig("s3://b"), "s3://bucket/raw", None],
                "security_context": [*CONTEXTS, "account", CONTEXTS[0].to_json(), {}],
                "max_parallelism": [0, 1, 2**31 - 1, -1, 2**31, None],
                "notifications": [NOTIFICATIONS, NOTIFICATIONS[0], [], None]
                + [[one.to_json()] for one in NOTIFICATIONS],
                "disable_notifications": FLAGS,
                "overwrite_cache": FLAGS,
            },
        ),
        Noun(PagerDuty, {"phases": PHASES, "recipients_email": PEOPLE}),
        Noun(PagerDutyNotification, {"recipients_email": PEOPLE}),
        Noun(
            PodTemplate,
            {
                "pod_spec": [POD, {"containers": []}, None],
                "primary_container_name": ["primary", "main", "Main"],
                "labels": PAIRS,
                "annotations": PAIRS,
            },
        ),
        Noun(RawOutputDataConfig, {"output_location_prefix": ["s3://bucket/raw", "/tmp/x", ""]}),
        Noun(Resources, dict.fromkeys(("cpu", "mem", "gpu", "ephemeral_storage"), AMOUNTS)),
        Noun(
            ResourceSpec,
            {
                "requests": [Resources(), Resources("1", 2), Resources(cpu=("1", "2"))],
                "limits": [Resources(), Resources("2", "4Gi"), Resources(mem="1Mi")],
            },
        ),
        Noun(
            Schedule,
            {
                "kickoff_time_input_arg": TEXTS,
                "rate": [RATE.rate, None],
                "cron_schedule": [None, CRON.cron_schedule],
            },
        ),
        Noun(
            Secret,
            {
                "group": ["g", "my-group", "", None],
                "key": TEXTS,
                "group_version": TEXTS,
                "mount_requirement": [*Secret.MountType, "FILE"],
                "env_var": [None, "DB_PASSWORD", "_", "lower", "1ST"],
            },
        ),
        Noun(
            SecurityContext,
            {
                "run_as": IDENTITIES,
                "secrets": [SECRETS, SECRETS[0], [], None],
                "tokens": [REQUESTS, REQUESTS[0], (), None],
            },
        ),
        Noun(
            SharedMemory,
            {
                "mount_path": ["/dev/shm", "/x", ""],
                "mount_name": ["shm", ""],
                "size_limit": [None, "1Gi", "1 Gi", 3],
            },
        ),
        Noun(Slack, {"phases": PHASES, "recipients_email": PEOPLE}),
        Noun(SlackNotification, {"recipients_email": PEOPLE}),
        Noun(
            WorkflowExecutionIdentifier,
            {"project": TEXTS, "domain": TEXTS, "name": TEXTS},
        ),
    )
}

IMAGES = ImageConfig.from_images("a:1", {"spark": "b:2"})
SETTINGS = {
    noun.make.__name__: noun
    for noun in (
        Noun(EntrypointSettings, {"path": TEXTS}),
        Noun(
            FastSerializationSettings,
            {"enabled": FLAGS, "destination_dir": TEXTS, "distribution_location": TEXTS},
        ),
        Noun(
            SerializationSettings,
            {
                "image_config": [IMAGES, ImageConfig(), None],
                **dict.fromkeys(("project", "domain", "version", "git_repo", "source_root"), TEXTS),
                "env": [{}, {"A": "b"}, {"A=B": "c"}, None],
                "default_resources": [ResourceSpec(Resources("1"), Resources(mem="2Gi")), None],
                "python_interpreter": ["/opt/venv/bin/python3", "python", ""],
                "flytekit_virtualenv_root": TEXTS,
                "fast_serialization_settings": [FastSerializationSettings(enabled=True), None],
            },
        ),
        Noun(
            extended_resources,
            {"accelerator": [T4, A100, None], "shared_memory": [True, False, "1Gi", "", None]},
        ),
    )
}


def public_nouns() -> set[str]:
    """Return the names of all classes of data in `flyte_nb.models` that a user may call."""
    for module in pkgutil.iter_modules(flyte_nb.models.__path__, "flyte_nb.models."):
        importlib.import_module(module.name)
    found, waiting = set(), [Record]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("flyte_nb.models.") and getattr(kind, "IDL", ""):
            found.add(kind.__name__)
    return {name for name in found if not name.startswith("_")}


def examples(table: dict[str, Noun], name: str) -> list[tuple[dict[str, Any], Any]]:
    """Return arguments of a table and what they make, each value used once where it is taken."""
    make, arguments = table[name]
    found = []
    for n in range(max(map(len, arguments.values()))):
        given = {field: values[n % len(values)] for field, values in arguments.items()}
        try:
            found.append((given, make(**given)))
        except ValueError:
            continue
    return found
