import { useState } from "preact/hooks";
import type { ClusterTask, TaskList } from "../../../../api/schemas/cluster.ts";
import { api } from "../../api/client.ts";
import { capacityName } from "../../lib/capacity.ts";
import { now } from "../../lib/clock.ts";
import { duration, familyOf, shortName } from "../../lib/format.ts";
import type { Tone } from "../../lib/statuses.ts";
import { useLoad } from "../../lib/use-load.ts";
import { Card } from "../../ui/card.tsx";
import { Empty, Fault, Loading } from "../../ui/notice.tsx";
import { Badge } from "../../ui/status.tsx";
import { Ago } from "../../ui/time.tsx";
import { shortLabel } from "./history.ts";

const STOPPED_MS = 10_000;

export function Tasks({ running }: { readonly running: TaskList | undefined }) {
  const [state, setState] = useState<"running" | "stopped">("running");
  return (
    <Card
      title="Tasks"
      note={state === "stopped" ? "ECS knows stopped tasks for about an hour" : undefined}
      aside={
        <fieldset class="spans">
          <legend class="hidden">Which tasks</legend>
          {(["running", "stopped"] as const).map((each) => (
            <button key={each} type="button" aria-pressed={state === each} onClick={() => setState(each)}>
              {each}
            </button>
          ))}
        </fieldset>
      }
    >
      {state === "running" ? <Table list={running} state={state} /> : <Stopped />}
    </Card>
  );
}

function Stopped() {
  const { value, error, reload } = useLoad(
    "stopped",
    (signal) => api.listTasks("stopped", signal),
    STOPPED_MS,
  );
  if (error !== undefined && !value) return <Fault error={error} retry={reload} />;
  return <Table list={value} state="stopped" />;
}

function Table({
  list,
  state,
}: {
  readonly list: TaskList | undefined;
  readonly state: "running" | "stopped";
}) {
  if (!list) return <Loading what="Reading tasks" lines={3} />;
  if (list.tasks.length === 0) {
    return (
      <Empty icon="cluster" title={state === "running" ? "No task runs" : "No task has stopped lately"}>
        <p>
          {state === "running"
            ? "Drop a file, and a task starts for it."
            : "Those that stop are listed here for an hour."}
        </p>
      </Empty>
    );
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a frame that scrolls can be scrolled by keys
    <section class="scroll" tabIndex={0} aria-label="Tasks, scrolls sideways">
      <table class="list">
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Task</th>
            <th scope="col">Group</th>
            <th scope="col">Capacity</th>
            <th scope="col">Size</th>
            <th scope="col">{state === "running" ? "Runs" : "Stopped"}</th>
          </tr>
        </thead>
        <tbody>
          {list.tasks.map((task) => (
            <tr key={task.taskArn}>
              <td>
                <Badge tone={toneOf(task)}>{capacityName(task.lastStatus)}</Badge>
              </td>
              <th scope="row">
                <code title={task.taskArn}>{task.taskId.slice(0, 12)}</code>
                <span class="quiet small"> {familyOf(task.definition)}</span>
              </th>
              <td>{shortLabel(shortName(task.group))}</td>
              <td>{capacityName(task.capacity)}</td>
              <td class="nowrap">{sizeOf(task)}</td>
              <td class={state === "running" ? "nowrap" : ""}>
                {state === "running" ? (
                  task.startedAt && duration(now.value - Date.parse(task.startedAt))
                ) : (
                  <>
                    {task.stoppedAt && <Ago time={task.stoppedAt} />}
                    <span class="quiet small stop-reason">{task.stoppedReason}</span>
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {list.truncated && <p class="quiet small">There are more tasks than are listed.</p>}
    </section>
  );
}

function sizeOf({ cpu, memoryMiB }: ClusterTask): string {
  return cpu && memoryMiB ? `${cpu / 1024} vCPU, ${memoryMiB / 1024} GiB` : "";
}

const EXPECTED = new Set(["ServiceSchedulerInitiated", "UserInitiated"]);

function toneOf({ lastStatus, desiredStatus, health, stopCode, stoppedReason }: ClusterTask): Tone {
  if (lastStatus === "STOPPED") {
    const wrong =
      stopCode !== undefined && !EXPECTED.has(stopCode) && stopCode !== "EssentialContainerExited";
    return wrong || /OutOfMemory|error/i.test(stoppedReason ?? "") ? "bad" : "still";
  }
  if (health === "UNHEALTHY") return "bad";
  return lastStatus === "RUNNING" && desiredStatus === "RUNNING" ? "good" : "busy";
}
