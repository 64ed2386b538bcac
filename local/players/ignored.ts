/** Every task, function and load balancer shares this machine's loopback interface. */
const NETWORK = "the machine's loopback interface is the network";

/** Resource types that are left out knowingly, and why playing them would change nothing here. */
export const IGNORED_TYPES: Readonly<Record<string, string>> = {
  "AWS::CDK::Metadata": "describes the template to AWS",
  "AWS::Logs::QueryDefinition": "a query that is saved for Logs Insights, which is not played",
  "AWS::EC2::VPC": NETWORK,
  "AWS::EC2::Subnet": NETWORK,
  "AWS::EC2::RouteTable": NETWORK,
  "AWS::EC2::Route": NETWORK,
  "AWS::EC2::SubnetRouteTableAssociation": NETWORK,
  "AWS::EC2::InternetGateway": NETWORK,
  "AWS::EC2::VPCGatewayAttachment": NETWORK,
  "AWS::EC2::VPCEndpoint": NETWORK,
  "AWS::EC2::NatGateway": NETWORK,
  "AWS::EC2::EIP": NETWORK,
  "AWS::EC2::FlowLog": NETWORK,
  "AWS::EC2::SecurityGroup": NETWORK,
  "AWS::EC2::SecurityGroupIngress": NETWORK,
  "AWS::EC2::SecurityGroupEgress": NETWORK,
};
