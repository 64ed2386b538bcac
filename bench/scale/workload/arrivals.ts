import type { Pipeline } from "../../../events/pipeline.ts";
import { GENERIC_PIPELINE, pipelineForKey } from "../../../events/routing.ts";
import type { Random } from "../engine/random.ts";
import type { Sizes } from "./sizes.ts";
import { cpuSeconds } from "./work.ts";
import type { Cohort } from "./workload.ts";

const DAY = 86_400;

interface Kind {
  readonly sizes: Sizes;
  readonly poisonShare?: number;
}

/** Objects a second, as a function of time, until `until`. */
export function* poisson(
  perSecond: number,
  until: number,
  kind: Kind,
  pipelines: readonly Pipeline[],
  random: Random,
): Generator<Cohort> {
  for (let at = random.exponential(1 / perSecond); at < until; at += random.exponential(1 / perSecond)) {
    yield oneObject(at, kind, pipelines, random);
  }
}

/** All within `seconds` from `from` on. */
export function* burst(
  objects: number,
  from: number,
  seconds: number,
  kind: Kind,
  pipelines: readonly Pipeline[],
  random: Random,
): Generator<Cohort> {
  for (let index = 0; index < objects; index++) {
    yield oneObject(from + (seconds * index) / objects, kind, pipelines, random);
  }
}

/** Of a day's objects, those that come evenly; the others come from 7 to 19 h, most of them at one. */
const EVEN_SHARE = 0.15;
const OFFICE = { from: 7 * 3_600, to: 19 * 3_600 };

/** Objects a second at a time of a working day that has `objects`. */
export function workingDayRate(objects: number, at: number): number {
  const even = (EVEN_SHARE * objects) / DAY;
  const inDay = at % DAY;
  if (inDay < OFFICE.from || inDay > OFFICE.to) return even;
  const length = OFFICE.to - OFFICE.from;
  const phase = (Math.PI * (inDay - OFFICE.from)) / length;
  return even + (((1 - EVEN_SHARE) * objects * Math.PI) / (2 * length)) * Math.sin(phase);
}

/** A working day, each object by itself. */
export function* workingDay(
  objects: number,
  kind: Kind,
  pipelines: readonly Pipeline[],
  random: Random,
): Generator<Cohort> {
  // Thinning: arrivals at the highest rate, of which the share that is due now is kept.
  const most = workingDayRate(objects, (OFFICE.from + OFFICE.to) / 2);
  for (let at = random.exponential(1 / most); at < DAY; at += random.exponential(1 / most)) {
    if (random.chance(workingDayRate(objects, at) / most)) yield oneObject(at, kind, pipelines, random);
  }
}

/** Sizes that are drawn to see how they are spread. */
const SAMPLE = 1_000_000;

/**
 * A working day of far more objects than can be told apart: of each second, those of a size class are one cohort. Classes
 * follow from a sample of the sizes; the remainder of each carries over, so that none is lost.
 */
export function* aggregatedDay(
  objects: number,
  kind: Kind,
  pipelines: readonly Pipeline[],
  random: Random,
): Generator<Cohort> {
  const classes = sizeClasses(kind.sizes, pipelines, random);
  const carried = new Float64Array(classes.length);
  for (let second = 0; second < DAY; second++) {
    const rate = workingDayRate(objects, second);
    for (const [index, { share, ...alike }] of classes.entries()) {
      const due = (carried[index] ?? 0) + rate * share;
      const count = Math.floor(due);
      carried[index] = due - count;
      if (count > 0) yield { ...alike, at: second + index / classes.length, count, poison: false };
    }
  }
}

interface SizeClass extends Pick<Cohort, "bytes" | "pipeline" | "cpu"> {
  readonly share: number;
}

/** Objects within a factor of four are one class, of their mean. */
function sizeClasses(sizes: Sizes, pipelines: readonly Pipeline[], random: Random): SizeClass[] {
  const groups = new Map<string, { bytes: number; count: number; pipeline: Pipeline }>();
  for (let index = 0; index < SAMPLE; index++) {
    const pipeline = pipelineOf(index, pipelines);
    const bytes = sizes.draw(random);
    const key = `${pipeline.name} ${Math.max(8, Math.floor(Math.log2(bytes) / 2))}`;
    const group = groups.get(key) ?? { bytes: 0, count: 0, pipeline };
    group.bytes += bytes;
    group.count++;
    groups.set(key, group);
  }
  return [...groups.values()].map(({ bytes, count, pipeline }) => ({
    share: count / SAMPLE,
    bytes: Math.round(bytes / count),
    pipeline,
    cpu: cpuSeconds(bytes / count, pipeline),
  }));
}

function oneObject(at: number, kind: Kind, pipelines: readonly Pipeline[], random: Random): Cohort {
  const pipeline = pipelineOf(random.chance(0.5) ? 0 : 1, pipelines);
  const bytes = kind.sizes.draw(random);
  const poison = random.chance(kind.poisonShare ?? 0);
  return { at, count: 1, bytes, pipeline, cpu: cpuSeconds(bytes, pipeline), poison };
}

/** Every other object is a table. @throws RangeError when there is no pipeline for it */
export function pipelineOf(index: number, pipelines: readonly Pipeline[]): Pipeline {
  const pipeline = pipelineForKey(pipelines, index % 2 === 0 ? "upload.csv" : "upload.bin");
  if (!pipeline) throw new RangeError(`There is no pipeline ${GENERIC_PIPELINE}`);
  return pipeline;
}
