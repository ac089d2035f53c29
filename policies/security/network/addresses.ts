import { BlockList, isIP } from "node:net";
import type { Property } from "../../core/property.ts";
import { MalformedRead } from "../../core/unknown.ts";

/** A block of addresses, such as `10.0.0.0/8`. */
export interface Block {
  readonly family: "ipv4" | "ipv6";
  /** How many bits its addresses share. */
  readonly prefix: number;
  contains(address: string): boolean;
}

/** Reads `cidr`. @throws MalformedRead where it is none */
export function blockOf(cidr: Property): Block {
  const [address = "", bits = ""] = (cidr.text() ?? "").split("/");
  const version = isIP(address);
  const prefix = /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (version === 0 || !(prefix <= (version === 4 ? 32 : 128)))
    throw new MalformedRead(cidr.path, cidr.urn, "a block of addresses such as 10.0.0.0/8");
  const family = version === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(address, prefix, family);
  return {
    family,
    prefix,
    contains: (other) => isIP(other) === version && list.check(other, family),
  };
}

/** Whether a block is the whole internet, or half of it: two halves are the usual way around a rule about the whole. */
export function isEverywhere(cidr: Property): boolean {
  return blockOf(cidr).prefix <= 1;
}
