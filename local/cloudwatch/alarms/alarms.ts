import type { DatabaseSync } from "node:sqlite";
import { atomically } from "../../database.ts";
import { arn, type Realm } from "../../wire/realm.ts";
import type { Metrics } from "../metrics/metrics.ts";
import {
  type Alarm,
  type AlarmConfiguration,
  type AlarmState,
  actionsOf,
  periodOf,
  type Transition,
} from "./alarm.ts";
import type { AlarmStore, HistoryType } from "./alarm-store.ts";
import { evaluateAlarm } from "./evaluate-alarm.ts";
import { isRepeated } from "./perform-action.ts";
import { type AlarmEvent, stateChangeEvent } from "./state-change-event.ts";
import { alarmTime } from "./time-text.ts";

/** Does what an alarm's action says. */
export type Act = (actionArn: string, alarm: Alarm, transition: Transition) => Promise<unknown> | unknown;

export interface AlarmsOptions {
  readonly realm: Realm;
  readonly database: DatabaseSync;
  readonly store: AlarmStore;
  readonly metrics: Metrics;
  readonly now: () => number;
  readonly publish: (event: AlarmEvent) => void;
  readonly act: Act;
  readonly log: (line: string) => void;
}

/** Alarms shorter than a minute are evaluated every 10 s, the others every minute. */
export const HIGH_RESOLUTION_MS = 10_000;
export const STANDARD_MS = 60_000;

/** Keeps alarms, evaluates them and tells of their changes. */
export class Alarms {
  readonly #options: AlarmsOptions;

  constructor(options: AlarmsOptions) {
    this.#options = options;
  }

  get store(): AlarmStore {
    return this.#options.store;
  }

  /** Makes an alarm, or gives an existing one this configuration; its state stays. */
  put(configuration: AlarmConfiguration, tags?: Readonly<Record<string, string>>): Alarm {
    const { store, realm, now } = this.#options;
    const name = configuration.AlarmName;
    const before = store.get(name);
    if (before && JSON.stringify(before.configuration) === JSON.stringify(configuration)) {
      if (tags) store.put({ ...before, tags });
      return before;
    }
    const at = now();
    const alarm: Alarm = {
      arn: arn(realm, "cloudwatch", `alarm:${name}`),
      configuration,
      configured: at,
      state: before?.state ?? {
        value: "INSUFFICIENT_DATA",
        reason: "Unchecked: Initial alarm creation",
        updated: at,
        transitioned: at,
      },
      tags: tags ?? before?.tags ?? {},
    };
    store.put(alarm);
    this.#note(alarm, "ConfigurationUpdate", `Alarm "${name}" ${before ? "updated" : "created"}`, {
      type: before ? "Update" : "Create",
      ...(before && { previousConfiguration: before.configuration }),
      updatedAlarm: configuration,
    });
    return alarm;
  }

  delete(name: string): void {
    const alarm = this.store.get(name);
    if (!alarm) return;
    this.store.delete(name);
    this.#note(alarm, "ConfigurationUpdate", `Alarm "${name}" deleted`, {
      type: "Delete",
      deletedAlarm: alarm.configuration,
    });
  }

  /** Evaluates the alarms whose turn it is. @param atMs a whole 10 s */
  evaluate(atMs: number): void {
    for (const alarm of this.store.all()) {
      const every = periodOf(alarm.configuration) < 60 ? HIGH_RESOLUTION_MS : STANDARD_MS;
      if (atMs % every !== 0) continue;
      try {
        this.#evaluate(alarm, atMs);
      } catch (error) {
        this.#options.log(
          `cloudwatch: alarm ${alarm.configuration.AlarmName} could not be evaluated: ${(error as Error).message}`,
        );
      }
    }
  }

  /** Puts an alarm into a state, until the next evaluation says otherwise. */
  setState(alarm: Alarm, state: Pick<AlarmState, "value" | "reason" | "reasonData">): void {
    const at = this.#options.now();
    const { value } = alarm.state;
    if (value === state.value) return;
    this.#change(alarm, { ...state, updated: at, transitioned: at });
  }

  #evaluate(alarm: Alarm, atMs: number): void {
    const to = evaluateAlarm(alarm, this.#options.metrics, atMs);
    if (to && to.value !== alarm.state.value) {
      this.#change(alarm, to);
      return;
    }
    const transition: Transition = { from: alarm.state, to: to ?? alarm.state, standing: true };
    this.#actAll(alarm, transition, actionsOf(alarm.configuration, alarm.state.value).filter(isRepeated));
  }

  #change(before: Alarm, to: AlarmState): void {
    const { store, database, realm, publish } = this.#options;
    const from = before.state;
    const alarm: Alarm = { ...before, state: to };
    const transition: Transition = { from, to, standing: false };
    atomically(database, () => {
      store.put(alarm);
      this.#note(alarm, "StateUpdate", `Alarm updated from ${from.value} to ${to.value}`, {
        version: "1.0",
        oldState: historyState(from),
        newState: historyState(to),
      });
      publish(stateChangeEvent(realm, alarm, transition));
    });
    this.#actAll(alarm, transition, actionsOf(alarm.configuration, to.value));
  }

  #actAll(alarm: Alarm, transition: Transition, actions: readonly string[]): void {
    if (!alarm.configuration.ActionsEnabled) return;
    for (const action of actions) {
      this.#act(alarm, transition, action).catch((error: unknown) =>
        this.#options.log(`cloudwatch: ${error}`),
      );
    }
  }

  async #act(alarm: Alarm, transition: Transition, actionArn: string): Promise<void> {
    const { act, log } = this.#options;
    const name = alarm.configuration.AlarmName;
    let failure: string | undefined;
    try {
      await act(actionArn, alarm, transition);
    } catch (error) {
      failure = (error as Error).message;
      log(`cloudwatch: action ${actionArn} of alarm ${name} failed: ${failure}`);
    }
    if (transition.standing) return;
    const done = failure === undefined ? "Successfully executed" : "Failed to execute";
    this.#note(alarm, "Action", `${done} action ${actionArn}`.slice(0, 255), {
      actionState: failure === undefined ? "Succeeded" : "Failed",
      stateUpdateTimestamp: transition.to.updated,
      notificationResource: actionArn,
      ...(failure !== undefined && { error: failure }),
    });
  }

  #note(alarm: Alarm, type: HistoryType, summary: string, data: unknown): void {
    const { store, now } = this.#options;
    store.note({
      alarmName: alarm.configuration.AlarmName,
      at: now(),
      type,
      summary,
      data: JSON.stringify(data),
    });
  }
}

function historyState(state: AlarmState) {
  return {
    stateValue: state.value,
    stateReason: state.reason,
    ...(state.reasonData !== undefined && { stateReasonData: JSON.parse(state.reasonData) as unknown }),
    stateUpdateTime: alarmTime(state.updated),
  };
}
