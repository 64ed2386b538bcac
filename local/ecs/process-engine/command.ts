import { existsSync } from "node:fs";
import path from "node:path";
import type { ContainerRoot } from "./container-root.ts";

/**
 * A container's command as this machine can run it: image paths are translated, in shell text too, and `node`
 * is the runtime's own.
 * @throws Error when there is no command
 */
export function hostCommand(command: readonly string[], root: ContainerRoot): [string, ...string[]] {
  const [program, ...args] = command;
  if (program === undefined || program === "") throw new Error("No command specified");
  const shell = /(^|\/)(ba|da|z)?sh$/.test(program);
  let scriptPending = path.posix.basename(program) === "node";
  const translated = args.map((argument, index) => {
    if (shell && /^-\w*c$/.test(args[index - 1] ?? "")) return translateShellText(argument, root);
    if (scriptPending && !argument.startsWith("-")) {
      scriptPending = false;
      // Given by its path in the build context, so that a script can tell that it is the main module.
      const script = root.toHost(root.resolve(argument));
      if (script && existsSync(script)) return script;
    }
    return translateArgument(argument, root);
  });
  return [hostProgram(program, root), ...translated];
}

function hostProgram(program: string, root: ContainerRoot): string {
  if (!program.includes("/")) return program;
  const own = root.toHost(program);
  if (own) return own;
  // Images keep Node.js in different places; here there is one.
  return path.posix.basename(program) === "node" && !existsSync(program) ? process.execPath : program;
}

/** `/app/x` and `--flag=/app/x`. */
function translateArgument(argument: string, root: ContainerRoot): string {
  const [, flag = "", value = ""] = /^(-[\w-]+=)?(\/.*)$/s.exec(argument) ?? [];
  return `${flag}${root.toHost(value) ?? value}` || argument;
}

function translateShellText(text: string, root: ContainerRoot): string {
  return text.replace(
    /(^|[\s"'=:;(&|<>])(\/[^\s"':;()&|<>$]+)/g,
    (match: string, before: string, imagePath: string) => {
      const host = root.toHost(imagePath);
      return host ? `${before}${host}` : match;
    },
  );
}

/** Translates a variable whose whole value is an absolute path or a list of them; leaves all others alone. */
export function translateVariable(value: string, root: ContainerRoot): string {
  if (!/^\/[^:]*(:\/[^:]*)*$/.test(value)) return value;
  return value
    .split(":")
    .map((segment) => root.toHost(segment) ?? segment)
    .join(":");
}
