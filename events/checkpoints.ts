/**
 * Where the results bucket keeps what unfinished jobs have saved, when no file system does; no pipeline's name starts
 * like this. What is left there of a job that is over expires.
 */
export const CHECKPOINTS_PREFIX = "_checkpoints/";

/** The folder of a job's checkpoint, below the prefix or on a file system. */
export function checkpointFolderOf({ pipeline, jobId }: { pipeline: string; jobId: string }): string {
  return `${pipeline}/${jobId}`;
}
