"""AWS as far as it can be had without an account: its service models, and behind them moto, in this process. Nothing leaves the machine."""

from collections import Counter, defaultdict

import boto3
import models
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from moto import mock_aws

ACCEPTED, UNKNOWN, REFUSED = "accepted", "by model only", "refused"


class Refused(Exception):
    """What AWS's model, or the emulator, says against a request."""


class NotEmulated(Exception):
    """Moto does not know an operation: what is said of it is what the model says."""


class Cloud:
    """An account whose resources are made one after another, and the record of what became of each call."""

    def __init__(self, not_emulated):
        self._mock = mock_aws()
        self._mock.start()
        self._clients = {}
        self._not_emulated = not_emulated
        self._called = {}
        self.verdicts = defaultdict(Counter)
        self.refusals = []

    def close(self):
        """Forgets everything."""
        self._mock.stop()

    def client(self, service, region):
        """A client whose requests moto answers, or nobody."""
        if (service, region) not in self._clients:
            client = boto3.client(
                service,
                region_name=region,
                aws_access_key_id="emulated",
                aws_secret_access_key="emulated",
                config=Config(retries={"max_attempts": 0}),
            )
            client._endpoint.http_session = Nobody()
            self._clients[service, region] = client
        return self._clients[service, region]

    def call(self, resource, service, operation, given=None, renames=None, region=None):
        """
        Makes a request of what a resource holds, and gives the answer; nothing where moto does not know the operation.

        given: the request in Pulumi's words or in AWS's; renames: what AWS calls a member that Pulumi calls otherwise
        """
        client = self.client(service, region or resource.region)
        shape = client.meta.service_model.operation_model(operation).input_shape
        request = models.fit(shape, given or {}, renames or {}) if shape else {}
        row = (resource.type, f"{service}:{operation}")
        try:
            self._judge(shape, request)
            answer = self._send(client, service, operation, request)
            self.verdicts[row][ACCEPTED] += 1
            return answer
        except NotEmulated:
            self.verdicts[row][UNKNOWN] += 1
            return {}
        except Refused as refusal:
            self.verdicts[row][REFUSED] += 1
            self.refusals.append(f"{resource.type} {resource.name}: {service}:{operation}: {refusal}")
            return {}

    @staticmethod
    def _judge(shape, request):
        found = models.problems(shape, request) if shape else []
        if found:
            raise Refused("; ".join(found))

    @staticmethod
    def _send(client, service, operation, request):
        try:
            return client._make_api_call(operation, request)
        except (NotImplementedError, NotEmulated) as unknown:
            raise NotEmulated(operation) from unknown
        except (BotoCoreError, ClientError) as refusal:
            if "Not yet implemented" in str(refusal):
                raise NotEmulated(operation) from refusal
            raise Refused(str(refusal)) from refusal

    def has_refused(self, resource):
        """Whether something was said against a resource."""
        return any(said.startswith(f"{resource.type} {resource.name}:") for said in self.refusals)

    def remember(self, resource, **made):
        """Notes what moto calls something that the state calls otherwise, so that later requests name what is there."""
        for output, name in made.items():
            known = resource.id if output == "id" else resource.outputs.get(output)
            if name and known and known != name:
                self._called[known] = name

    def renamed(self, value):
        """A value in whose texts what the state names is named as moto does."""
        if isinstance(value, str):
            for known, name in self._called.items():
                value = value.replace(known, name)
            return value
        if isinstance(value, dict):
            return {key: self.renamed(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.renamed(each) for each in value]
        return value

    def by_model_only(self):
        """Operations that were asked for and that moto does not know."""
        return sorted({operation for (_, operation), verdicts in self.verdicts.items() if verdicts[UNKNOWN]})

    def unlisted(self):
        """Operations that moto does not know and that the list does not name."""
        return sorted(set(self.by_model_only()) - set(self._not_emulated))

    def no_longer_unknown(self):
        """Operations that the list says moto does not know, and that it answered."""
        answered = {operation for (_, operation), verdicts in self.verdicts.items() if verdicts[ACCEPTED]}
        return sorted(answered & set(self._not_emulated))


class Nobody:
    """Where a request would leave the machine, because moto has no answer: it ends here."""

    def send(self, request):
        raise NotEmulated(request.url)
