"""What a table shows of a pod spec: of variables their names, no value that may be a secret."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


def pod_rows(spec: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (label, value) for each part of a pod spec in JSON that tells pods apart."""
    for field, kind in (("initContainers", "init container"), ("containers", "container")):
        for container in spec.get(field, ()):
            yield from _container(f"{kind} {container['name']}", container)
    if volumes := spec.get("volumes"):
        yield "volumes", ", ".join(map(_volume, volumes))
    if labels := spec.get("nodeSelector"):
        yield "node selector", _pairs(labels)
    if tolerations := spec.get("tolerations"):
        yield "tolerations", ", ".join(map(_toleration, tolerations))


def _container(label: str, container: dict[str, Any]) -> Iterator[tuple[str, str]]:
    names = ", ".join(variable["name"] for variable in container.get("env", ()))
    image = container.get("image", "the task's image")
    yield label, f"{image}, environment {names}" if names else image
    for half in ("requests", "limits"):
        if amounts := container.get("resources", {}).get(half):
            yield f"{label}, {half}", _pairs(amounts)
    if mounts := container.get("volumeMounts"):
        yield f"{label}, mounts", ", ".join(map(_mount, mounts))


def _mount(mount: dict[str, Any]) -> str:
    ending = " (read-only)" if mount.get("readOnly") else ""
    return f"{mount['name']} at {mount['mountPath']}{ending}"


def _volume(volume: dict[str, Any]) -> str:
    sources = [name for name in volume if name != "name"]
    return f"{volume['name']} ({', '.join(sources or ['emptyDir'])})"


def _toleration(toleration: dict[str, Any]) -> str:
    """Return a toleration as kubectl writes one: key=value:effect."""
    key, value, effect = (toleration.get(name, "") for name in ("key", "value", "effect"))
    text = f"{key}={value}" if value else key or "all taints"
    return f"{text}:{effect}" if effect else text


def _pairs(values: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in values.items())
