import type { EvaluationRule, Slot } from "../../../local/cloudwatch/alarms/decide.ts";
import { decideState, evaluationRange } from "../../../local/cloudwatch/alarms/decide.ts";
import { evaluate } from "../../../local/cloudwatch/math/evaluate.ts";
import { parseExpression } from "../../../local/cloudwatch/math/parse.ts";
import { seriesOf } from "../../../local/cloudwatch/math/value.ts";

export interface AlarmReport {
  readonly state: "OK" | "ALARM" | "INSUFFICIENT_DATA";
  /** Whether it was in another state a minute ago. */
  readonly raised: boolean;
  readonly datapoints: readonly number[];
}

/** An alarm as the template has it: metric math over one-minute metrics, evaluated as the local runtime does. */
export class MinuteAlarm {
  readonly #expression: ReturnType<typeof parseExpression>;
  readonly #rule: EvaluationRule;
  readonly #slots: Slot[] = [];
  #state: AlarmReport["state"] = "INSUFFICIENT_DATA";

  constructor(expression: string, rule: EvaluationRule) {
    this.#expression = parseExpression(expression);
    this.#rule = rule;
  }

  get threshold(): number {
    return this.#rule.threshold;
  }

  /** A minute has passed. @param metrics of that minute, by the names that the expression uses */
  minute(metrics: Readonly<Record<string, number>>): AlarmReport {
    const value = evaluate(this.#expression, {
      resolve: (id) => seriesOf([[0, metrics[id] ?? Number.NaN]]),
      periods: [0],
      period: 60,
      metrics: () => [],
    });
    const length = evaluationRange(this.#rule.evaluationPeriods);
    this.#slots.push(value.kind === "series" ? value.series.get(0) : undefined);
    if (this.#slots.length > length) this.#slots.shift();
    const range = [...Array<Slot>(length - this.#slots.length).fill(undefined), ...this.#slots];
    const evaluation = decideState(range, this.#rule);
    const state = evaluation.state ?? this.#state;
    const raised = state === "ALARM" && this.#state !== "ALARM";
    this.#state = state;
    const datapoints = evaluation.evaluated.flatMap((position) => range[position] ?? []);
    return { state, raised, datapoints };
  }
}
