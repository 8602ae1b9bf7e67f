/** An expected end of a command: the sentence goes to stderr, the code to the shell. Anything else thrown is a bug. */
export class Stop extends Error {
  readonly code: number

  constructor(code: number, sentence: string) {
    super(sentence)
    this.code = code
  }
}

/** One line on stderr: stdout is for data. */
export function printLine(line: string): void {
  process.stderr.write(`${line}\n`)
}
