import { visibleJson, visibleLine, visibleText } from '../base/visible-text.js'

/**
 * All that commands say to a terminal: data to stdout, everything else to stderr. What devices and people wrote reaches it in
 * no other way, so that none of it can move a cursor, forge a line or hide; a test keeps everything else from writing there.
 */

/** One line of data. Line breaks and tabs in it are shown as such. */
export function print(line: string): void {
  process.stdout.write(`${visibleLine(line)}\n`)
}

/** One line of cells with tabs in between; empty ones at its end are left out. */
export function printRow(cells: readonly (string | number)[]): void {
  process.stdout.write(
    `${cells
      .map((cell) => visibleLine(String(cell)))
      .join('\t')
      .trimEnd()}\n`,
  )
}

/** Text that the program has laid out in several lines. What strangers wrote has to be quoted in it, or be in lines that are its own. */
export function printText(text: string): void {
  process.stdout.write(`${visibleText(text)}\n`)
}

/** A value as JSON, exactly; what a terminal would obey is escaped as JSON escapes. */
export function printJson(value: unknown): void {
  printJsonText(JSON.stringify(value))
}

/** JSON as it is written already. */
export function printJsonText(json: string): void {
  process.stdout.write(`${visibleJson(json)}\n`)
}

/** A piece of a file: exactly into a file or a pipe; to a terminal it is made visible. */
export function printPiece(piece: string): void {
  process.stdout.write(process.stdout.isTTY ? visibleText(piece) : piece)
}

/** A remark is as grave as this, in the words of the log. */
export type LogSeverity = 'info' | 'warn' | 'error'

const GRAVITIES: Readonly<Record<string, LogSeverity>> = { warning: 'warn', warn: 'warn', error: 'error' }

let plainGravity: LogSeverity = 'info'
let keepRemark: ((gravity: LogSeverity, text: string) => void) | null = null

/** A remark, or an error, of one line or several; it begins with `warning: ` or `error: ` where it is one. */
export function complain(text: string): void {
  if (keepRemark === null) {
    process.stderr.write(`${visibleText(text)}\n`)
    return
  }
  const [, word = '', words = ''] = /^(?:(warning|warn|error): )?([\s\S]*)$/.exec(text) ?? []
  keepRemark(GRAVITIES[word] ?? plainGravity, words)
}

/** From now on remarks are lines of a log: no plain sentence stands between them. */
export function remarksInto(keep: (gravity: LogSeverity, text: string) => void): void {
  keepRemark = keep
}

/** Remarks are lines of a log once `remarksInto` was called. */
export function isLogged(): boolean {
  return keepRemark !== null
}

/** From now on a remark without such a word is an error too: the process ends by what it says. */
export function endInError(): void {
  plainGravity = 'error'
}

/** A line of the log, as it is. */
export function writeToStderr(line: string): void {
  process.stderr.write(line)
}

/** A question; the answer comes on the same line. */
export function promptFor(question: string): void {
  process.stderr.write(visibleLine(question))
}

/** Shows how far a command is, on one line that is written over; only where somebody watches. */
export function showProgress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${visibleLine(line)}\x1b[K`)
}

/** Ends the line of the progress: it stays, or is wiped out. */
export function endProgress(stays: boolean): void {
  if (process.stderr.isTTY) process.stderr.write(stays ? '\n' : '\r\x1b[K')
}
