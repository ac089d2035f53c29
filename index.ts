import * as pulumi from "@pulumi/pulumi";
import { declareSystems, parseStack } from "./systems/stack.ts";

const stack = parseStack(new pulumi.Config("slipway").getObject("stack"), `Pulumi.${pulumi.getStack()}.yaml`);

export const environment = stack.environment;
export const region = stack.region;
export const systems = declareSystems(stack);
