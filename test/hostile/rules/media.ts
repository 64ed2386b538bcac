import { mp4, wav } from "../../containers/support/files/sound.ts";
import { file, type HostileFile } from "../hostile-file.ts";

const MEDIA = { analyzer: "media" };

export function media(): HostileFile[] {
  const changed = (bytes: Buffer, mark: string, offset: number, value: number) => {
    const at = bytes.indexOf(mark) + offset;
    bytes.writeUInt32BE(value >>> 0, at);
    return bytes;
  };
  const ebml = Buffer.from([0x1a, 0x45, 0xdf, 0xa3, 0x84, 0x42, 0x82, 0x81, 0x77]);
  return [
    file("a WAV of four billion bytes", "long.wav", () => changed(wav(0.1), "data", 4, 0xffffffff), MEDIA),
    file("a WAV without samples", "none.wav", () => wav(0), MEDIA),
    file("a WAV of no sample rate", "rate.wav", () => changed(wav(0.1), "fmt ", 12, 0), MEDIA),
    file("a box without length", "zero.mp4", () => changed(mp4(), "moov", -4, 0)),
    file("a box shorter than its head", "short.mp4", () => changed(mp4(), "moov", -4, 3)),
    file("a box longer than the file", "long.mp4", () => changed(mp4(), "moov", -4, 0x7fffffff)),
    file("a time scale of zero", "scale.mp4", () => changed(mp4(), "mvhd", 16, 0)),
    file("samples without end", "samples.mp4", () => changed(mp4(), "stsz", 12, 0x7fffffff)),
    file("time steps without end", "steps.mp4", () => changed(mp4(), "stts", 8, 0x7fffffff)),
    file("20,000 empty boxes", "boxes.mp4", () =>
      Buffer.concat([
        mp4().subarray(0, 28),
        Buffer.concat(Array.from({ length: 20_000 }, () => Buffer.from("\0\0\0\x08free", "latin1"))),
      ]),
    ),
    file("boxes within boxes", "nested.mp4", () => {
      let inner = Buffer.from("\0\0\0\x08free", "latin1");
      for (let level = 0; level < 3_000; level++) {
        const head = Buffer.alloc(8);
        head.writeUInt32BE(inner.length + 8);
        head.write("moov", 4);
        inner = Buffer.concat([head, inner]);
      }
      return Buffer.concat([mp4().subarray(0, 28), inner]);
    }),
    file("a Matroska of unknown length", "endless.mkv", () =>
      Buffer.concat([
        ebml,
        Buffer.from([0x18, 0x53, 0x80, 0x67, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        Buffer.alloc(2_000),
      ]),
    ),
    file("an ID3 tag of 256 MB", "tag.mp3", () =>
      Buffer.concat([Buffer.from("ID3\x04\0\0\x7f\x7f\x7f\x7f", "latin1"), Buffer.alloc(2_000, 65)]),
    ),
    file("an ID3 frame of nonsense", "frame.mp3", () =>
      Buffer.concat([
        Buffer.from("ID3\x03\0\0\0\0\x07\x76TIT2\xff\xff\xff\xff\0\0", "latin1"),
        Buffer.alloc(2_000, 1),
      ]),
    ),
    file("MPEG frames of noise", "noise.mp3", () =>
      Buffer.concat(
        Array.from({ length: 500 }, (_, at) => Buffer.from([0xff, 0xfb, 0x90, 0x64, at & 255, 0, 0, 0])),
      ),
    ),
    file("a FLAC of one block without end", "block.flac", () =>
      Buffer.concat([Buffer.from("fLaC\x00\xff\xff\xff", "latin1"), Buffer.alloc(500)]),
    ),
    file("an Ogg page that leads nowhere", "page.ogg", () =>
      Buffer.concat([
        Buffer.from("OggS\0\x02", "latin1"),
        Buffer.alloc(20, 255),
        Buffer.from([255]),
        Buffer.alloc(400),
      ]),
    ),
    file("a film named like a picture", "film.png", () => mp4(), {
      analyzer: "media",
      warning: /name suggests image\/png/,
    }),
  ];
}
