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

test("sound in the container of a film is no film", async () => {
  const { facts, content, warnings } = await analyze("song.m4a", mp4(12, "audio"));
  expect(facts).toEqual({ type: "MP4 audio", durationSeconds: 12 });
  expect(content.streams).toMatchObject([{ kind: "audio", sampleRate: 44_100, channels: 2 }]);
  expect(warnings).toEqual([]);
});

test("parts of a WAV file that say nothing of its sound are passed over in silence", async () => {
  const tone = wav(1);
  const junk = Buffer.from("JUNK\x04\0\0\0none", "latin1");
  const { facts, warnings } = await analyze(
    "tone.wav",
    Buffer.concat([tone.subarray(0, 36), junk, tone.subarray(36)]),
  );
  expect(facts).toEqual({ type: "WAV audio", durationSeconds: 1 });
  expect(warnings).toEqual([]);
});

test.each([
  ["tone.wav", "RIFF\xff\0\0\0WAVEfmt \0\0\0\0\0", /^Its headers cannot be read: /],
  ["tone.flac", "fLaC\x00\xff\xff\xff", /^Its headers name no streams$/],
])("%s with broken headers is known all the same, with a warning", async (key, bytes, warning) => {
  const { content, warnings, analyzer } = await analyze(key, Buffer.from(bytes, "latin1"));
  expect(analyzer.name).toBe("media");
  expect(content.streams).toEqual([]);
  expect(warnings).toEqual([expect.stringMatching(warning)]);
});

test("a tag that claims more than any cover needs is not read", async () => {
  const tag = Buffer.concat([Buffer.from("ID3\x04\0\0\x7f\x7f\x7f\x7f", "latin1"), Buffer.alloc(5_000)]);
  const { warnings } = await analyze("tone.mp3", tag);
  expect(warnings).toEqual(["Its ID3 tag claims 268435455 bytes, more than are read"]);
});
