import type { Clock } from "../clock.ts";
import { parseScheduleExpression } from "./decide/schedule.ts";
import type { ScheduledAction } from "./model.ts";
import type { Scaler } from "./scaler.ts";
import { type AutoScalingStore, keyOf } from "./store.ts";

/** Runs scheduled actions at their time. */
export class Scheduler {
  readonly #store: AutoScalingStore;
  readonly #scaler: Scaler;
  readonly #clock: Clock;
  #cancel: (() => void) | undefined;
  #started = false;

  constructor(store: AutoScalingStore, scaler: Scaler, clock: Clock) {
    this.#store = store;
    this.#scaler = scaler;
    this.#clock = clock;
  }

  start(): void {
    this.#started = true;
    this.plan();
  }

  stop(): void {
    this.#started = false;
    this.#cancel?.();
  }

  /** Looks again when the next action is due, after actions have changed. */
  plan(): void {
    this.#cancel?.();
    if (!this.#started) return;
    const due = this.#store.actions.all().flatMap((action) => nextRun(action) ?? []);
    if (due.length === 0) return;
    this.#cancel = this.#clock.schedule(Math.max(0, Math.min(...due) - this.#clock.now()), () => {
      this.#runDue();
      this.plan();
    });
  }

  /** Runs what is due in the order of its times; of an action's missed runs, as after a stop, the last. */
  #runDue(): void {
    const now = this.#clock.now();
    const due = this.#store.actions.all().flatMap((action) => {
      const at = lastDue(action, now);
      return at === undefined ? [] : [{ action, at }];
    });
    for (const { action } of due.sort((a, b) => a.at - b.at)) {
      this.#store.actions.put(keyOf(action.resourceId, action.name), { ...action, ran: now });
      this.#run(action);
    }
  }

  #run(action: ScheduledAction): void {
    const target = this.#store.targets.get(action.resourceId);
    if (!target || target.suspended.ScheduledScalingSuspended) return;
    const min = action.min ?? target.min;
    const max = action.max ?? target.max;
    const said = [
      ...(action.min === undefined ? [] : [`min capacity to ${min}`]),
      ...(action.max === undefined ? [] : [`max capacity to ${max}`]),
    ].join(" and ");
    const common = {
      resourceId: action.resourceId,
      description: `Setting ${said}`,
      cause: `scheduled action name ${action.name} was triggered`,
      endTime: this.#clock.now(),
    };
    if (min > max) {
      const statusMessage = `Failed to set ${said}. Reason: the minimum ${min} is more than the maximum ${max}`;
      this.#scaler.note({ ...common, status: "Failed", statusMessage });
      return;
    }
    const changed = { ...target, min, max };
    this.#store.targets.put(target.resourceId, changed);
    this.#scaler.note({ ...common, status: "Successful", statusMessage: `Successfully set ${said}` });
    this.#scaler.enforceLimits(changed);
  }
}

/** When an action runs next: from its last run, or from when it was made; not before its start, nor after its end. */
export function nextRun(action: ScheduledAction, since = 0): number | undefined {
  const { schedule, timezone, created, startTime, endTime, ran } = action;
  const anchor = startTime ?? created;
  const after = Math.max(ran ?? created, (startTime ?? 0) - 1, since);
  const next = parseScheduleExpression(schedule, timezone)(after, anchor);
  return next !== undefined && endTime !== undefined && next > endTime ? undefined : next;
}

/** Missed runs are looked for as far back as this, when there is one. */
const MISSED_MS = 2 * 86_400_000;

function lastDue(action: ScheduledAction, now: number): number | undefined {
  const first = nextRun(action);
  if (first === undefined || first > now) return undefined;
  let last = first;
  for (
    let next = nextRun(action, now - MISSED_MS);
    next !== undefined && next <= now;
    next = nextRun(action, next)
  ) {
    last = next;
  }
  return last;
}
