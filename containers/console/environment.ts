import { z } from "zod";
import { pipelines } from "../../events/pipeline.ts";

/** The console's environment does not say what the console needs to know. */
export class ConsoleEnvironmentError extends Error {
  override readonly name = "ConsoleEnvironmentError";
}

const environment = z.object({
  /** Where the service listens; 0 takes any free port. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  /** The address on which the service listens. */
  HOST: z.union([z.ipv4(), z.ipv6()], "an IP address").default("0.0.0.0"),
  JOBS_TABLE: z.string().min(1),
  UPLOADS_BUCKET: z.string().min(3),
  RESULTS_BUCKET: z.string().min(3),
  PIPELINES: z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue("must be JSON");
        return z.NEVER;
      }
    })
    .pipe(pipelines),
  /** Where browsers reach S3, when that is elsewhere than where this service does; buckets are then addressed by path. */
  PUBLIC_S3_ENDPOINT: z.url().optional(),
});
export type ConsoleEnvironment = z.output<typeof environment>;

/** @throws ConsoleEnvironmentError naming each variable, what it holds and what it takes */
export function consoleEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
): ConsoleEnvironment {
  const parsed = environment.safeParse(variables);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => {
    const [name = "", ...rest] = path.map(String);
    const value = variables[name];
    const shown = value === undefined ? "not set" : JSON.stringify(value.slice(0, 100));
    return `${name} is ${shown}; ${rest.length > 0 ? `${rest.join(".")}: ` : ""}${message}`;
  });
  throw new ConsoleEnvironmentError(problems.join("\n"));
}
