"""Write what a pod spec may hold, as the client of Kubernetes describes it.

Run it by hand, with a newer client installed, when Kubernetes has new fields.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

STORED = Path(__file__).parents[2] / "flyte_nb" / "models" / "kubernetes" / "pod_schema.json"


def make_schema():
    """Return the types reachable from a pod spec: their fields, by the names in JSON."""
    import kubernetes.client

    types, waiting = {}, ["V1PodSpec"]
    while waiting:
        name = waiting.pop()
        if name in types:
            continue
        model = getattr(kubernetes.client, name)
        types[name] = {
            model.attribute_map[attribute]: describe(model, attribute)
            for attribute in sorted(model.openapi_types)
        }
        waiting += re.findall(r"\b(?:Core)?V\d\w+", " ".join(model.openapi_types.values()))
    release = kubernetes.client.__version__.split(".")[0]
    return {"release": release, "types": dict(sorted(types.items()))}


def describe(model, attribute):
    """Return attribute, type, and a mark where the client refuses to do without."""
    kind = re.sub(r"List\[(\w+)\]", r"[\1]", model.openapi_types[attribute])
    kind = re.sub(r"Dict\[str, (\w+)\]", r"{\1}", kind)
    fields = {
        field.serialization_alias or name: field for name, field in model.model_fields.items()
    }
    required = fields[model.attribute_map[attribute]].is_required()
    return f"{attribute} {kind}{' !' if required else ''}"


def text_of(schema):
    """Return *schema* as it is stored: a type a line, so that a change is easy to read."""
    lines = [f"  {json.dumps(n)}: {json.dumps(f)}" for n, f in schema["types"].items()]
    types = ",\n".join(lines)
    return f'{{"release": {json.dumps(schema["release"])}, "types": {{\n{types}\n}}}}\n'


if __name__ == "__main__":
    STORED.write_text(text_of(make_schema()))
