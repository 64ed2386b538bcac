/** Calls of one operation, retries counted each. */
export interface Calls {
  count: number;
  /** From request to answer, added up; several may be under way at once. */
  milliseconds: number;
}

/** As much of an SDK client as a meter needs. */
interface Metered {
  readonly middlewareStack: {
    add(middleware: never, options: { step: "finalizeRequest"; priority: "low"; name: string }): void;
  };
}

type Next = (args: unknown) => Promise<{ readonly output: unknown }>;

/** Counts what a task asks of AWS, which is most of what a small object costs. */
export class CallMeter {
  readonly #calls = new Map<string, Calls>();

  /** Calls by operation, such as `UpdateItem`. Polls that brought nothing are `ReceiveMessage, empty`. */
  get calls(): Readonly<Record<string, Calls>> {
    return Object.fromEntries(
      [...this.#calls].map(([name, { count, milliseconds }]) => [
        name,
        { count, milliseconds: Math.round(milliseconds) },
      ]),
    );
  }

  watch<Client extends Metered>(client: Client): Client {
    const middleware =
      (next: Next, { commandName = "" }: { readonly commandName?: string }) =>
      async (args: unknown) => {
        const began = performance.now();
        let name = commandName.replace(/Command$/, "");
        try {
          const answer = await next(args);
          if (name === "ReceiveMessage" && !hasMessages(answer.output)) name += ", empty";
          return answer;
        } finally {
          this.#note(name, performance.now() - began);
        }
      };
    // Inside the retries, so that each request counts.
    client.middlewareStack.add(middleware as never, {
      step: "finalizeRequest",
      priority: "low",
      name: "callMeter",
    });
    return client;
  }

  #note(name: string, milliseconds: number): void {
    const calls = this.#calls.get(name) ?? { count: 0, milliseconds: 0 };
    calls.count += 1;
    calls.milliseconds += milliseconds;
    this.#calls.set(name, calls);
  }
}

function hasMessages(output: unknown): boolean {
  return (
    typeof output === "object" && output !== null && "Messages" in output && output.Messages !== undefined
  );
}
