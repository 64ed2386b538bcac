import { isIPv4, isIPv6 } from "node:net";
import type { LeafTest } from "./leaf.ts";
import { PatternReason } from "./pattern-error.ts";

interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** Reads an IPv4 or IPv6 literal; undefined for any other text. */
export function parseAddress(text: string): Address | undefined {
  if (isIPv4(text)) {
    const value = text.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
    return { bits: 32, value };
  }
  // Zones and embedded IPv4 addresses are not literals to EventBridge.
  if (!/^[0-9a-fA-F:]+$/.test(text) || !isIPv6(text)) return undefined;
  const [head = "", tail] = text.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const zeros = Array<string>(8 - left.length - right.length).fill("0");
  const value = [...left, ...zeros, ...right].reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n);
  return { bits: 128, value };
}

/** An exact value that is an IPv6 literal matches every spelling of its address, as on AWS. */
export function sameAddressTest(text: string): LeafTest | undefined {
  const wanted = parseAddress(text);
  if (wanted?.bits !== 128) return undefined;
  return (leaf) => {
    if (typeof leaf !== "string" || !leaf.includes(":")) return false;
    const address = parseAddress(leaf);
    return address?.bits === 128 && address.value === wanted.value;
  };
}

/** `{"cidr": "10.0.0.0/24"}`. AWS takes mask bits up to 31 and 127: a single address is an exact value. */
export function cidrTest(cidr: string): LeafTest {
  const [literal = "", mask, ...rest] = cidr.split("/");
  if (mask === undefined || rest.length > 0) throw new PatternReason("Malformed CIDR, one '/' required");
  if (!/^[+-]?\d+$/.test(mask)) throw new PatternReason("Malformed CIDR, mask bits must be an integer");
  const maskBits = Number(mask);
  if (maskBits < 0) throw new PatternReason("Malformed CIDR, mask bits must not be negative");
  const base = parseAddress(literal);
  if (base === undefined) throw new PatternReason(`Nonstandard IP address: ${literal}`);
  if (base.bits === 32 && maskBits > 31) throw new PatternReason("IPv4 mask bits must be < 32");
  if (maskBits > 127) throw new PatternReason("IPv6 mask bits must be < 128");
  const shift = BigInt(base.bits - maskBits);
  const network = base.value >> shift;
  return (leaf) => {
    if (typeof leaf !== "string") return false;
    const address = parseAddress(leaf);
    return address?.bits === base.bits && address.value >> shift === network;
  };
}
