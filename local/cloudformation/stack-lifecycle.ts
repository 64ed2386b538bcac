import type { ResolvedParameter } from "./parameters.ts";
import type { PlayStackOptions } from "./player.ts";
import { stackId } from "./stack-id.ts";
import type { StackOutput, StackParameter, StackRecord, StackStatus } from "./stack-records.ts";

const STACK_TYPE = "AWS::CloudFormation::Stack";

/** A play under way. */
export interface BegunPlay {
  readonly record: StackRecord;
  /** The status to end in; that of before when the stack is played again without a change. */
  readonly success: StackStatus;
  /** A play without a change leaves no events. */
  readonly changed: boolean;
}

/** Records that a stack is being created, updated, or played again. */
export function beginPlay(
  options: PlayStackOptions,
  parameters: ReadonlyMap<string, ResolvedParameter>,
): BegunPlay {
  const { store, stackName, templateBody, clock } = options;
  const before = store.stack(stackName);
  const given = {
    templateBody,
    parameters: parametersOf(parameters),
    tags: options.tags ?? {},
    terminationProtection: options.terminationProtection ?? false,
  };
  const created = before === undefined || !before.status.endsWith("_COMPLETE");
  const changed = created || Object.entries(given).some(([key, value]) => differs(before, key, value));
  const action = created && !before?.updatedAt ? "CREATE" : "UPDATE";
  const now = clock.now();
  const record: StackRecord = {
    ...given,
    stackName,
    description: options.template.Description,
    status: `${action}_IN_PROGRESS`,
    statusReason: undefined,
    outputs: before?.outputs ?? [],
    play: (before?.play ?? 0) + 1,
    createdAt: before?.createdAt ?? now,
    updatedAt: changed && action === "UPDATE" ? now : before?.updatedAt,
  };
  store.putStack(changed || !before ? record : { ...record, status: before.status });
  if (changed) addEvent(options, record.status, undefined);
  return { record, changed, success: changed || !before ? `${action}_COMPLETE` : before.status };
}

/** Records how the play ended. */
export function finishPlay(
  options: PlayStackOptions,
  begun: BegunPlay,
  end: { outputs: readonly StackOutput[] } | { error: unknown },
): void {
  if ("outputs" in end) {
    options.store.putStack({ ...begun.record, status: begun.success, outputs: end.outputs });
    if (begun.changed) addEvent(options, begun.success, undefined);
    return;
  }
  const status: StackStatus = begun.success.startsWith("CREATE") ? "CREATE_FAILED" : "UPDATE_FAILED";
  const statusReason = end.error instanceof Error ? end.error.message : String(end.error);
  options.store.putStack({ ...begun.record, status, statusReason });
  addEvent(options, status, statusReason);
}

function parametersOf(parameters: ReadonlyMap<string, ResolvedParameter>): StackParameter[] {
  return [...parameters].map(([key, { given, ssmValue, noEcho }]) => ({
    key,
    value: noEcho ? "****" : given,
    ...(ssmValue === undefined ? {} : { resolvedValue: ssmValue }),
  }));
}

function differs(before: object, key: string, value: unknown): boolean {
  const old: unknown = new Map<string, unknown>(Object.entries(before)).get(key);
  return JSON.stringify(old) !== JSON.stringify(value);
}

function addEvent(options: PlayStackOptions, status: StackStatus, reason: string | undefined): void {
  const { store, realm, stackName, clock } = options;
  const ref = stackId(realm, stackName);
  store.addEvent({
    stackName,
    logicalId: stackName,
    type: STACK_TYPE,
    ref,
    status,
    reason,
    time: clock.now(),
  });
}
