import { writeFileSync } from "node:fs";
import { readSupport } from "./read-support.ts";
import { renderSupport } from "./render.ts";

/** Writes `docs/local-support.md` anew. */
writeFileSync(new URL("../../docs/local-support.md", import.meta.url), renderSupport(await readSupport()));
