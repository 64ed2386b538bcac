import type { Figures } from "../figures/ledger.ts";
import { count, dollars, markdownTable, time } from "./words.ts";

/** A policy's figures under one workload. */
export interface Outcome {
  readonly policy: string;
  readonly figures: Figures;
}

const HEAD = [
  "Policy",
  "p50",
  "p95",
  "p99",
  "max",
  "a million",
  "of it tasks",
  "lost",
  "set aside",
  "late",
  "twice",
  "refused",
  "wasted",
  "vCPU",
  "flaps",
];

/** How long results took, what they cost, and what went wrong. */
export function outcomeTable(outcomes: readonly Outcome[]): string {
  return markdownTable(
    HEAD,
    outcomes.map(({ policy, figures }) => outcomeRow(policy, figures)),
  );
}

export function outcomeRow(policy: string, figures: Figures): string[] {
  const { p50, p95, p99, max, perMillion, tasksPerMillion } = figures;
  const lost = figures.lost + figures.poisonSilent;
  const late = figures.late + figures.pending;
  return [
    policy,
    ...[p50, p95, p99, max].map(time),
    dollars(perMillion),
    dollars(tasksPerMillion),
    ...[lost, figures.setAside, late, figures.twice, figures.refusedLaunches].map(count),
    `${count(figures.wastedSeconds / 3_600)} h`,
    figures.peakVcpus === 0 ? "–" : count(Math.ceil(figures.peakVcpus)),
    count(figures.flaps),
  ];
}

const PARTS = ["tasks", "events", "queue", "functions", "table", "objects", "fixed"] as const;

/** The bill for a million objects, by part. */
export function costTable(outcomes: readonly Outcome[]): string {
  return markdownTable(
    ["Policy", ...PARTS, "in all"],
    outcomes.map(({ policy, figures }) => {
      const millions = figures.arrived / 1e6;
      return [
        policy,
        ...PARTS.map((part) => dollars(figures.costs[part] / millions)),
        `**${dollars(figures.perMillion)}**`,
      ];
    }),
  );
}
