/** A question to a name server. */
export interface Question {
  readonly id: number;
  /** Lower case, without the final dot. */
  readonly name: string;
  /** 1 for an IPv4 address, 28 for an IPv6 one. */
  readonly type: number;
  /** The question as it was asked; an answer repeats it. */
  readonly raw: Buffer;
  /** Whether the asker set "recursion desired"; an answer repeats it. */
  readonly recursion: boolean;
}

/** Type of a record with an IPv4 address. */
const TYPE_A = 1;
/** Type of a record that names another name. */
const TYPE_CNAME = 5;
/** Seconds for which an answer may be kept: services of a sandbox change often. */
const LIFETIME = 1;

/** What a name is known by. */
export interface Known {
  readonly addresses: readonly string[];
  /** The name that this one stands for. */
  readonly alias?: string;
}

/** Reads a query with one question, the only kind that is asked in practice; undefined for anything else. */
export function parseQuestion(message: Buffer): Question | undefined {
  if (message.length < 17) return undefined;
  const flags = message.readUInt16BE(2);
  if ((flags & 0xf800) !== 0 || message.readUInt16BE(4) !== 1) return undefined; // a response, or no plain query
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    if (length > 63 || at + 1 + length >= message.length) return undefined;
    labels.push(message.toString("latin1", at + 1, at + 1 + length).toLowerCase());
    at += 1 + length;
  }
  if (at + 5 > message.length) return undefined;
  return {
    id: message.readUInt16BE(0),
    name: labels.join("."),
    type: message.readUInt16BE(at + 1),
    raw: message.subarray(12, at + 5),
    recursion: (flags & 0x0100) !== 0,
  };
}

/**
 * The answer to a question. A name that is known, but not by a record of the wanted type, gets an empty answer; one
 * that is not known gets "no such name", by which resolvers go on to the next name of their search list.
 */
export function answerTo(question: Question, known: Known | undefined): Buffer {
  const records: Buffer[] = [];
  if (known?.alias !== undefined) records.push(record(TYPE_CNAME, encodeName(known.alias)));
  else if (question.type === TYPE_A) {
    records.push(
      ...(known?.addresses ?? []).map((address) =>
        record(TYPE_A, Buffer.from(address.split(".").map(Number))),
      ),
    );
  }
  const head = Buffer.alloc(12);
  head.writeUInt16BE(question.id, 0);
  // Response, authoritative, recursion available; 3 is "no such name".
  head.writeUInt16BE(0x8480 | (question.recursion ? 0x0100 : 0) | (known === undefined ? 3 : 0), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(records.length, 6);
  return Buffer.concat([head, question.raw, ...records]);
}

function record(type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0); // the question's name
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4); // Internet
  head.writeUInt32BE(LIFETIME, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function encodeName(name: string): Buffer {
  const labels = name.replace(/\.$/, "").split(".");
  return Buffer.concat([
    ...labels.map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, "latin1")])),
    Buffer.from([0]),
  ]);
}
