/** States that the attempts at one job have saved, each under a name of its own. */
export interface SavedStates {
  /** The least time between two writes. */
  readonly betweenWritesMs: number;
  /** All that there are. */
  list(): Promise<readonly SavedState[]>;
  read(name: string): Promise<string>;
  write(name: string, text: string): Promise<void>;
  /** With all else that is kept for the job. */
  removeAll(): Promise<void>;
}

export interface SavedState {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly savedAt: number;
}

/** Who saves: an attempt handed back by its worker has the same number as the one that follows it, and another task. */
export interface Saver {
  readonly attempt: number;
  readonly taskArn: string;
}

export function stateName({ attempt, taskArn }: Saver): string {
  return `${attempt}-${taskArn.slice(taskArn.lastIndexOf("/") + 1)}.json`;
}

/** What an attempt goes on from: the state of the latest attempt that is not after its own, the newest of equal ones. */
export function newestBefore(states: readonly SavedState[], attempt: number): SavedState | undefined {
  const attemptOf = ({ name }: SavedState) => Number(/^(\d+)-.*\.json$/.exec(name)?.[1] ?? Number.NaN);
  return states
    .filter((state) => attemptOf(state) <= attempt)
    .toSorted((a, b) => attemptOf(b) - attemptOf(a) || b.savedAt - a.savedAt)[0];
}
