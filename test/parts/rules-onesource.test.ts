import { describeAlerts } from "../support/rule-tests/describe.ts";
import { OWN } from "../support/rule-tests/own.ts";
import { productionFactsOf } from "../support/rule-tests/production.ts";

describeAlerts(await productionFactsOf("onesource"), { objectives: "OS-04", fixed: "OS-05" }, OWN.onesource);
