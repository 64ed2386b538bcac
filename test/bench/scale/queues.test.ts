import { describe, expect, it } from "vitest";
import { MessageQueue } from "../../../bench/scale/aws/message-queue.ts";
import { WorkerPool } from "../../../bench/scale/aws/worker-pool.ts";
import { Random } from "../../../bench/scale/engine/random.ts";
import { Simulation } from "../../../bench/scale/engine/simulation.ts";
import { Ledger } from "../../../bench/scale/figures/ledger.ts";
import { USUAL_WORLD } from "../../../bench/scale/workload/workload.ts";
import { pipelines } from "../../../infra/pipelines.ts";

const [pipeline] = pipelines;
if (!pipeline) throw new Error("there is no pipeline");

/** Objects through `workers` of one vCPU that take one at a time. */
async function serve(arrivals: readonly number[], seconds: number, workers: number): Promise<Ledger> {
  const simulation = new Simulation();
  const ledger = new Ledger();
  const queue = new MessageQueue();
  const pool = new WorkerPool(simulation, ledger, USUAL_WORLD, queue, {
    size: { cpu: 1_024, memoryMiB: 2_048 },
    concurrency: 1,
    afterFailure: () => ({ kind: "end", record: "on-record" }),
  });
  for (let index = 0; index < workers; index++) pool.add({ onEnd: () => {} });
  for (const at of arrivals) {
    simulation.at(at, () => {
      ledger.arrived++;
      const cohort = { at, count: 1, bytes: 0, pipeline, cpu: seconds, poison: false } as never;
      queue.send({ cohort, count: 1, receives: 0, attempts: 0 });
    });
  }
  await simulation.run();
  return ledger;
}

describe("workers at a queue, against what queueing theory says", () => {
  it.each([0.3, 0.6, 0.8])("one worker, constant service, load %d: the mean wait of M/D/1", async (load) => {
    const service = 20;
    const random = new Random(11);
    let at = 10;
    const arrivals = Array.from({ length: 60_000 }, () => {
      at += random.exponential(service / load);
      return at;
    });
    const ledger = await serve(arrivals, service, 1);
    const expected = service + (load * service) / (2 * (1 - load));
    expect(ledger.times.mean / expected).toBeGreaterThan(0.95);
    expect(ledger.times.mean / expected).toBeLessThan(1.05);
  });

  it("a burst of N at c workers takes N / c times the service, as D/D/c does", async () => {
    const ledger = await serve(
      Array.from({ length: 600 }, () => 10),
      5,
      6,
    );
    expect(ledger.times.count).toBe(600);
    expect(ledger.times.max).toBeGreaterThan(500);
    expect(ledger.times.max).toBeLessThan(507);
    expect(ledger.times.quantile(0.5)).toBeGreaterThan(240);
    expect(ledger.times.quantile(0.5)).toBeLessThan(260);
  });
});

it("a queue gives what it was sent, the oldest first, and counts what is left", () => {
  const queue = new MessageQueue();
  const send = (at: number, count: number) =>
    queue.send({ cohort: { at } as never, count, receives: 0, attempts: 0 });
  send(1, 3);
  send(2, 9);
  expect(queue.oldest).toBe(1);
  expect(queue.receive(10).map(({ cohort, count }) => [cohort.at, count])).toEqual([
    [1, 3],
    [2, 7],
  ]);
  expect([queue.visible, queue.oldest]).toEqual([2, 2]);
  queue.receive(10);
  expect([queue.visible, queue.oldest, queue.receive(1)]).toEqual([0, undefined, []]);
});
