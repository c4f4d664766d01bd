"""How the inputs of each type of resource are said to AWS: a function a type, in the modules beside this one."""

CARRIERS = {}


def carries(*types):
    """Marks the function that makes a resource of these types. It takes the resource, and asks AWS by what it is given."""

    def mark(function):
        CARRIERS.update(dict.fromkeys(types, function))
        return function

    return mark


class Ask:
    """Requests for one resource."""

    def __init__(self, cloud, resource):
        self._cloud = cloud
        self._resource = resource

    def __call__(self, service, operation, given=None, region=None, **renames):
        """A request; see Cloud.call. What the members are called that AWS names otherwise stands behind it."""
        return self._cloud.call(self._resource, service, operation, given, renames, region)

    def made(self, **names):
        """Notes what the emulator called what was made: its id, its arn or another output."""
        self._cloud.remember(self._resource, **names)


def listed(tags, key="Key", value="Value"):
    """Tags as a list of pairs."""
    return [{key: each, value: tags[each]} for each in sorted(tags)]


def specified(kind, it):
    """Tags as EC2 takes them with a request that makes something."""
    tags = it.tags()
    return [{"ResourceType": kind, "Tags": listed(tags)}] if tags else []
