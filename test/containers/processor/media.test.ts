import { expect, test } from "vitest";
import { analyze } from "../support/analyze.ts";
import { mp4, wav } from "../support/files/sound.ts";

test("sound is described by its length and its stream", async () => {
  const { analyzer, facts, content, warnings } = await analyze("tone.wav", wav(1.5));
  expect(analyzer.name).toBe("media");
  expect(facts).toEqual({ type: "WAV audio", durationSeconds: 1.5 });
  expect(warnings).toEqual([]);
  expect(content).toMatchObject({
    container: "WAVE",
    durationSeconds: 1.5,
    lossless: true,
    streams: [{ kind: "audio", codec: "PCM", sampleRate: 8_000, channels: 1, bitsPerSample: 16 }],
  });
});

test("a film is described by its length and its streams, without a look at its pictures", async () => {
  const { facts, content } = await analyze("film.mp4", mp4(12));
  expect(facts).toEqual({ type: "MP4 video", durationSeconds: 12 });
  expect(content.streams).toEqual([
    { kind: "video", codec: "avc1", language: "und", width: 640, height: 360 },
  ]);
});

test("headers that cannot be read are a warning: the kind is known all the same", async () => {
  const { facts, content, warnings } = await analyze("tone.wav", wav().subarray(0, 20));
  expect(facts.type).toBe("WAV audio");
  expect(content.streams).toEqual([]);
  expect(warnings[0]).toMatch(/^Its headers cannot be read/);
});
