import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { type DockerInstruction, type DockerStage, parseDockerfile } from "./dockerfile.ts";
import { expandVariables } from "./expand-variables.ts";
import { emptyFolder, type FolderNode, folderAt, isFolder, linkTo, nodeAt, place } from "./file-tree.ts";
import type { ImageSource } from "./image-store.ts";

/** What an image says about how it runs, read from its Dockerfile without building it. */
export interface Image {
  readonly entryPoint: readonly string[];
  readonly command: readonly string[];
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** @default "SIGTERM" */
  readonly stopSignal: NodeJS.Signals;
  readonly files: FolderNode;
}

/** PATH inside an image that sets none. */
export const IMAGE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Base images whose own entry point a Dockerfile may rely on. */
const BASE_ENTRY_POINTS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/(^|\/)distroless\/nodejs\d/, ["node"]],
];

interface StageState {
  entryPoint: string[];
  command: string[];
  workingDirectory: string;
  environment: Record<string, string>;
  shell: string[];
  stopSignal: NodeJS.Signals;
  files: FolderNode;
}

/**
 * Reads an asset's Dockerfile. RUN is not run: the command finds its dependencies on this machine. Nor are USER
 * (a process keeps the runtime's user), EXPOSE, HEALTHCHECK (which ECS ignores as well) and LABEL played.
 * @throws Error when the Dockerfile is missing or has no such stage
 */
export function readImage(source: ImageSource): Image {
  const file = path.resolve(source.contextDirectory, source.dockerfile);
  const stages = parseDockerfile(readFileSync(file, "utf8"), source.buildArgs);
  const states: StageState[] = [];
  const target = source.target
    ? stages.findIndex((stage) => stage.name?.toLowerCase() === source.target?.toLowerCase())
    : stages.length - 1;
  if (target < 0) throw new Error(`${source.target ?? "a FROM instruction"} is not in ${file}`);
  const stateOf = (reference: string): StageState | undefined => {
    const index = stages.findLastIndex(
      (stage, at) => at < states.length && stage.name?.toLowerCase() === reference.toLowerCase(),
    );
    return states[index === -1 ? (/^\d+$/.test(reference) ? Number(reference) : -1) : index];
  };
  for (const stage of stages.slice(0, target + 1)) states.push(buildStage(stage, source, stateOf));
  const state = states[target];
  if (!state) throw new Error(`no stage in ${file}`);
  return state;
}

function buildStage(
  stage: DockerStage,
  source: ImageSource,
  stateOf: (reference: string) => StageState | undefined,
): StageState {
  const base = stateOf(stage.from);
  const state: StageState = base
    ? { ...structuredClone({ ...base, files: undefined }), files: cloneFiles(base.files) }
    : {
        entryPoint: [...(BASE_ENTRY_POINTS.find(([pattern]) => pattern.test(stage.from))?.[1] ?? [])],
        command: [],
        workingDirectory: "/",
        environment: { PATH: IMAGE_PATH },
        shell: ["/bin/sh", "-c"],
        stopSignal: "SIGTERM",
        files: emptyFolder(),
      };
  const args: Record<string, string> = {};
  for (const instruction of stage.instructions) {
    apply(state, args, instruction, source, stateOf);
  }
  return state;
}

function apply(
  state: StageState,
  args: Record<string, string>,
  instruction: DockerInstruction,
  source: ImageSource,
  stateOf: (reference: string) => StageState | undefined,
): void {
  const variables = { ...args, ...state.environment };
  const expand = (text: string) => expandVariables(text, variables);
  switch (instruction.keyword) {
    case "ARG":
      for (const [name, value] of instruction.pairs) {
        const given = source.buildArgs?.[name] ?? (value === undefined ? undefined : expand(value));
        if (given !== undefined) args[name] = given;
      }
      return;
    case "ENV":
      for (const [name, value] of instruction.pairs) state.environment[name] = expand(value ?? "");
      return;
    case "WORKDIR":
      state.workingDirectory = path.posix.resolve(state.workingDirectory, expand(instruction.text.trim()));
      folderAt(state.files, state.workingDirectory);
      return;
    case "VOLUME":
      for (const word of instruction.words) folderAt(state.files, expand(word));
      return;
    case "SHELL":
      state.shell = [...instruction.words];
      return;
    case "STOPSIGNAL":
      state.stopSignal = expand(instruction.text.trim()) as NodeJS.Signals;
      return;
    case "ENTRYPOINT":
      state.entryPoint = commandOf(instruction, state.shell);
      // As Docker does: a new entry point drops the base image's command.
      state.command = [];
      return;
    case "CMD":
      state.command = commandOf(instruction, state.shell);
      return;
    case "COPY":
    case "ADD":
      copy(state, instruction, expand, source, stateOf);
      return;
  }
}

function commandOf(instruction: DockerInstruction, shell: readonly string[]): string[] {
  return instruction.json ? [...instruction.words] : [...shell, instruction.text];
}

/**
 * What a stage takes from another is found only where that stage had it from the context; what its RUN made
 * (node_modules, say) is not there, and Node.js finds packages by looking upwards from the context folder.
 */
function copy(
  state: StageState,
  instruction: DockerInstruction,
  expand: (text: string) => string,
  source: ImageSource,
  stateOf: (reference: string) => StageState | undefined,
): void {
  const words = instruction.words.map(expand);
  const destination = words.at(-1);
  const sources = words.slice(0, -1).filter((word) => !/^(https?:|git@|<<)/.test(word));
  if (destination === undefined) return;
  const target = path.posix.resolve(state.workingDirectory, destination);
  const from = instruction.flags.from;
  for (const word of sources) {
    const nodes = from === undefined ? contextNodes(source, word) : stageNodes(stateOf(from), word);
    for (const { name, node } of nodes) {
      if (isFolder(node)) place(state.files, target, node);
      else if (
        destination.endsWith("/") ||
        destination === "." ||
        sources.length > 1 ||
        isPlacedFolder(state, target)
      ) {
        place(state.files, path.posix.join(target, name), node);
      } else place(state.files, target, node);
    }
  }
}

function isPlacedFolder(state: StageState, target: string): boolean {
  const node = nodeAt(state.files, target);
  return node !== undefined && isFolder(node);
}

function contextNodes(source: ImageSource, word: string) {
  const pattern = path.posix.normalize(word).replace(/^\/+/, "") || ".";
  const names = /[*?[]/.test(pattern) ? globSync(pattern, { cwd: source.contextDirectory }) : [pattern];
  return names.flatMap((name) => {
    const node = linkTo(path.join(source.contextDirectory, name));
    return node ? [{ name: path.basename(name), node }] : [];
  });
}

function stageNodes(state: StageState | undefined, word: string) {
  const node = state ? nodeAt(state.files, path.posix.resolve("/", word)) : undefined;
  return node ? [{ name: path.posix.basename(word), node }] : [];
}

function cloneFiles(files: FolderNode): FolderNode {
  const copyOf = emptyFolder();
  place(copyOf, "/", files);
  return copyOf;
}
