import type { ResourceModel } from "../model.ts";
import { labels, length, pattern, projectId } from "../rules.ts";
import { labelOutputs } from "./common.ts";
import { iamMember } from "./iam-member.ts";
import { keyLocation } from "./locations.ts";

const repositoryId = pattern(
  /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
  "1 to 63 small letters, digits and `-` that begin with a letter and end with no `-`",
);

const repository: ResourceModel = {
  token: "gcp:artifactregistry/repository:Repository",
  required: ["location"],
  values: {
    format: ["APT", "DOCKER", "GENERIC", "GO", "GOOGET", "KFP", "MAVEN", "NPM", "PYTHON", "RUBY", "YUM"],
  },
  rules: { repositoryId, location: keyLocation, labels, description: length(0, 1024), project: projectId },
  replaceOn: ["repositoryId", "location", "project", "format", "mode", "kmsKeyName"],
  defaults: { mode: "STANDARD_REPOSITORY" },
  id: ({ join, project, text }) =>
    join`projects/${project}/locations/${text("location")}/repositories/${text("repositoryId")}`,
  outputs: (context) => ({
    ...labelOutputs(context),
    name: context.text("repositoryId"),
    registryUri: context.join`${context.text("location")}-docker.pkg.dev/${context.project}/${context.text("repositoryId")}`,
    createTime: context.keep("createTime", context.now),
    updateTime: context.renew(context.now),
  }),
};

export const artifactRegistry: readonly ResourceModel[] = [
  repository,
  iamMember({
    token: "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
    target: ["repository", "location"],
    parent: ({ join, project, text }) =>
      text("repository").startsWith("projects/")
        ? text("repository")
        : join`projects/${project}/locations/${text("location")}/repositories/${text("repository")}`,
    fillIn: { location: ({ text }) => /\/locations\/([^/]+)\//.exec(text("repository"))?.[1] },
  }),
];
