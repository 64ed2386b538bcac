/** An entry of a tar archive, with what a hostile one would say of itself. */
export interface TarFile {
  readonly name: string;
  readonly content?: string;
  readonly size?: number;
  /** The field of the size, as bytes. */
  readonly rawSize?: string;
  readonly type?: string;
  readonly link?: string;
  readonly checksum?: number;
}

export function tarOf(files: readonly TarFile[]): Buffer {
  const parts = files.flatMap((file) => {
    const content = Buffer.from(file.content ?? "");
    return [
      tarHeader({ size: content.length, ...file }),
      content,
      Buffer.alloc((512 - (content.length % 512)) % 512),
    ];
  });
  return Buffer.concat([...parts, Buffer.alloc(1_024)]);
}

export function tarHeader({ name, size = 0, rawSize, type = "0", link = "", checksum }: TarFile): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0, 100);
  block.write("0000644\0", 100);
  block.write("0000000\0", 108);
  block.write("0000000\0", 116);
  if (rawSize !== undefined) block.write(rawSize, 124, 12, "latin1");
  else if (size < 8 ** 11) block.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  else {
    block[124] = 0x80;
    block.writeBigUInt64BE(BigInt(size), 128);
  }
  block.write("15122345670\0", 136);
  block.write("        ", 148);
  block.write(type, 156);
  block.write(link, 157, 100);
  block.write("ustar\x0000", 257);
  const sum = checksum ?? block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}
