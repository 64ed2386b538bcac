import type { MediaContent } from "../../../../../events/results/media.ts";
import { count, duration, label } from "../lib/format.ts";
import { Card } from "../ui/card.tsx";
import { Facts } from "../ui/facts.tsx";

export function MediaResult({ content }: { readonly content: MediaContent }) {
  const { container, durationSeconds, streams, lossless, tags } = content;
  return (
    <>
      <Card title="Media" note={durationSeconds === undefined ? undefined : duration(durationSeconds * 1000)}>
        <Facts
          facts={[
            ["Container", container],
            ["Duration", durationSeconds === undefined ? undefined : duration(durationSeconds * 1000)],
            ["Streams", count(streams.length)],
            ["Lossless", lossless === undefined ? undefined : lossless ? "yes" : "no"],
          ]}
        />
      </Card>
      {streams.length > 0 && (
        <Card title="Streams" class="bare">
          <ul class="columns">
            {streams.map((stream, index) => (
              <li class="column" key={index}>
                <div class="column-head">
                  <h3>
                    {index + 1}. {stream.kind}
                  </h3>
                  <span class="type">{stream.codec ?? "unknown codec"}</span>
                </div>
                <Facts
                  facts={[
                    ["Picture", stream.width && stream.height && `${stream.width} × ${stream.height}`],
                    ["Sample rate", stream.sampleRate && `${count(stream.sampleRate / 1000)} kHz`],
                    ["Channels", stream.channels && count(stream.channels)],
                    ["Bits a sample", stream.bitsPerSample && count(stream.bitsPerSample)],
                    ["Bit rate", stream.bitrate && `${count(Math.round(stream.bitrate / 1000))} kbit/s`],
                    ["Language", stream.language],
                  ]}
                />
              </li>
            ))}
          </ul>
        </Card>
      )}
      {Object.keys(tags).length > 0 && (
        <Card title="Tags">
          <Facts facts={Object.entries(tags).map(([name, value]) => [label(name), String(value)] as const)} />
        </Card>
      )}
    </>
  );
}
