import type { ActionMappings } from "./requirement.ts";

export const stsActions: ActionMappings = {
  // Decided where the role is at hand, whose trust policy has the first word: local/sts.
  AssumeRole: () => [],
  // "No permissions are required to perform this operation", even against an explicit deny. (STS API reference)
  GetCallerIdentity: () => [],
};
