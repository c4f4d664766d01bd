"""AWS's own models of its services, as botocore carries them: what a request must look like, taken at its word.

Botocore itself asks for types, required members and least sizes only. Here enumerations, patterns and greatest sizes count as well.
"""

import regex
from state import NotCarried


def fit(shape, value, renames, path=""):
    """A Pulumi value in the words of a shape: members by their names whatever the case, and a single block for a list of one."""
    kind = shape.type_name
    if kind == "structure":
        return _structure(shape, value, renames, path)
    if kind == "list":
        values = value if isinstance(value, list) else [value]
        return [fit(shape.member, each, renames, f"{path}[{at}]") for at, each in enumerate(values)]
    if kind == "map":
        return {key: fit(shape.value, each, renames, f"{path}.{key}") for key, each in value.items()}
    return _leaf(kind, value, path)


def _structure(shape, value, renames, path):
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, dict):
        raise NotCarried(f"{path}: {value!r} is no {shape.name}")
    fitted = {}
    for key, each in value.items():
        if each is None:
            continue
        member = renames.get(key) or _member(shape, key)
        if member not in shape.members:
            raise NotCarried(f"{path}.{key}: {shape.name} has no such member")
        fitted[member] = fit(shape.members[member], each, renames, f"{path}.{member}")
    return fitted


def _member(shape, key):
    names = {name.lower(): name for name in shape.members}
    low = key.lower()
    for candidate in (low, low + "s", low + "es", low.removesuffix("s")):
        if candidate in names:
            return names[candidate]
    return None


def _leaf(kind, value, path):
    if kind in ("integer", "long"):
        number = float(value)
        if number != int(number):
            raise NotCarried(f"{path}: {value!r} is no whole number")
        return int(number)
    if kind in ("float", "double"):
        return float(value)
    if kind == "boolean":
        if value in (True, False):
            return value
        if value in ("true", "false"):
            return value == "true"
        raise NotCarried(f"{path}: {value!r} is neither true nor false")
    if kind == "string":
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, float) and value == int(value):
            return str(int(value))
        return str(value)
    return value


def problems(shape, value, path=""):
    """What a model says against a request, each with the path of the value."""
    kind = shape.type_name
    found = []
    if kind == "structure" and isinstance(value, dict):
        found += [f"{path}.{name}: missing" for name in shape.required_members if name not in value]
        for name, each in value.items():
            found += problems(shape.members[name], each, f"{path}.{name}")
    elif kind == "list":
        found += _size(shape, len(value), "entries", path)
        for at, each in enumerate(value):
            found += problems(shape.member, each, f"{path}[{at}]")
    elif kind == "map":
        found += _size(shape, len(value), "entries", path)
        for key, each in value.items():
            found += problems(shape.key, key, f"{path} (key)") + problems(shape.value, each, f"{path}.{key}")
    elif kind == "string":
        found += _text(shape, value, path)
    elif kind in ("integer", "long", "float", "double"):
        found += _size(shape, value, "", path)
    return found


def _text(shape, value, path):
    found = _size(shape, len(value), "characters", path)
    if shape.enum and value not in shape.enum:
        found.append(f"{path}: {value} (expected: one of {', '.join(shape.enum)})")
    pattern = shape.metadata.get("pattern")
    if pattern and not _matches(pattern, value):
        found.append(f"{path}: {value} (expected: a text like {pattern})")
    return found


def _matches(pattern, value):
    """Whether a text is what a pattern of AWS describes, whole. They are Java's; one that cannot be read here says nothing."""
    try:
        return regex.fullmatch(pattern, value, regex.DOTALL) is not None
    except regex.error:
        return True


def _size(shape, size, unit, path):
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if (least is not None and size < float(least)) or (most is not None and size > float(most)):
        return [f"{path}: {size} {unit}".rstrip() + f" (expected: between {least} and {most})"]
    return []
