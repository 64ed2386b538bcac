import type { History } from "../../../api/schemas/cluster.ts";
import { api } from "../api/client.ts";
import { TimeChart, type TimeChartProps } from "../charts/time-chart.tsx";
import { count } from "../lib/format.ts";
import { query, setQuery } from "../lib/router.ts";
import { useLoad } from "../lib/use-load.ts";
import { Card } from "../ui/card.tsx";
import { Empty, Fault, Loading } from "../ui/notice.tsx";
import { Page } from "../ui/page.tsx";
import { type Plot, plotOf, tasksBy } from "./cluster/history.ts";
import { Queues } from "./cluster/queues.tsx";
import { Scaling } from "./cluster/scaling.tsx";
import { Services } from "./cluster/services.tsx";
import { Tasks } from "./cluster/tasks.tsx";
import "../styles/cluster.css";

/** Metrics come by the minute; tasks and queues are looked at more often. */
const HISTORY_MS = 20_000;
const NOW_MS = 3_000;

const SPANS = [
  ["1h", "1 hour", 3_600_000],
  ["6h", "6 hours", 21_600_000],
  ["24h", "1 day", 86_400_000],
] as const;

export function Cluster() {
  const asked = query.value.get("span") ?? "1h";
  const [span, , spanMs] = SPANS.find(([name]) => name === asked) ?? SPANS[0];
  const from = () => new Date(Date.now() - spanMs).toISOString();
  const history = useLoad(`history ${span}`, (signal) => api.history({ from: from() }, signal), HISTORY_MS);
  const scaling = useLoad("scaling", (signal) => api.listScaling(signal), HISTORY_MS);
  const tasks = useLoad("running", (signal) => api.listTasks("running", signal), NOW_MS);
  const queues = useLoad("queues", (signal) => api.listQueues(signal), NOW_MS);
  const services = useLoad("services", (signal) => api.listServices(signal), NOW_MS);
  const since = Date.now() - spanMs;
  const decisions = scaling.value?.decisions ?? [];
  const marks = decisions
    .filter(({ at }) => Date.parse(at) >= since)
    .map(({ at, description }) => ({ time: Date.parse(at), label: description }));
  const failed = [tasks, queues, services, history, scaling].filter(({ error }) => error !== undefined);
  const retry = () => {
    for (const { reload } of failed) reload();
  };
  return (
    <Page
      title="Cluster"
      lead="What runs now, what waits, and why there is more or less of it."
      aside={
        <fieldset class="spans">
          <legend class="hidden">Time that the charts show</legend>
          {SPANS.map(([name, text]) => (
            <button
              key={name}
              type="button"
              aria-pressed={name === span}
              onClick={() => setQuery({ span: name === "1h" ? undefined : name })}
            >
              {text}
            </button>
          ))}
        </fieldset>
      }
    >
      {failed[0] && <Fault error={failed[0].error} retry={retry} />}
      <Now
        running={tasks.value?.counts.filter(({ lastStatus }) => lastStatus === "RUNNING")}
        starting={tasks.value?.counts.filter(({ lastStatus }) => lastStatus !== "RUNNING")}
        waiting={queues.value?.queues.filter(({ kind }) => kind === "work")}
        dead={queues.value?.queues.filter(({ kind }) => kind === "dead-letters")}
      />
      <div class="two">
        <Card title="Tasks by capacity provider" note="Dotted lines are scaling decisions">
          <Chart
            history={history}
            plot={(value) => tasksBy(value, 1)}
            title="Tasks by capacity provider"
            marks={marks}
            stacked
            whole
            step
          />
        </Card>
        <Card title="Tasks by state" note="As ECS counts them, once a minute">
          <Chart
            history={history}
            plot={(value) => tasksBy(value, 2)}
            title="Tasks by state"
            stacked
            whole
            step
          />
        </Card>
        <Card title="Queue depth" note="Messages that wait, in the five fullest queues">
          <Chart
            history={history}
            plot={(value) => plotOf(value, "queues", "count")}
            title="Queue depth"
            whole
          />
        </Card>
        <Card title="Service load" note="Of what its tasks have reserved">
          <Chart
            history={history}
            plot={(value) => plotOf(value, "services", "percent")}
            title="Service load"
            format={(share) => `${count(Math.round(share))} %`}
          />
        </Card>
      </div>
      <Scaling decisions={scaling.value?.decisions} />
      <Services services={services.value?.services} />
      <Queues queues={queues.value?.queues} onReplayed={queues.reload} />
      <Tasks running={tasks.value} />
    </Page>
  );
}

type Loaded = ReturnType<typeof useLoad<History>>;

/** A chart of the history, or why there is none. */
function Chart({
  history: { value, error },
  plot,
  ...rest
}: {
  readonly history: Loaded;
  readonly plot: (history: History) => Plot;
} & Omit<TimeChartProps, "times" | "series">) {
  if (!value) return error === undefined ? <Loading what="Reading metrics" lines={3} /> : null;
  const { times, series } = plot(value);
  if (times.length < 2 || series.length === 0) {
    return (
      <Empty icon="clock" title="Not measured yet">
        <p>Metrics come once a minute; the first points are there in two.</p>
      </Empty>
    );
  }
  return <TimeChart times={times} series={series} {...rest} />;
}

type Count = { readonly count: number };
type Depth = { readonly visible: number; readonly inFlight: number };

function Now({
  running,
  starting,
  waiting,
  dead,
}: {
  readonly running: readonly Count[] | undefined;
  readonly starting: readonly Count[] | undefined;
  readonly waiting: readonly Depth[] | undefined;
  readonly dead: readonly Depth[] | undefined;
}) {
  const tasks = (counts: readonly Count[] | undefined) => counts?.reduce((sum, { count }) => sum + count, 0);
  const depth = (queues: readonly Depth[] | undefined, of: keyof Depth) =>
    queues?.reduce((sum, queue) => sum + queue[of], 0);
  const letters = depth(dead, "visible");
  return (
    <dl class="figures">
      <Figure name="Running tasks" value={tasks(running)} />
      <Figure name="Starting or stopping" value={tasks(starting)} />
      <Figure name="Messages waiting" value={depth(waiting, "visible")} />
      <Figure name="In flight" value={depth(waiting, "inFlight")} />
      <Figure name="Dead letters" value={letters} bad={letters !== undefined && letters > 0} />
    </dl>
  );
}

function Figure({
  name,
  value,
  bad = false,
}: {
  readonly name: string;
  readonly value: number | undefined;
  readonly bad?: boolean;
}) {
  return (
    <div class="figure" data-tone={bad ? "bad" : undefined}>
      <dt>{name}</dt>
      <dd>{value === undefined ? "–" : count(value)}</dd>
    </div>
  );
}
