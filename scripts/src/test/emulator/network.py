"""EC2's network: VPC, subnets, routes, groups and their rules, endpoints, flow logs, VPN."""

from carrying import carries, specified


@carries("aws:ec2/vpc:Vpc")
def vpc(it, ask):
    made = ask("ec2", "CreateVpc", {"CidrBlock": it.take("cidrBlock"), "TagSpecifications": specified("vpc", it)})
    own = made["Vpc"]["VpcId"]
    ask.made(id=own)
    for attribute in ("enableDnsSupport", "enableDnsHostnames"):
        ask("ec2", "ModifyVpcAttribute", {"VpcId": own, attribute: {"Value": it.take(attribute)}})
    tables = ask("ec2", "DescribeRouteTables", {"Filters": [{"Name": "vpc-id", "Values": [own]}]})
    ask.made(mainRouteTableId=tables["RouteTables"][0]["RouteTableId"])
    groups = ask("ec2", "DescribeSecurityGroups", {"Filters": [{"Name": "vpc-id", "Values": [own]}]})
    ask.made(defaultSecurityGroupId=groups["SecurityGroups"][0]["GroupId"])


@carries("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
def default_group(it, ask):
    """The provider takes the group that is there over, and takes from it what the program does not list."""
    own = {"Filters": [{"Name": "vpc-id", "Values": [it.take("vpcId")]}, {"Name": "group-name", "Values": ["default"]}]}
    group = ask("ec2", "DescribeSecurityGroups", own)["SecurityGroups"][0]
    ask.made(id=group["GroupId"])
    ask("ec2", "CreateTags", {"Resources": [group["GroupId"]], "Tags": specified("", it)[0]["Tags"]})
    ask("ec2", "RevokeSecurityGroupEgress", {"GroupId": group["GroupId"], "IpPermissions": group["IpPermissionsEgress"]})


@carries("aws:ec2/subnet:Subnet")
def subnet(it, ask):
    public = it.take("mapPublicIpOnLaunch")
    made = ask("ec2", "CreateSubnet", {"TagSpecifications": specified("subnet", it), **it.rest()})
    ask.made(id=made["Subnet"]["SubnetId"])
    ask("ec2", "ModifySubnetAttribute", {"SubnetId": made["Subnet"]["SubnetId"], "MapPublicIpOnLaunch": {"Value": public}})


@carries("aws:ec2/routeTable:RouteTable")
def route_table(it, ask):
    made = ask("ec2", "CreateRouteTable", {"TagSpecifications": specified("route-table", it), **it.rest()})
    ask.made(id=made["RouteTable"]["RouteTableId"])


@carries("aws:ec2/routeTableAssociation:RouteTableAssociation")
def route_table_association(it, ask):
    ask("ec2", "AssociateRouteTable", it.rest())


@carries("aws:ec2/securityGroup:SecurityGroup")
def group(it, ask):
    made = ask(
        "ec2",
        "CreateSecurityGroup",
        {"TagSpecifications": specified("security-group", it), **it.rest()},
        name="GroupName",
    )
    ask.made(id=made["GroupId"])
    open_to_all = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    ask("ec2", "RevokeSecurityGroupEgress", {"GroupId": made["GroupId"], "IpPermissions": open_to_all})


@carries("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
def ingress(it, ask):
    _rule(it, ask, "AuthorizeSecurityGroupIngress")


@carries("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
def egress(it, ask):
    _rule(it, ask, "AuthorizeSecurityGroupEgress")


def _rule(it, ask, operation):
    tags = specified("security-group-rule", it)
    described = {"Description": it.take("description")}
    permission = {key: it.take(key) for key in ("ipProtocol", "fromPort", "toPort")}
    if block := it.take("cidrIpv4"):
        permission["IpRanges"] = [{"CidrIp": block, **described}]
    if other := it.take("referencedSecurityGroupId"):
        permission["UserIdGroupPairs"] = [{"GroupId": other, **described}]
    if prefixes := it.take("prefixListId"):
        permission["PrefixListIds"] = [{"PrefixListId": prefixes, **described}]
    ask(
        "ec2",
        operation,
        {"GroupId": it.take("securityGroupId"), "IpPermissions": [permission], "TagSpecifications": tags},
    )


@carries("aws:ec2/vpcEndpoint:VpcEndpoint")
def endpoint(it, ask):
    made = ask(
        "ec2",
        "CreateVpcEndpoint",
        {"TagSpecifications": specified("vpc-endpoint", it), **it.rest()},
        policy="PolicyDocument",
    )
    ask.made(id=made["VpcEndpoint"]["VpcEndpointId"])


@carries("aws:ec2/flowLog:FlowLog")
def flow_log(it, ask):
    vpc_id = it.take("vpcId")
    made = ask(
        "ec2",
        "CreateFlowLogs",
        {
            "ResourceIds": [vpc_id],
            "ResourceType": "VPC",
            "TagSpecifications": specified("vpc-flow-log", it),
            **it.rest(),
        },
        iamRoleArn="DeliverLogsPermissionArn",
    )
    assert not made.get("Unsuccessful"), made


@carries("aws:ec2/customerGateway:CustomerGateway")
def customer_gateway(it, ask):
    made = ask("ec2", "CreateCustomerGateway", {"TagSpecifications": specified("customer-gateway", it), **it.rest()})
    ask.made(id=made["CustomerGateway"]["CustomerGatewayId"])


@carries("aws:ec2/vpnGateway:VpnGateway")
def vpn_gateway(it, ask):
    vpc_id = it.take("vpcId")
    tags = specified("vpn-gateway", it)
    made = ask("ec2", "CreateVpnGateway", {"Type": "ipsec.1", "TagSpecifications": tags, **it.rest()})
    own = made["VpnGateway"]["VpnGatewayId"]
    ask.made(id=own)
    ask("ec2", "AttachVpnGateway", {"VpcId": vpc_id, "VpnGatewayId": own})


@carries("aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation")
def propagation(it, ask):
    ask("ec2", "EnableVgwRoutePropagation", it.rest(), vpnGatewayId="GatewayId")


@carries("aws:ec2/vpnConnection:VpnConnection")
def vpn_connection(it, ask):
    tags = specified("vpn-connection", it)
    storage = it.take("presharedKeyStorage")
    tunnels = [_tunnel(it, at) for at in (1, 2)]
    options = {"StaticRoutesOnly": it.take("staticRoutesOnly"), "TunnelOptions": tunnels}
    given = {"Options": options, "PreSharedKeyStorage": storage, "TagSpecifications": tags, **it.rest()}
    made = ask("ec2", "CreateVpnConnection", given, CloudwatchLogOptions="CloudWatchLogOptions")
    ask.made(id=made["VpnConnection"]["VpnConnectionId"])


def _tunnel(it, at):
    """The settings of one tunnel, which the provider names one by one, in AWS's words: lists of values are lists of objects there."""
    prefix = f"tunnel{at}"
    tunnel = {}
    for key, value in it.rest(*(key for key in it.left() if not key.startswith(prefix))).items():
        name = key.removeprefix(prefix)
        if isinstance(value, list):
            value = [{"Value": each} for each in value]
        tunnel[{"IkeVersions": "IKEVersions", "DpdTimeoutAction": "DPDTimeoutAction"}.get(name, name)] = value
    return tunnel


@carries("aws:ec2/vpnConnectionRoute:VpnConnectionRoute")
def vpn_route(it, ask):
    ask("ec2", "CreateVpnConnectionRoute", it.rest())
