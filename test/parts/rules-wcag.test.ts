import { describeAlerts } from "../support/rule-tests/describe.ts";
import { productionFactsOf } from "../support/rule-tests/production.ts";

describeAlerts(await productionFactsOf("wcag"), { objectives: "WC-01", fixed: "WC-01" });
