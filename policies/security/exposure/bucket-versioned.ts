import { BUCKET } from "../../types.ts";
import { declared, fieldPolicy, on } from "../field.ts";

export const bucketVersioned = fieldPolicy({
  id: "bucket-versioned",
  title: "A bucket should keep former versions of its objects.",
  severity: "medium",
  level: "advisory",
  why: "What is overwritten or deleted by mistake, or by whoever stole an account, is otherwise gone when soft deletion ends.",
  fix: "Set versioning.enabled, with a lifecycle rule that deletes versions after a while; a bucket with a retentionPolicy needs neither.",
  example: declared("storage.Bucket", 'location: "US", versioning: { enabled: true }'),
  requirements: ["EA-05"],
  types: [BUCKET],
  // Objects that can't be overwritten have no former versions.
  fields: ({ props }) => (props.at("retentionPolicy").present ? [] : [props.at("versioning", "enabled")]),
  problem: on("what is overwritten is gone"),
});
