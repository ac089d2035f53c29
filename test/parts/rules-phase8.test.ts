import { describeAlerts } from "../support/rule-tests/describe.ts";
import { productionFactsOf } from "../support/rule-tests/production.ts";

describeAlerts(await productionFactsOf("phase8"), { objectives: "P8-04", fixed: "P8-05" });
