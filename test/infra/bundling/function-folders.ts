import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../../infra/project-root.ts";

/** Folders of `functions/` that have a handler. */
export function functionFolders(): string[] {
  const functions = join(PROJECT_ROOT, "functions");
  return readdirSync(functions)
    .filter((folder) => existsSync(join(functions, folder, "handler.ts")))
    .sort();
}
