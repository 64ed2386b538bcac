import { type IInterfaceVpcEndpointService, InterfaceVpcEndpointAwsService } from "aws-cdk-lib/aws-ec2";
import type { EndpointId } from "./config/endpoints.ts";

const services = InterfaceVpcEndpointAwsService;

export const INTERFACE_ENDPOINTS: Readonly<Record<EndpointId, IInterfaceVpcEndpointService>> = {
  Sqs: services.SQS,
  EcrApi: services.ECR,
  EcrDocker: services.ECR_DOCKER,
  Logs: services.CLOUDWATCH_LOGS,
  SecretsManager: services.SECRETS_MANAGER,
  Ecs: services.ECS,
  EcsAgent: services.ECS_AGENT,
  EcsTelemetry: services.ECS_TELEMETRY,
  Ssm: services.SSM,
  Monitoring: services.CLOUDWATCH_MONITORING,
  Events: services.EVENTBRIDGE,
  Lambda: services.LAMBDA,
  SsmMessages: services.SSM_MESSAGES,
};
