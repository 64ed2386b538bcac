import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that holds the repository. */
export const PROJECT_ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
