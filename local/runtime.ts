import { AssemblyError } from "./assembly/errors.ts";
import { readAssembly } from "./assembly/read-assembly.ts";
import { publicImage } from "./autoscaling-groups/public-images.ts";
import { createClock } from "./clock.ts";
import { playAssembly } from "./cloudformation/assembly-player.ts";
import { ResourceFailedError, StackFailedError } from "./cloudformation/errors.ts";
import type { NotPlayedType } from "./cloudformation/references-to-resources.ts";
import { connectDocker, EngineUnreachableError } from "./ecs/docker-engine/connect-docker.ts";
import { freePort } from "./ecs/free-port.ts";
import { ListenerPortError } from "./elbv2/errors.ts";
import type { Faults } from "./faults/faults.ts";
import type { Scenario } from "./faults/scenario.ts";
import { createGateway, PortInUseError } from "./gateway/gateway.ts";
import { RECORD_VARIABLE } from "./iam/decision-file.ts";
import { HostError, listenHost } from "./listen-host.ts";
import { checkPlatform, UnsupportedPlatformError } from "./platform.ts";
import { IGNORED_TYPES } from "./players/ignored.ts";
import { createPlayers } from "./players/players.ts";
import { createServices } from "./services.ts";
import { lockState, StateFolderError, StateInUseError } from "./state-lock.ts";
import { LOCAL_ACCOUNT_ID, LOCAL_REGION, type Realm } from "./wire/realm.ts";

export interface RuntimeOptions {
  /** Folder of the cloud assembly, what `cdk synth` wrote. */
  readonly assembly: string;
  /** Folder that keeps objects, messages, items and volumes over restarts. */
  readonly state: string;
  /** Port of the endpoint; 0 takes a free one. */
  readonly port: number;
  /** Port of the first load balancer's listener; 0 takes a free one. */
  readonly consolePort: number;
  /** IP address that endpoint and load balancers listen on; beyond loopback, the log warns. @default 127.0.0.1 */
  readonly host?: string;
  /** How many times faster than the wall clock schedules and alarms run. @default 1 */
  readonly speed?: number;
  /** Seconds that a Fargate task takes to start, in the runtime's time; on AWS it is about half a minute. @default 0 */
  readonly fargateStartSeconds?: number;
  /** What runs tasks. @default "process" */
  readonly engine?: "process" | "docker";
  /** Faults that are armed before anything runs. */
  readonly faults?: Scenario;
  /** Told what has no caller to be told to. */
  readonly log: (line: string) => void;
  /** File that decisions on permissions are appended to, as JSON lines. @default the one that LONGSHORE_IAM_RECORD names */
  readonly iamRecord?: string;
}

/** A running template. */
export interface Runtime {
  readonly endpoint: string;
  readonly region: string;
  /** Outputs of all stacks. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Where the first load balancer answers. */
  readonly consoleUrl: string | undefined;
  /** The text of a secret, by its ARN or name. */
  secretValue(idOrArn: string): string | undefined;
  /** Resource types of the template that this machine does not play. */
  readonly notPlayed: readonly NotPlayedType[];
  /** Faults on demand, also under `/_longshore/faults`. */
  readonly faults: Pick<Faults, "arm" | "disarm" | "armed" | "injections">;
  /** Drains: takes no more requests, stops tasks and functions, and leaves no process behind. */
  stop(): Promise<void>;
}

/** The runtime cannot start, for a reason that its user can mend. */
export class RuntimeError extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
    this.name = "RuntimeError";
  }
}

const MENDABLE = [
  AssemblyError,
  EngineUnreachableError,
  HostError,
  ListenerPortError,
  PortInUseError,
  ResourceFailedError,
  StackFailedError,
  StateFolderError,
  StateInUseError,
  UnsupportedPlatformError,
];

/**
 * Plays a cloud assembly on this machine until it is stopped.
 * @throws RuntimeError naming the port, folder or resource that stands in the way
 */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const undo: (() => unknown)[] = [];
  const stop = async () => {
    for (let step = undo.pop(); step; step = undo.pop()) await step();
  };
  try {
    checkPlatform();
    return await start(options, undo, stop);
  } catch (error) {
    await stop();
    throw asRuntimeError(error, options);
  }
}

function asRuntimeError(error: unknown, { consolePort }: RuntimeOptions): unknown {
  if (error instanceof ListenerPortError && error.inUse && error.port === consolePort) {
    return new RuntimeError(new PortInUseError(consolePort, "--console-port", error));
  }
  return MENDABLE.some((type) => error instanceof type) ? new RuntimeError(error as Error) : error;
}

/** @param undo what to do, last first, to end what was begun */
async function start(
  options: RuntimeOptions,
  undo: (() => unknown)[],
  stop: () => Promise<void>,
): Promise<Runtime> {
  const host = listenHost(options.host ?? "127.0.0.1");
  undo.push(lockState(options.state));

  // The port comes first: queue URLs and tasks' environments name it.
  const gateway = createGateway(options.log);
  const { port } = await gateway.listen(options.port, host.address);
  undo.push(() => gateway.close());
  if (!host.isLoopback) options.log(openToOthers(host.address));
  const realm: Realm = {
    partition: "aws",
    accountId: LOCAL_ACCOUNT_ID,
    region: LOCAL_REGION,
    endpoint: `http://${host.name}:${port}`,
  };

  const clock = createClock(options.speed ?? 1);
  const assembly = readAssembly(options.assembly, realm);
  const services = await createServices({
    realm,
    clock,
    assembly,
    directory: options.state,
    docker: options.engine === "docker" ? await connectDocker() : undefined,
    fargateStartSeconds: options.fargateStartSeconds ?? 0,
    log: options.log,
    iamRecord: options.iamRecord ?? process.env[RECORD_VARIABLE],
  });
  undo.push(() => services.close());

  const played = await playAssembly({
    assembly,
    realm,
    clock,
    store: services.stacks,
    players: createPlayers(services, {
      host: host.address,
      consolePort: options.consolePort || (await freePort()),
    }),
    ignored: IGNORED_TYPES,
    ssmParameter: (name) => services.ssm.get(name) ?? publicImage(name),
  });
  if (options.faults) services.faults.arm(options.faults);
  gateway.open(services.gateway);
  undo.push(() => services.stop());
  await services.start();

  return {
    endpoint: realm.endpoint,
    region: realm.region,
    outputs: Object.fromEntries(
      played.stacks.flatMap(({ outputs }) => outputs.map(({ key, value }) => [key, value])),
    ),
    consoleUrl: services.loadBalancers.listeners()[0]?.url,
    secretValue: (idOrArn) => services.secrets.value(idOrArn),
    notPlayed: played.stacks.flatMap(({ notPlayed }) => notPlayed),
    faults: services.faults,
    stop,
  };
}

function openToOthers(address: string): string {
  return (
    `Listening on ${address}, not on this machine's loopback alone: whoever reaches the endpoint is its administrator, ` +
    "since no key but a task's or function's is verified, and can run commands as you"
  );
}
