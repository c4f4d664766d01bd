"""
Carries what a Pulumi state holds of AWS to AWS's own service models, and as far as moto emulates the services to moto, in the order in
which it was made. Prints a table of every request, and what is refused.

usage: apply.py STATE [--json FILE]; STATE is what `pulumi stack export` or `phigate rehearse STACK --export STATE` wrote.
Exit codes: 0 everything is accepted; 1 something is refused, or is not carried; 2 bad usage.
"""

import argparse
import importlib
import json
import os
import sys

sys.dont_write_bytecode = True  # nothing is left beside the sources

import grammar  # noqa: E402
from carrying import CARRIERS, Ask  # noqa: E402
from state import NotCarried, Resource, resources  # noqa: E402

# Each says of some types how they are carried.
CARRYING = ("network", "identity", "storage", "record", "fleet")

# Operations that moto 5.2.5 does not know, each with what is left unproved. AWS's model judges them all the same.
NOT_EMULATED = {
    "accessanalyzer:CreateAnalyzer": "moto has no Access Analyzer",
    "autoscaling:StartInstanceRefresh": "refreshes are not emulated; the provider asks for one with the next change",
    "backup:CreateBackupSelection": "moto has plans and vaults, and nothing that is chosen for them",
    "backup:CreateRestoreTestingPlan": "moto restores nothing",
    "backup:CreateRestoreTestingSelection": "moto restores nothing",
    "ec2:CreateVpnConnectionRoute": "moto has connections without static routes",
    "ec2:EnableVgwRoutePropagation": "moto has route tables without routes that a gateway learns",
    "securityhub:BatchEnableStandards": "moto has a hub without standards",
    "securityhub:UpdateSecurityHubConfiguration": "moto has a hub whose configuration stays as it was made",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("state")
    parser.add_argument("--json")
    asked = parser.parse_args()
    found = resources(asked.state)
    cloud, faults = carry(found)
    against, documents = grammar.judge(found)
    table(cloud)
    report = {
        "resources": len(found),
        "calls": [
            {"type": kind, "operation": operation, **verdicts}
            for (kind, operation), verdicts in sorted(cloud.verdicts.items())
        ],
        "documents": documents,
        "byModelOnly": {each: NOT_EMULATED[each] for each in cloud.by_model_only() if each in NOT_EMULATED},
        "refused": cloud.refusals + against,
        "faults": faults + [f"{each}: moto does not know it; say why in NOT_EMULATED" for each in cloud.unlisted()],
    }
    report["faults"] += [f"{each}: moto knows it by now; take it out of NOT_EMULATED" for each in cloud.no_longer_unknown()]
    for each in report["refused"] + report["faults"]:
        print("REFUSED:", each)
    if asked.json:
        with open(asked.json, "w", encoding="utf-8") as file:
            json.dump(report, file, indent=2)
    sys.exit(1 if report["refused"] or report["faults"] else 0)


def carry(found):
    """Makes everything in its order."""
    os.environ["MOTO_ACCOUNT_ID"] = account(found)
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    cloud, faults = importlib.import_module("cloud").Cloud(NOT_EMULATED), []  # moto reads its environment when it is imported
    for module in CARRYING:
        importlib.import_module(module)
    for entry, inputs, region in found:
        resource = Resource(entry, cloud.renamed(inputs), region)
        carrier = CARRIERS.get(resource.type)
        if not carrier:
            faults.append(f"{resource.type} {resource.name}: nobody carries this type")
            continue
        try:
            carrier(resource, Ask(cloud, resource))
        except (NotCarried, KeyError, IndexError, AssertionError) as fault:
            if isinstance(fault, NotCarried) or not cloud.has_refused(resource):  # a refusal gives nothing to go on with
                faults.append(f"{resource.type} {resource.name}: {type(fault).__name__} {fault}")
        else:
            faults += [f"{resource.type} {resource.name}: {each} is not carried" for each in resource.left()]
    cloud.close()
    return cloud, faults


def account(found):
    """The account of the state: that of its first ARN that names one."""
    arns = (str(entry.get("outputs", {}).get("arn", "")).split(":") for entry, _, _ in found)
    return next((arn[4] for arn in arns if len(arn) > 4 and arn[4].isdigit()), "123456789012")


def table(cloud):
    """What became of each request, by type."""
    ways = ("accepted", "by model only", "refused")
    print(f"{'type':78} {'request':52} {ways[0]:>9} {ways[1]:>14} {ways[2]:>8}")
    for (kind, operation), verdicts in sorted(cloud.verdicts.items()):
        counts = [verdicts[verdict] or "" for verdict in ways]
        print(f"{kind:78} {operation:52} {counts[0]:>9} {counts[1]:>14} {counts[2]:>8}")


if __name__ == "__main__":
    main()
