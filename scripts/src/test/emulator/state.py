"""What `pulumi stack export` wrote: the resources of AWS in the order in which they were made, with the inputs that the program gave."""

import json


class NotCarried(Exception):
    """An input that nobody here knows how to say to AWS. It must be learnt: what is not carried is not checked."""


class Resource:
    """One resource of AWS. Its inputs are taken one by one, so that none is forgotten."""

    def __init__(self, entry, inputs, region):
        self.urn = entry["urn"]
        self.type = entry["type"]
        self.name = self.urn.rsplit("::", 1)[-1]
        self.id = entry["id"]
        self.outputs = entry.get("outputs", {})
        self.region = region
        self._inputs = inputs

    def take(self, key, default=None):
        """An input, which counts as carried from now on."""
        return self._inputs.pop(key, default)

    def rest(self, *without):
        """All inputs that nobody has taken yet, but these; they count as carried from now on."""
        taken = {key: value for key, value in self._inputs.items() if key not in without}
        for key in taken:
            del self._inputs[key]
        return taken

    def tags(self):
        """Its tags and those that its provider gives to everything."""
        own = self._inputs.pop("tags", {})
        return {**own, **self.outputs.get("tagsAll", {})}

    def left(self):
        """The inputs that nobody has taken."""
        return sorted(self._inputs)


def resources(path):
    """The resources of AWS in a file, each with its region and without what the engine notes for itself."""
    with open(path, encoding="utf-8") as file:
        entries = json.load(file)["deployment"]["resources"]
    regions = {
        entry["urn"]: entry["inputs"].get("region", "us-east-1")
        for entry in entries
        if entry["type"] == "pulumi:providers:aws"
    }
    found = []
    for entry in entries:
        if entry.get("custom") and entry["type"].startswith("aws:"):
            provider = entry["provider"].rsplit("::", 1)[0]
            found.append((entry, revealed(entry.get("inputs", {})), regions.get(provider, "us-east-1")))
    return found


def revealed(value):
    """A value without the engine's notes: secrets by what they hold, and no `__defaults`."""
    if isinstance(value, dict):
        if "4dabf18193072939515e22adb298388d" in value and "plaintext" in value:
            return json.loads(value["plaintext"])
        return {key: revealed(each) for key, each in value.items() if not key.startswith("__")}
    if isinstance(value, list):
        return [revealed(each) for each in value]
    return value
