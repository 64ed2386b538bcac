import type { Config } from "../config.ts";

/** What settings say to each other: problems, each naming the settings that do not go together. */
export type Rule = (config: Config) => readonly string[];
