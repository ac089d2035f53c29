import { RunError } from "@pulumi/pulumi";

function refuse(what: string): never {
  throw new RunError(
    `A plan runs in one process, without the engine, and ${what} run in the engine's turn: what it would show is not what would be deployed. Use \`slipway preview\`, or change the resource where it is declared (Slipway's components take a \`transform\` argument, which plans see).`,
  );
}

/**
 * In place of the gRPC server that the SDK starts for callbacks. Hooks run when something is deployed, so a plan has
 * nothing to do for them; transforms change what is deployed, so a plan that left them out would be wrong.
 */
export const planCallbacks = {
  awaitStackRegistrations: async () => {},
  shutdown: () => {},
  registerResourceHook: async () => {},
  registerErrorHook: async () => {},
  registerStateMigration: () => refuse("state migrations"),
  registerTransform: async () => refuse("resource transforms"),
  registerStackTransform: () => refuse("stack transforms"),
  registerStackInvokeTransform: () => refuse("invoke transforms"),
  registerStackInvokeTransformAsync: async () => refuse("invoke transforms"),
};
