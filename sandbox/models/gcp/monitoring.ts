import type { ResourceModel } from "../model.ts";
import { alertPolicy } from "./monitoring-alert.ts";
import { channel } from "./monitoring-channel.ts";
import { customService, genericService } from "./monitoring-service.ts";
import { slo } from "./monitoring-slo.ts";
import { uptimeCheck } from "./monitoring-uptime.ts";

export const monitoring: readonly ResourceModel[] = [
  channel,
  customService,
  genericService,
  slo,
  alertPolicy,
  uptimeCheck,
];
