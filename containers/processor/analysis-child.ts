import { serveAnalyses } from "../kit/worker/serve-analyses.ts";
import { analyzeFile } from "./analyze-file.ts";

serveAnalyses(analyzeFile);
