import type { Clock } from "../clock.ts";
import type { LoggingConfig } from "./function-config.ts";
import { type PlatformEvent, platformLog } from "./platform-log.ts";
import type { LogWriter } from "./ports.ts";

/** What `LogType: Tail` returns at most. */
const TAIL_BYTES = 4096;

/** The log events of one invocation, passed on in small batches and remembered for its log tail. */
export class InvocationLog {
  readonly #logs: LogWriter;
  readonly #logging: LoggingConfig;
  readonly #clock: Clock;
  #stream = "";
  #tail = "";
  #batch: { timestamp: number; message: string }[] = [];
  #scheduled: NodeJS.Immediate | undefined;

  constructor(logs: LogWriter, logging: LoggingConfig, clock: Clock) {
    this.#logs = logs;
    this.#logging = logging;
    this.#clock = clock;
  }

  /** Later events go to this stream: each execution environment has one of its own. */
  useStream(stream: string): void {
    this.flush();
    this.#stream = stream;
  }

  write = (message: string): void => {
    this.#batch.push({ timestamp: this.#clock.now(), message });
    this.#tail = `${this.#tail}${message}\n`.slice(-TAIL_BYTES);
    this.#scheduled ??= setImmediate(() => this.flush());
  };

  platform(event: PlatformEvent): void {
    for (const line of platformLog(event, this.#logging, this.#clock.now())) this.write(line);
  }

  flush(): void {
    clearImmediate(this.#scheduled);
    this.#scheduled = undefined;
    const batch = this.#batch;
    if (batch.length === 0) return;
    this.#batch = [];
    this.#logs.write(this.#logging.logGroup, this.#stream, batch);
  }

  /** The last 4 KB, base64. */
  tail(): string {
    return Buffer.from(this.#tail).subarray(-TAIL_BYTES).toString("base64");
  }
}
