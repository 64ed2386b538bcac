import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** In the package that infra/packaging/ makes, beside what is compiled. */
const SOURCES = join(ROOT, "sources");

/** The folder that holds the sources of functions and containers: the repository, or their copy in the package. */
export const PROJECT_ROOT = existsSync(SOURCES) ? SOURCES : ROOT;
