import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { UNFINISHED } from '../../program/durable-file.js'
import { fileSizeOf, type RecordFile } from '../record/files.js'

/**
 * Files that an interrupted move has written already, a line each, so that the same move goes on behind them. The first line
 * says of which move they are: files of another one are made anew.
 */
export class FinishedFiles {
  readonly #dir: string
  readonly #path: string
  readonly #files = new Map<string, RecordFile>()

  constructor(dir: string, move: string) {
    this.#dir = dir
    this.#path = join(dir, `move${UNFINISHED}`)
    const lines = existsSync(this.#path) ? readFileSync(this.#path, 'utf8').split('\n') : []
    if (lines[0] === move) {
      // Behind the last line end stands what a kill has left of a line.
      for (const line of lines.slice(1, -1)) {
        const file = JSON.parse(line) as RecordFile
        this.#files.set(file.name, file)
      }
      return
    }
    for (const line of lines.slice(1, -1)) rmSync(join(dir, (JSON.parse(line) as RecordFile).name), { force: true })
    rmSync(this.#path, { force: true })
    appendFileSync(this.#path, `${move}\n`)
  }

  /** A file that is there already; else what `write` makes, which is noted. */
  async file(name: string, write: () => Promise<RecordFile | null>): Promise<RecordFile | null> {
    const known = this.#files.get(name)
    if (known !== undefined && (await fileSizeOf(join(this.#dir, name))) === known.bytes) return known
    const made = await write()
    if (made !== null) appendFileSync(this.#path, `${JSON.stringify(made)}\n`)
    return made
  }

  /** The move is done. */
  forget(): void {
    rmSync(this.#path, { force: true })
  }
}
