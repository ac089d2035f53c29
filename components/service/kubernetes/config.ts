import * as pulumi from "@pulumi/pulumi";
import { contentHash } from "../content-hash.ts";

/**
 * A service's plain settings, as a configuration map whose name says what is in it. One content, one name: a change makes
 * a new map and new pods, and those of the old revision still find theirs.
 */
export function planConfig(
  service: string,
  port: number,
  environment: Readonly<Record<string, pulumi.Input<string>>>,
): { name: pulumi.Output<string>; data: Record<string, pulumi.Input<string>> } {
  // Cloud Run tells every container its port; so does this.
  const data = { PORT: String(port), ...environment };
  return { name: pulumi.output(data).apply((known) => `${service}-${contentHash(known)}`), data };
}
