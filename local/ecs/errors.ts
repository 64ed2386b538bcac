import { AwsError } from "../wire/aws-error.ts";

export const clusterNotFound = () => new AwsError("ClusterNotFoundException", "Cluster not found.");
export const serviceNotFound = () => new AwsError("ServiceNotFoundException", "Service not found.");
export const serviceNotActive = () => new AwsError("ServiceNotActiveException", "Service was not ACTIVE.");
export const clientError = (message: string) => new AwsError("ClientException", message);
export const invalidParameter = (message: string) => new AwsError("InvalidParameterException", message);
export const conflict = (message: string, resourceIds: string[]) =>
  new AwsError("ConflictException", message, { members: { resourceIds } });
