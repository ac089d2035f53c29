import { cloudRun } from "./gcp/cloudrunv2.ts";
import type { FunctionModel, ResourceModel } from "./model.ts";
import { random } from "./random.ts";

const resources: readonly ResourceModel[] = [...cloudRun, ...random];
const functions: readonly FunctionModel[] = [];

/** Every resource type that the sandbox knows, by token. A new type is a model in a table and, for a new table, a line here. */
export const resourceModels: ReadonlyMap<string, ResourceModel> = new Map(
  resources.map((model) => [model.token, model]),
);

/** Every provider function that the sandbox knows, by token. */
export const functionModels: ReadonlyMap<string, FunctionModel> = new Map(
  functions.map((model) => [model.token, model]),
);
