/** Options of every `gcloud run` command in EthixAI's runbooks. */
export const WHERE = "--region us-east1 --project ethixai-{stack}";
