import type { TextEncoding } from "../../detect/text.ts";

/** Turns the bytes of a text that comes in pieces into characters; what is invalid becomes U+FFFD. */
export interface PieceDecoder {
  decode(bytes: Uint8Array): string;
  finish(): string;
}

/** Which of the two UTF-16 it is, the byte order mark says. */
export function textDecoderFor(encoding: TextEncoding): PieceDecoder {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  return {
    decode(bytes) {
      decoder ??= new TextDecoder(labelOf(encoding, bytes));
      return decoder.decode(bytes, { stream: true });
    },
    finish: () => decoder?.decode() ?? "",
  };
}

/** As the Encoding Standard names it. */
export function labelOf(encoding: TextEncoding, beginning: Uint8Array): string {
  if (encoding === "latin-1") return "latin1";
  if (encoding !== "utf-16") return encoding;
  return beginning[0] === 0xfe && beginning[1] === 0xff ? "utf-16be" : "utf-16le";
}
