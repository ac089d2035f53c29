import type { FunctionModel } from "../model.ts";
import { projectNumber } from "./common.ts";

export const organizationFunctions: readonly FunctionModel[] = [
  {
    token: "gcp:organizations/getProject:getProject",
    answer: (inputs, { project }) => {
      const projectId = String(inputs.projectId ?? project);
      return {
        id: `projects/${projectId}`,
        projectId,
        name: projectId,
        number: projectNumber(projectId),
        labels: {},
        effectiveLabels: {},
        pulumiLabels: {},
        tags: {},
        autoCreateNetwork: false,
        billingAccount: "",
        deletionPolicy: "PREVENT",
        folderId: "",
        orgId: "",
      };
    },
  },
];
