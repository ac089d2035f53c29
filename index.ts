import * as pulumi from "@pulumi/pulumi";
import { declareBudget, declareSystems, parseStack, readLedger } from "./systems/stack.ts";

const stack = parseStack(new pulumi.Config("slipway").getObject("stack"), `Pulumi.${pulumi.getStack()}.yaml`);
const ledger = await readLedger(stack);
declareBudget(stack);

export const environment = stack.environment;
export const region = stack.region;
export const systems = declareSystems(stack, ledger);
