import { now } from "../lib/clock.ts";
import { ago, instant } from "../lib/format.ts";

/** How long ago, kept up to date; the whole date is in its title. */
export function Ago({ time }: { readonly time: string }) {
  return (
    <time dateTime={time} title={instant(time)}>
      {ago(time, now.value)}
    </time>
  );
}
