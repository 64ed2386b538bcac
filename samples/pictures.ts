import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";

/** A PNG of our own: a tide curve, eight bits per channel. */
export function tidePicture(width: number, height: number): Buffer {
  const raw = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const surface = height * (0.5 + 0.28 * Math.sin((x / width) * 4 * Math.PI));
      const [r, g, b] = y > surface ? [24, 90 + Math.floor(y), 150] : [226, 238 - Math.floor(y / 2), 246];
      raw.set([r ?? 0, g ?? 0, b ?? 0], y * (width * 3 + 1) + 1 + x * 3);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const chunks = [
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(raw, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ];
  return Buffer.concat([signature, ...chunks]);
}

/** A JPEG with what a camera writes beside it: its make, the time, and the place. */
export async function tidePhoto(width: number, height: number): Promise<Buffer> {
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const swell = 14 * Math.sin(x / 31 + y / 47) + 6 * Math.sin(x / 11 - y / 7);
      const water = y > height * 0.45 + 9 * Math.sin((x / width) * 2 * Math.PI);
      const light = water ? 1 - (0.5 * (y - height * 0.45)) / height : 1 - (0.3 * y) / height;
      const colour = water ? [38, 104 + swell, 146 + swell] : [246, 208 - y / 12, 170 - y / 20];
      pixels.set(
        colour.map((value) => Math.max(0, Math.min(255, value * light))),
        (y * width + x) * 3,
      );
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .withExif({
      IFD0: { Make: "Lighthouse", Model: "Quay 2", Artist: "Harbour office" },
      IFD2: { DateTimeOriginal: "2026:07:03 11:40:00", FNumber: "8/1", ISOSpeedRatings: "100" },
      IFD3: {
        GPSLatitudeRef: "N",
        GPSLatitude: "54/1 21/1 0/1",
        GPSLongitudeRef: "E",
        GPSLongitude: "18/1 40/1 0/1",
      },
    })
    .jpeg({ quality: 72 })
    .toBuffer();
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
