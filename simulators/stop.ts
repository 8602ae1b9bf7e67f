/** How a command ends, in the words of sysexits(3). */
export const EXIT = { ok: 0, usage: 64, data: 65, unavailable: 69, io: 74 } as const

/** An expected end of a command: the sentence goes to stderr, the code to the shell. Anything else thrown is a bug. */
export class Stop extends Error {
  readonly code: number

  constructor(code: number, sentence: string) {
    super(sentence)
    this.code = code
  }
}

/** One line on stderr: stdout is for data. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
