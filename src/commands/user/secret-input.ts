import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { contentOfNamed } from '../../program/named-file.js'
import { complain, promptFor } from '../../program/output.js'

/** A password for a command: never an argument, which others on the machine could see. */

/**
 * From a file (- for standard input), or asked for twice without showing it. null when there is nobody to ask, or when the
 * two differ. The end of the line does not belong to it. Throws `UnreadableFile`.
 */
export async function passwordFrom(file: string | undefined, question: string): Promise<string | null> {
  if (file !== undefined)
    return contentOfNamed(file)
      .toString('utf8')
      .replace(/\r?\n$/, '')
  if (process.stdin.isTTY !== true) return null
  const first = await prompt(question)
  if (first === null) return null
  return (await prompt('Once more: ')) === first ? first : null
}

function prompt(question: string): Promise<string | null> {
  promptFor(question)
  // It echoes what is typed to its output, which here shows nothing.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  return new Promise((resolve) => {
    lines.once('line', (line) => {
      lines.close()
      complain('')
      resolve(line)
    })
    // Ctrl-C and Ctrl-D: nothing is said, so nothing is changed.
    lines.once('SIGINT', () => lines.close())
    lines.once('close', () => resolve(null))
  })
}
