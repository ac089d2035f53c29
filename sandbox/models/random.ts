import { randomBytes, randomInt } from "node:crypto";
import type { ResourceModel } from "./model.ts";
import { integer } from "./rules.ts";
import { type Properties, UNKNOWN } from "./values.ts";

const classes = [
  ["lower", "minLower", "abcdefghijklmnopqrstuvwxyz"],
  ["upper", "minUpper", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"],
  ["numeric", "minNumeric", "0123456789"],
  ["special", "minSpecial", "!@#$%&*()-_=+[]{}<>:?"],
] as const;

const number = (inputs: Properties, field: string): number =>
  typeof inputs[field] === "number" ? inputs[field] : 0;
const isOff = (inputs: Properties, flag: string): boolean =>
  inputs[flag] === false || (flag === "numeric" && inputs.number === false);

/** Draws a password as terraform-provider-random does: the least of each class, the rest of all, then shuffled. */
function drawPassword(inputs: Properties): string {
  const alphabets = classes.map(([flag, least, standard]) => {
    const override = flag === "special" ? inputs.overrideSpecial : undefined;
    const letters = typeof override === "string" && override !== "" ? override : standard;
    return { letters, least: number(inputs, least), isOn: !isOff(inputs, flag) };
  });
  const all = alphabets.map(({ letters, isOn }) => (isOn ? letters : "")).join("");
  const drawn = alphabets.flatMap(({ letters, least }) => Array.from({ length: least }, () => pick(letters)));
  while (drawn.length < number(inputs, "length")) drawn.push(pick(all));
  for (let index = drawn.length - 1; index > 0; index -= 1) {
    const other = randomInt(index + 1);
    [drawn[index], drawn[other]] = [drawn[other] ?? "", drawn[index] ?? ""];
  }
  return drawn.join("");
}

function pick(letters: string): string {
  return letters[randomInt(letters.length)] ?? "";
}

const password: ResourceModel = {
  token: "random:index/randomPassword:RandomPassword",
  rules: {
    length: integer(1, 10_000),
    minLower: integer(0),
    minUpper: integer(0),
    minNumeric: integer(0),
    minSpecial: integer(0),
  },
  check: (inputs, report) => {
    const length = inputs.length;
    const least = classes.reduce((sum, [, field]) => sum + number(inputs, field), 0);
    if (typeof length === "number" && least > length)
      report(`must be at least minUpper + minLower + minNumeric + minSpecial, which is ${least}`, {
        got: length,
        at: ["length"],
      });
    if (classes.every(([flag]) => isOff(inputs, flag)))
      report("at least one of numeric, upper, lower and special must be true", { at: ["lower"] });
  },
  replaceOn: [
    ...[
      "keepers",
      "length",
      "lower",
      "minLower",
      "minNumeric",
      "minSpecial",
      "minUpper",
      "number",
      "numeric",
    ],
    ...["overrideSpecial", "special", "upper"],
  ],
  defaults: {
    lower: true,
    upper: true,
    special: true,
    minLower: 0,
    minUpper: 0,
    minNumeric: 0,
    minSpecial: 0,
  },
  id: () => "none",
  outputs: ({ inputs, keep }) => ({
    numeric: inputs.numeric ?? inputs.number ?? true,
    number: inputs.number ?? inputs.numeric ?? true,
    result: keep("result", () => drawPassword(inputs)),
  }),
};

const bytes: ResourceModel = {
  token: "random:index/randomBytes:RandomBytes",
  rules: { length: integer(1, 1_048_576) },
  replaceOn: ["keepers", "length"],
  id: () => "none",
  outputs: ({ inputs, keep }) => {
    const base64 = keep("base64", () => randomBytes(number(inputs, "length")).toString("base64"));
    return { base64, hex: base64 === UNKNOWN ? UNKNOWN : Buffer.from(base64, "base64").toString("hex") };
  },
};

const id: ResourceModel = {
  token: "random:index/randomId:RandomId",
  rules: { byteLength: integer(1, 1_048_576) },
  replaceOn: ["keepers", "byteLength", "prefix"],
  // The provider's id is the URL-safe form without the prefix.
  id: ({ text }, outputs) =>
    outputs.b64Url === UNKNOWN ? UNKNOWN : String(outputs.b64Url).slice(text("prefix").length),
  outputs: ({ inputs, keep, text }) => {
    const prefix = text("prefix");
    if (prefix === UNKNOWN) return { b64Url: UNKNOWN, b64Std: UNKNOWN, hex: UNKNOWN, dec: UNKNOWN };
    // Everything derives from one output, so that an update keeps all four.
    const b64Url = keep(
      "b64Url",
      () => prefix + randomBytes(number(inputs, "byteLength")).toString("base64url"),
    );
    if (b64Url === UNKNOWN) return { b64Url, b64Std: UNKNOWN, hex: UNKNOWN, dec: UNKNOWN };
    const raw = Buffer.from(b64Url.slice(prefix.length), "base64url");
    const hex = raw.toString("hex");
    return {
      b64Url,
      b64Std: prefix + raw.toString("base64"),
      hex: prefix + hex,
      dec: prefix + BigInt(`0x0${hex}`),
    };
  },
};

export const random: readonly ResourceModel[] = [password, bytes, id];
