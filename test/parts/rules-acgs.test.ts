import { describeAlerts } from "../support/rule-tests/describe.ts";
import { OWN } from "../support/rule-tests/own.ts";
import { productionFactsOf } from "../support/rule-tests/production.ts";

describeAlerts(await productionFactsOf("acgs"), { objectives: "AC-05", fixed: "AC-05" }, OWN.acgs);
