import type { ImageContent } from "../../../../../events/results/images.ts";
import type { JobFile } from "../../../api/schemas/jobs.ts";
import { count, label, percent, plural } from "../lib/format.ts";
import { Card } from "../ui/card.tsx";
import { Facts } from "../ui/facts.tsx";

export function ImageResult({
  content,
  files,
  name,
}: {
  readonly content: ImageContent;
  readonly files: readonly JobFile[];
  readonly name: string;
}) {
  const thumbnails = files.filter(({ kind }) => kind === "image");
  const { width, height, dominantColours, exif, removed } = content;
  return (
    <>
      <Card title="Image" note={`${count(width)} × ${count(height)} pixels`}>
        <div class="image-result">
          {thumbnails.length > 0 && (
            <ul class="thumbnails">
              {thumbnails.map((file) => (
                <li key={file.name}>
                  <img src={file.url} alt={`${name}, as ${file.name}`} loading="lazy" />
                  <span class="quiet small">{file.name}</span>
                </li>
              ))}
            </ul>
          )}
          <Facts
            facts={[
              ["Megapixels", count((width * height) / 1e6)],
              ["Colour space", content.colourSpace],
              ["Channels", `${content.channels}${content.hasAlpha ? ", with alpha" : ""}`],
              ["Depth", content.depth],
              ["Colour profile", content.hasColourProfile ? "yes" : "none"],
              ["Density", content.density === undefined ? undefined : `${count(content.density)} dpi`],
              ["Frames", content.frames && count(content.frames)],
              [
                "Progressive",
                content.progressive === undefined ? undefined : content.progressive ? "yes" : "no",
              ],
              ["Orientation", content.orientation === undefined ? undefined : String(content.orientation)],
              ["Location", content.hasLocation ? place(content) : "none in it"],
              ["Perceptual hash", content.perceptualHash && <code>{content.perceptualHash}</code>],
            ]}
          />
        </div>
      </Card>
      {dominantColours && dominantColours.length > 0 && (
        <Card title="Palette" note="The most frequent colours, by their share of the visible pixels">
          <svg class="palette" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
            {bands(dominantColours).map(({ colour, from, share }) => (
              <rect key={colour} x={from * 100} width={share * 100} height="10" style={{ fill: colour }} />
            ))}
          </svg>
          <ul class="swatches">
            {dominantColours.map(({ colour, share }) => (
              <li key={colour}>
                <span class="swatch" style={{ background: colour }} aria-hidden="true" />
                <code>{colour}</code>
                <span class="quiet">{percent(share)}</span>
              </li>
            ))}
          </ul>
        </Card>
      )}
      {removed && removed.length > 0 && (
        <Card title="Taken out" note="What the sanitized copy does without">
          <ul class="plain-list">
            {removed.map(({ what, count: times }) => (
              <li key={what}>
                {what} <span class="quiet">{plural(times, "time")}</span>
              </li>
            ))}
          </ul>
        </Card>
      )}
      {exif && Object.keys(exif).length > 0 && (
        <Card title="EXIF">
          <Facts
            facts={Object.entries(exif).map(
              ([name, value]) => [label(name), cameraTime(String(value))] as const,
            )}
          />
        </Card>
      )}
    </>
  );
}

/** Cameras write the time where they are, and no zone. */
function cameraTime(text: string): string {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.000)?Z$/.exec(text) ?? [];
  return day && time ? `${day} ${time}` : text;
}

function bands(colours: readonly { colour: string; share: number }[]) {
  const total = colours.reduce((sum, { share }) => sum + share, 0) || 1;
  let from = 0;
  return colours.map(({ colour, share }) => {
    const band = { colour, from, share: share / total };
    from += band.share;
    return band;
  });
}

function place({ location }: ImageContent): string {
  return location
    ? `${location.latitude.toFixed(4)}, ${location.longitude.toFixed(4)}`
    : "in its EXIF, not kept";
}
