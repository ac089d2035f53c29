/** The words of a command as a POSIX shell splits them, up to a pipe; variables are left as they stand. */
export function shellWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const character = line[at] as string;
    if (character === "'" || character === '"') {
      const end = line.indexOf(character, at + 1);
      if (end === -1) throw new SyntaxError(`a quotation that has no end: ${line}`);
      word = (word ?? "") + line.slice(at + 1, end);
      at = end;
    } else if (character === " ") {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === "|") break;
    else word = (word ?? "") + character;
  }
  return word === undefined ? words : [...words, word];
}
