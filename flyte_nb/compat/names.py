"""Which of flytekit's names stand where, and what stands behind them here.

Module of flytekit, to our module, to the names that it has there too. A name that has another
one here is written ``theirs=ours``.
"""

from __future__ import annotations

from functools import cache

_CONTEXT = {
    "flyte_nb.context": "ExecutionParameters SecretsManager",
    "flyte_nb.context.flyte_context": "FlyteContext",
    "flyte_nb.context.states": "CompilationState ExecutionState BranchEvalMode",
    "flyte_nb.context.entities": "FlyteEntities",
    "flyte_nb.context.manager": "FlyteContextManager",
    "flyte_nb.context.output_metadata": (
        "OutputMetadata OutputMetadataTracker SerializableToString"
    ),
}
_NOTIFICATIONS = "Notification Email PagerDuty Slack"
_MODULES: dict[str, dict[str, str]] = {
    "flytekit": {
        "flyte_nb.notebook_session": (
            "LaunchPlan WorkflowFailurePolicy conditional current_context dynamic map_task"
            " new_context task workflow FlyteContextManager"
        ),
        "flyte_nb.run.cache": "Cache CachePolicy HashMethod VersionParameters",
        "flyte_nb.context": "ExecutionParameters",
        "flyte_nb.context.flyte_context": "FlyteContext",
        "flyte_nb.context.checkpoint": "Checkpoint",
        "flyte_nb.decks": "Deck",
        "flyte_nb.models": (
            "Annotations AuthRole CronSchedule Email FixedRate Labels Options PagerDuty"
            " PodTemplate Resources Secret SecurityContext Slack WorkflowExecutionPhase"
        ),
        "flyte_nb.models.launch_plan": "ConcurrencyLimitBehavior ConcurrencyPolicy",
        "flyte_nb.types.frames": "StructuredDataset",
        "flyte_nb.types.table_form": "kwtypes",
        "flyte_nb.config.default_images": "__version__=FLYTEKIT_VERSION",
    },
    "flytekit.clients": {},
    "flytekit.clients.auth": {},
    "flytekit.clients.auth.authenticator": {
        "flyte_nb.auth": (
            "Authenticator ClientConfig ClientConfigStore ClientCredentialsAuthenticator"
            " CommandAuthenticator DeviceCodeAuthenticator PKCEAuthenticator"
            " StaticClientConfigStore"
        ),
    },
    "flytekit.clients.auth.exceptions": {
        "flyte_nb.errors": "AccessTokenNotFoundError AuthenticationError AuthenticationPending",
    },
    "flytekit.clients.auth.keyring": {"flyte_nb.auth": "Credentials KeyringStore"},
    "flytekit.clients.auth.token_client": {
        "flyte_nb.auth": (
            "DeviceCodeResponse GrantType get_basic_authorization_header get_device_code"
            " get_token poll_token_endpoint"
        ),
    },
    "flytekit.configuration": {
        "flyte_nb.config.objects": "Config LocalConfig SecretsConfig StatsConfig TaskConfig",
        "flyte_nb.config.platform": "AuthType PlatformConfig",
        "flyte_nb.config.storage": (
            "AzureBlobStorageConfig DataConfig GCSConfig GenericPersistenceConfig S3Config"
        ),
        "flyte_nb.config.images": "DEFAULT_IMAGE_NAME Image ImageConfig",
        "flyte_nb.config.default_images": "DefaultImages",
        "flyte_nb.config.file": "ConfigFile get_config_file",
        "flyte_nb.models.serialization": (
            "DEFAULT_RUNTIME_PYTHON_INTERPRETER SERIALIZED_CONTEXT_ENV_VAR EntrypointSettings"
            " FastSerializationSettings SerializationSettings"
        ),
    },
    "flytekit.configuration.default_images": {
        "flyte_nb.config.default_images": "DefaultImages PythonVersion",
    },
    "flytekit.configuration.feature_flags": {"flyte_nb.config.feature_flags": "FeatureFlags"},
    "flytekit.configuration.file": {
        "flyte_nb.config.entry": "ConfigEntry LegacyConfigEntry YamlConfigEntry",
        "flyte_nb.config.file": "ConfigFile get_config_file",
    },
    "flytekit.configuration.internal": {
        "flyte_nb.config.catalogue": (
            "AWS AZURE Credentials GCP Local LocalSDK Persistence Platform Secrets StatsD"
        ),
        "flyte_nb.config.entry": "ConfigEntry LegacyConfigEntry YamlConfigEntry",
        "flyte_nb.config.file": "ConfigFile",
    },
    "flytekit.configuration.plugin": {
        "flyte_nb.config.plugin": "FlytekitPlugin FlytekitPluginProtocol get_plugin",
    },
    "flytekit.core": {},
    "flytekit.core.cache": {"flyte_nb.run.cache": "Cache CachePolicy VersionParameters"},
    "flytekit.core.hash": {"flyte_nb.run.cache": "HashMethod"},
    "flytekit.core.checkpointer": {"flyte_nb.context.checkpoint": "Checkpoint SyncCheckpoint"},
    "flytekit.core.context_manager": _CONTEXT,
    "flytekit.core.data_persistence": {
        "flyte_nb.context.storage": "FileAccessProvider=FileAccess",
    },
    "flytekit.core.condition": {
        "flyte_nb.notebook_session": "conditional",
        "flyte_nb.run.graph.conditional": "ConditionalSection",
    },
    "flytekit.core.array_node_map_task": {"flyte_nb.notebook_session": "map_task"},
    "flytekit.core.dynamic_workflow_task": {"flyte_nb.notebook_session": "dynamic"},
    "flytekit.core.launch_plan": {"flyte_nb.notebook_session": "LaunchPlan"},
    "flytekit.core.notification": {"flyte_nb.models.notifications": _NOTIFICATIONS},
    "flytekit.core.options": {"flyte_nb.models": "Options"},
    "flytekit.core.pod_template": {"flyte_nb.models": "PodTemplate"},
    "flytekit.core.resources": {
        "flyte_nb.models": "Resources ResourceSpec",
        "flyte_nb.models.extended_resources": "construct_extended_resources=extended_resources",
    },
    "flytekit.core.schedule": {"flyte_nb.models": "CronSchedule FixedRate"},
    "flytekit.core.task": {"flyte_nb.notebook_session": "task"},
    "flytekit.core.workflow": {"flyte_nb.notebook_session": "WorkflowFailurePolicy workflow"},
    "flytekit.core.utils": {"flyte_nb.decks": "timeit"},
    "flytekit.deck": {
        "flyte_nb.decks": ("Deck DeckField MarkdownRenderer SourceCodeRenderer TopFrameRenderer"),
    },
    "flytekit.deck.deck": {
        "flyte_nb.decks": "Deck DeckField TimeLineDeck",
        "flyte_nb.decks.publish": "DECK_FILE_NAME OUTPUT_DIR_JUPYTER_PREFIX",
    },
    "flytekit.deck.renderer": {
        "flyte_nb.decks.renderers": (
            "ArrowRenderer DEFAULT_MAX_COLS DEFAULT_MAX_ROWS MarkdownRenderer"
            " PythonDependencyRenderer Renderable SourceCodeRenderer TopFrameRenderer"
        ),
    },
    "flytekit.exceptions": {},
    "flytekit.exceptions.user": {
        "flyte_nb.errors": "FlyteRecoverableException",
    },
    "flytekit.extras": {},
    "flytekit.extras.accelerators": {
        "flyte_nb.models.accelerators": (
            "A100 A100_80GB A10G GPUAccelerator H100 H200 K80 L4 L40S L4_VWS M60"
            " MultiInstanceGPUAccelerator P100 P4 RTX_PRO_6000 T4 V100 V5E V5P V6E"
        ),
    },
    "flytekit.interfaces": {},
    "flytekit.interfaces.stats": {},
    "flytekit.interfaces.stats.taggable": {"flyte_nb.context.stats": "TaggableStats"},
    "flytekit.models": {},
    "flytekit.models.common": {
        "flyte_nb.models.common": "Annotations AuthRole Envs Labels RawOutputDataConfig",
        "flyte_nb.models.notifications": (
            "EmailNotification Notification PagerDutyNotification SlackNotification"
        ),
    },
    "flytekit.models.concurrency": {
        "flyte_nb.models.launch_plan": "ConcurrencyLimitBehavior ConcurrencyPolicy",
    },
    "flytekit.models.core": {},
    "flytekit.models.core.execution": {"flyte_nb.models": "WorkflowExecutionPhase"},
    "flytekit.models.core.identifier": {
        "flyte_nb.models": "Identifier ResourceType WorkflowExecutionIdentifier",
    },
    "flytekit.models.security": {
        "flyte_nb.models.security": (
            "Identity OAuth2Client OAuth2TokenRequest Secret SecurityContext"
        ),
    },
    "flytekit.types": {},
    "flytekit.types.directory": {
        "flyte_nb.types.directory": "FlyteDirectory",
        "flyte_nb.types.formats": "TFRecordsDirectory TensorboardLogs",
    },
    "flytekit.types.error": {"flyte_nb.models.flyte_error": "FlyteError"},
    "flytekit.types.error.error": {"flyte_nb.models.flyte_error": "FlyteError"},
    "flytekit.types.file": {
        "flyte_nb.types.file": "FlyteFile",
        "flyte_nb.types.formats": (
            "CSVFile FileExt HDF5EncodedFile HTMLPage JPEGImageFile JSONLFile JoblibSerializedFile"
            " ONNXFile PDFFile PNGImageFile PythonNotebook PythonPickledFile SVGImageFile"
            " TFRecordFile csv hdf5 html ipynb joblib jpeg jsonl_file onnx pdf png python_pickle"
            " svg tfrecords_file"
        ),
    },
    "flytekit.types.iterator": {"flyte_nb.types.iterator": "FlyteIterator"},
    "flytekit.types.iterator.iterator": {"flyte_nb.types.iterator": "FlyteIterator"},
    "flytekit.types.structured": {"flyte_nb.types.frames": "StructuredDataset"},
    "flytekit.types.structured.structured_dataset": {
        "flyte_nb.types.frames": "CSV PARQUET StructuredDataset",
    },
}


@cache
def modules() -> dict[str, dict[str, tuple[str, str]]]:
    """Return for each module of flytekit its names, each with our module and name."""
    return {
        module: {
            theirs: (place, ours or theirs)
            for place, names in places.items()
            for theirs, _, ours in (name.partition("=") for name in names.split())
        }
        for module, places in _MODULES.items()
    }
