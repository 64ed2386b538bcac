/** A WAV file of one tone. */
export function wav(seconds = 1, sampleRate = 8_000): Buffer {
  const samples = Math.round(seconds * sampleRate);
  const data = Buffer.alloc(samples * 2);
  for (let at = 0; at < samples; at++) {
    data.writeInt16LE(Math.round(Math.sin((at / sampleRate) * 440 * 2 * Math.PI) * 12_000), at * 2);
  }
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + data.length, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36);
  header.writeUInt32LE(data.length, 40);
  return Buffer.concat([header, data]);
}

function box(type: string, ...contents: (Buffer | number[])[]): Buffer {
  const body = Buffer.concat(contents.map((content) => Buffer.from(content)));
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, body]);
}

function uint32s(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => {
    bytes.writeUInt32BE(value >>> 0, index * 4);
  });
  return bytes;
}

/** The headers of an MP4 with one track, without any pictures or sound. */
export function mp4(seconds = 12, kind: "video" | "audio" = "video"): Buffer {
  const matrix = uint32s(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
  const mvhd = box(
    "mvhd",
    uint32s(0, 0, 0, 1_000, seconds * 1_000, 0x10000, 0x01000000, 0, 0),
    matrix,
    uint32s(0, 0, 0, 0, 0, 0, 2),
  );
  const tkhd = box(
    "tkhd",
    uint32s(7, 0, 0, 1, 0, seconds * 1_000, 0, 0, 0, 0),
    matrix,
    uint32s(640 << 16, 360 << 16),
  );
  const mdhd = box("mdhd", uint32s(0, 0, 0, 1_000, seconds * 1_000, 0x55c40000));
  const hdlr = box(
    "hdlr",
    uint32s(0, 0),
    Buffer.from(kind === "video" ? "vide" : "soun"),
    uint32s(0, 0, 0),
    [0],
  );
  const avc1 = box(
    "avc1",
    [0, 0, 0, 0, 0, 0, 0, 1],
    Buffer.alloc(16),
    [640 >> 8, 640 & 255, 360 >> 8, 360 & 255],
    uint32s(0x480000, 0x480000, 0),
    [0, 1],
    Buffer.alloc(32),
    [0, 24, 255, 255],
  );
  const mp4a = box(
    "mp4a",
    [0, 0, 0, 0, 0, 0, 0, 1],
    uint32s(0, 0),
    [0, 2, 0, 16, 0, 0, 0, 0],
    uint32s(44_100 * 2 ** 16),
  );
  const stbl = box(
    "stbl",
    box("stsd", uint32s(0, 1), kind === "video" ? avc1 : mp4a),
    box("stts", uint32s(0, 1, 1, 1_000)),
    box("stsc", uint32s(0, 0)),
    box("stsz", uint32s(0, 0, 0)),
    box("stco", uint32s(0, 0)),
  );
  const minf = box("minf", box("vmhd", uint32s(1, 0, 0)), stbl);
  const moov = box("moov", mvhd, box("trak", tkhd, box("mdia", mdhd, hdlr, minf)));
  return Buffer.concat([
    box("ftyp", Buffer.from("isom"), uint32s(512), Buffer.from("isomavc1mp41")),
    moov,
    box("mdat"),
  ]);
}
