import { type Connection, connect } from "./connection.ts";
import { type Flags, type Given, parseFlags } from "./flags.ts";

/** A command that talks to a deployment. */
export interface OperatorCommand {
  /** Such as `longshore job ID [flags]`. */
  readonly usage: string;
  readonly flags: Flags;
  /** Why it is refused in AWS; without it the command is the same there. */
  readonly notInAws?: string;
  /** Looks at what it was given before anything is asked for. @throws UserError */
  readonly check?: (given: Given) => void;
  /** @returns the exit code */
  readonly run: (connection: Connection, given: Given) => Promise<number>;
}

/** A command as the table of commands has it. */
export function operatorCommand({ usage, flags, notInAws, check, run }: OperatorCommand) {
  return async (args: readonly string[]): Promise<number> => {
    const given = parseFlags(args, usage, flags);
    if (typeof given === "string") {
      console.log(given);
      return 0;
    }
    check?.(given);
    return run(await connect(given, notInAws), given);
  };
}

/** Prints one JSON object a line. */
export function printJson(value: object): void {
  console.log(JSON.stringify(value));
}
