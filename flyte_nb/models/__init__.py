"""Flyte's nouns as plain, validated data."""

from __future__ import annotations

from flyte_nb.later import later

from .identifiers import Identifier, ResourceType, WorkflowExecutionIdentifier
from .resources import Resources, ResourceSpec
from .secret import Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .common import Annotations, AuthRole, Envs, Labels, RawOutputDataConfig
    from .notifications import Email, Notification, PagerDuty, Slack
    from .options import Options
    from .phases import WorkflowExecutionPhase
    from .pod_template import PodTemplate
    from .schedules import CronSchedule, FixedRate, Schedule
    from .security import Identity, OAuth2Client, OAuth2TokenRequest, SecurityContext

# To read a module costs a quarter of a millisecond: those that few tasks need come when used.
_MODULES = {
    "common": ("Annotations", "AuthRole", "Envs", "Labels", "RawOutputDataConfig"),
    "notifications": ("Email", "Notification", "PagerDuty", "Slack"),
    "options": ("Options",),
    "phases": ("WorkflowExecutionPhase",),
    "pod_template": ("PodTemplate",),
    "schedules": ("CronSchedule", "FixedRate", "Schedule"),
    "security": ("Identity", "OAuth2Client", "OAuth2TokenRequest", "SecurityContext"),
}
_EXPORTS = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "Annotations",
    "AuthRole",
    "CronSchedule",
    "Email",
    "Envs",
    "FixedRate",
    "Identifier",
    "Identity",
    "Labels",
    "Notification",
    "OAuth2Client",
    "OAuth2TokenRequest",
    "Options",
    "PagerDuty",
    "PodTemplate",
    "RawOutputDataConfig",
    "ResourceSpec",
    "ResourceType",
    "Resources",
    "Schedule",
    "Secret",
    "SecurityContext",
    "Slack",
    "WorkflowExecutionIdentifier",
    "WorkflowExecutionPhase",
]

__getattr__ = later(__name__, _EXPORTS)
