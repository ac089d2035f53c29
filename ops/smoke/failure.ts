/** What a smoke test found wrong. Its message is shown as it is, so it never holds a token, a password or a body. */
export class SmokeFailure extends Error {
  /** Whether nothing answers at the address at all: then no other test needs to try. */
  readonly unreachable: boolean;

  constructor(message: string, options: { readonly unreachable?: boolean } = {}) {
    super(message);
    this.name = "SmokeFailure";
    this.unreachable = options.unreachable === true;
  }
}

/** A time that is over, as the reason of an abort. */
export class CutShort extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CutShort";
  }
}

/** What was asked for can't be done as it was asked; nothing was sent. Its message says what would do. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}
