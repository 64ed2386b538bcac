import { DockerfileParser, type Instruction } from "dockerfile-ast";
import { expandVariables } from "./expand-variables.ts";

/** One instruction with its flags and words; ENV and ARG carry name and value pairs. */
export interface DockerInstruction {
  readonly keyword: string;
  readonly flags: Readonly<Record<string, string>>;
  /** Words of the instruction; for exec forms and JSON forms, the strings of the array. */
  readonly words: readonly string[];
  /** True for `["a", "b"]`. */
  readonly json: boolean;
  /** Everything after the keyword, continuation lines joined. */
  readonly text: string;
  /** Values as written, with quotes and escapes. */
  readonly pairs: readonly (readonly [name: string, value: string | undefined])[];
}

export interface DockerStage {
  readonly from: string;
  readonly name: string | undefined;
  readonly instructions: readonly DockerInstruction[];
}

/** Splits a Dockerfile into its stages. Build arguments before the first FROM apply to FROM lines only. */
export function parseDockerfile(
  text: string,
  buildArgs: Readonly<Record<string, string>> = {},
): DockerStage[] {
  const globals: Record<string, string> = {};
  const stages: { from: string; name: string | undefined; instructions: DockerInstruction[] }[] = [];
  for (const raw of DockerfileParser.parse(text).getInstructions()) {
    const instruction = read(raw);
    const stage = stages.at(-1);
    if (instruction.keyword === "FROM") {
      const [image = "", as, name] = instruction.words.filter((word) => !word.startsWith("--"));
      stages.push({
        from: expandVariables(image, globals),
        name: as?.toUpperCase() === "AS" ? name : undefined,
        instructions: [],
      });
    } else if (stage) {
      stage.instructions.push(instruction);
    } else if (instruction.keyword === "ARG") {
      for (const [name, value] of instruction.pairs) {
        const given = buildArgs[name] ?? (value === undefined ? undefined : expandVariables(value, globals));
        if (given !== undefined) globals[name] = given;
      }
    }
  }
  return stages.map((stage) => ({
    ...stage,
    instructions: stage.instructions.map((instruction) => withGlobals(instruction, globals)),
  }));
}

/** `ARG NAME` inside a stage takes the value of the same ARG before the first FROM. */
function withGlobals(instruction: DockerInstruction, globals: Record<string, string>): DockerInstruction {
  if (instruction.keyword !== "ARG") return instruction;
  return {
    ...instruction,
    pairs: instruction.pairs.map(([name, value]) => [name, value ?? globals[name]] as const),
  };
}

interface WithProperties {
  getProperties(): { getName(): string; getUnescapedValue(): string | null }[];
}
interface WithFlags {
  getFlags(): { getName(): string; getValue(): string | null }[];
}

function read(raw: Instruction): DockerInstruction {
  const text = raw.getArgumentsContent() ?? "";
  const array = jsonArray(text);
  const flags = "getFlags" in raw ? (raw as Instruction & WithFlags).getFlags() : [];
  const properties = "getProperties" in raw ? (raw as Instruction & WithProperties).getProperties() : [];
  return {
    keyword: raw.getKeyword(),
    flags: Object.fromEntries(flags.map((flag) => [flag.getName(), flag.getValue() ?? ""])),
    words: array ?? raw.getArguments().map((argument) => argument.getValue()),
    json: array !== undefined,
    text,
    pairs: properties.map(
      (property) => [property.getName(), property.getUnescapedValue() ?? undefined] as const,
    ),
  };
}

function jsonArray(text: string): string[] | undefined {
  if (!text.trimStart().startsWith("[")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined;
  } catch {
    // Docker, too, takes a broken array for the shell form.
    return undefined;
  }
}
