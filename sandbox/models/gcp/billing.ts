import type { ResourceModel, Rule } from "../model.ts";
import { exactly, integer, length, number, pattern } from "../rules.ts";
import { isObject } from "../values.ts";
import { uuid } from "./common.ts";

/** Several labels, or several values of one, are refused (Cloud Billing Budget API, `Filter.labels`). */
const oneLabel: Rule = (value, report) => {
  if (isObject(value) && Object.keys(value).length > 1)
    report(`must have one label, and has ${Object.keys(value).length}`);
};

const fewChannels: Rule = (value, report) => {
  if (Array.isArray(value) && value.length > 5)
    report(`must have at most 5 channels, and has ${value.length}`);
};

const budget: ResourceModel = {
  token: "gcp:billing/budget:Budget",
  values: {
    ownershipScope: ["OWNERSHIP_SCOPE_UNSPECIFIED", "ALL_USERS", "BILLING_ACCOUNT"],
    "budgetFilter.calendarPeriod": ["MONTH", "QUARTER", "YEAR", "CALENDAR_PERIOD_UNSPECIFIED"],
    "budgetFilter.creditTypesTreatment": [
      "INCLUDE_ALL_CREDITS",
      "EXCLUDE_ALL_CREDITS",
      "INCLUDE_SPECIFIED_CREDITS",
    ],
    "thresholdRules[].spendBasis": ["CURRENT_SPEND", "FORECASTED_SPEND"],
  },
  rules: {
    billingAccount: pattern(
      /^(billingAccounts\/)?[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$/,
      "a billing account such as `0123AB-4567CD-89EF01`",
    ),
    displayName: length(0, 60),
    amount: exactly(["specifiedAmount", "lastPeriodAmount"]),
    "amount.specifiedAmount.currencyCode": pattern(/^[A-Z]{3}$/, "a currency such as `USD`"),
    "amount.specifiedAmount.units": pattern(/^\d+$/, "a whole number, as text"),
    "amount.specifiedAmount.nanos": integer(0, 999_999_999),
    "budgetFilter.labels": oneLabel,
    "thresholdRules[].thresholdPercent": number(0, 1e6),
    "allUpdatesRule.monitoringNotificationChannels": fewChannels,
    "allUpdatesRule.monitoringNotificationChannels[]": pattern(
      /^projects\/[^/]+\/notificationChannels\/[^/]+$/,
      "`projects/PROJECT/notificationChannels/CHANNEL`",
    ),
    "allUpdatesRule.pubsubTopic": pattern(
      /^projects\/[^/]+\/topics\/[^/]+$/,
      "`projects/PROJECT/topics/TOPIC`",
    ),
  },
  replaceOn: ["billingAccount"],
  id: ({ join, text }, outputs) =>
    join`billingAccounts/${text("billingAccount").replace("billingAccounts/", "")}/budgets/${String(outputs.name)}`,
  outputs: ({ keep, hex }) => ({ name: keep("name", () => uuid(hex("budget", 32))) }),
};

export const billing: readonly ResourceModel[] = [budget];
