import { isIP } from "node:net";
import { TemplateError } from "./errors.ts";

/**
 * The first blocks of a size inside an address block, as Fn::Cidr gives them.
 * @param block IPv4 or IPv6, e.g. `10.0.0.0/16`
 * @param count how many
 * @param bits addresses per block as a power of two: 8 makes `/24` blocks in IPv4
 * @throws TemplateError when the block is none, or has no room for so many
 */
export function cidrBlocks(block: string, count: number, bits: number): string[] {
  const [address = "", prefixText = ""] = block.split("/");
  const version = isIP(address);
  const width = version === 6 ? 128 : 32;
  const prefix = Number(prefixText);
  if (version === 0 || !/^\d+$/.test(prefixText) || prefix > width) {
    throw new TemplateError(`Fn::Cidr: ${JSON.stringify(block)} is no address block such as 10.0.0.0/16`);
  }
  const size = width - bits;
  if (size < prefix || BigInt(count) > 1n << BigInt(size - prefix)) {
    throw new TemplateError(`Fn::Cidr: ${block} has no room for ${count} blocks of ${bits} bits`);
  }
  const host = (1n << BigInt(width - prefix)) - 1n;
  const network = parseAddress(address, version) & ~host;
  return Array.from(
    { length: count },
    (_, at) => `${formatAddress(network + (BigInt(at) << BigInt(bits)), version)}/${size}`,
  );
}

function parseAddress(address: string, version: number): bigint {
  if (version === 4) return address.split(".").reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
  // A URL's host is the address in its canonical form, an IPv4 tail turned to hexadecimal.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = "", tail] = canonical.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? [] : Array<string>(8 - left.length - right.length).fill("0");
  return [...left, ...zeros, ...right].reduce((sum, part) => (sum << 16n) | BigInt(`0x${part}`), 0n);
}

function formatAddress(value: bigint, version: number): string {
  const [groups, bits, radix, separator] = version === 4 ? [4, 8n, 10, "."] : [8, 16n, 16, ":"];
  const parts = Array.from({ length: groups }, (_, at) =>
    ((value >> (bits * BigInt(groups - 1 - at))) & ((1n << bits) - 1n)).toString(radix),
  ).join(separator);
  return version === 4 ? parts : new URL(`http://[${parts}]`).hostname.slice(1, -1);
}
