/** Options that every `slipway release` command has. */
export interface ReleaseFlags {
  readonly stack: string;
  readonly sandbox?: true;
  readonly ledger?: string;
  readonly json?: true;
}

/** Options of the commands that may drive a release. */
export interface CommandFlags extends ReleaseFlags {
  readonly metrics?: string;
  readonly prometheusTokenFile?: string;
  readonly databaseUrlFile?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly reason?: string;
  readonly yes?: true;
}

/** Options of `slipway release begin`. */
export interface BeginFlags extends CommandFlags {
  readonly image?: string;
  readonly hotfix?: true;
  readonly soak?: true;
  readonly fix?: true;
}

/** Options of the commands that look at one release. */
export interface ReportFlags extends ReleaseFlags {
  readonly release?: string;
}
