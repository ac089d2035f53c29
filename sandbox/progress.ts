/** Where progress lines go: one short sentence each, in the present tense, without a final newline. */
export type Report = (message: string) => void;
