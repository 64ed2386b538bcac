import { useState } from "preact/hooks";
import type { Queue } from "../../../../api/schemas/cluster.ts";
import type { ReplayedLetters } from "../../../../api/schemas/dead-letters.ts";
import { api } from "../../api/client.ts";
import { announce } from "../../lib/announce.ts";
import { count, plural } from "../../lib/format.ts";
import { Card } from "../../ui/card.tsx";
import { Fault, Loading, Notice } from "../../ui/notice.tsx";

export function Queues({
  queues,
  onReplayed,
}: {
  readonly queues: readonly Queue[] | undefined;
  readonly onReplayed: () => void;
}) {
  const [said, setSaid] = useState<ReplayedLetters>();
  const [error, setError] = useState<unknown>();
  const replay = async (name: string, dryRun: boolean) => {
    setError(undefined);
    try {
      const answer = await api.replayLetters(name, dryRun);
      setSaid(answer);
      announce(wordsOf(answer));
      if (!dryRun) onReplayed();
    } catch (problem) {
      setError(problem);
    }
  };
  return (
    <Card title="Queues" note="Counts are approximate, as SQS has them">
      {!queues && <Loading what="Reading queues" lines={3} />}
      {error !== undefined && <Fault error={error} />}
      {said && (
        <Notice tone={Object.keys(said.stays).length > 0 ? "busy" : "good"} icon="retry">
          <p>{wordsOf(said)}</p>
          {Object.entries(said.stays).map(([why, letters]) => (
            <p key={why} class="quiet">
              {plural(letters, "letter")} stay: {why}
            </p>
          ))}
        </Notice>
      )}
      {queues && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a frame that scrolls can be scrolled by keys
        <section class="scroll" tabIndex={0} aria-label="Queues, scrolls sideways">
          <table class="list">
            <thead>
              <tr>
                <th scope="col">Queue</th>
                <th scope="col" class="number">
                  Waiting
                </th>
                <th scope="col" class="number">
                  In flight
                </th>
                <th scope="col" class="number">
                  Delayed
                </th>
                <th scope="col">
                  <span class="hidden">What to do</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {queues.map(({ name, kind, visible, inFlight, delayed }) => (
                <tr key={name} data-tone={kind === "dead-letters" && visible > 0 ? "bad" : undefined}>
                  <th scope="row">
                    {name}{" "}
                    {kind === "dead-letters" && !name.includes("dead") && (
                      <span class="quiet small">dead letters</span>
                    )}
                  </th>
                  <td class="number">{count(visible)}</td>
                  <td class="number">{count(inFlight)}</td>
                  <td class="number">{count(delayed)}</td>
                  <td class="tools">
                    {kind === "dead-letters" && visible > 0 && (
                      <>
                        <button
                          type="button"
                          class="button plain small"
                          aria-label={`Look where the letters of ${name} would go`}
                          onClick={() => void replay(name, true)}
                        >
                          Look
                        </button>
                        <button
                          type="button"
                          class="button small"
                          aria-label={`Replay the letters of ${name}`}
                          onClick={() => void replay(name, false)}
                        >
                          Replay
                        </button>
                      </>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Card>
  );
}

function wordsOf({ queue, dryRun, found, returned, more }: ReplayedLetters): string {
  const goes = Object.entries(returned).map(([where, letters]) => `${count(letters)} to ${where}`);
  const verb = dryRun ? "would go back" : "went back";
  const all = goes.length > 0 ? goes.join(", ") : "none";
  return `${queue}: of ${plural(found, "letter")}, ${verb}: ${all}.${more ? " There are more: replay again." : ""}`;
}
