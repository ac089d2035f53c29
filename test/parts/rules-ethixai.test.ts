import { describeAlerts } from "../support/rule-tests/describe.ts";
import { OWN } from "../support/rule-tests/own.ts";
import { productionFactsOf } from "../support/rule-tests/production.ts";

describeAlerts(await productionFactsOf("ethixai"), { objectives: "EA-16", fixed: "EA-16" }, OWN.ethixai);
