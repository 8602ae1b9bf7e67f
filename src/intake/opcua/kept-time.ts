import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { Logger } from 'pino'
import { z } from 'zod'
import { writeDurably } from '../../program/durable-file.js'

const content = z.object({ endpoint: z.string(), up_to_ms: z.number() })
/** It is written this often at most: after a kill so much more is fetched from the history of the server, and is there already. */
const WRITTEN_MS = 5000
/** A time so much earlier is that of a clock that was set back. */
const SET_BACK_MS = 60_000

/**
 * Keeps in a file up to which time, by the clock of the server, everything that it has sent is durable here. A file that is
 * lost costs the history of one gap.
 */
export class KeptTime {
  #upToMs: number | null
  #writtenAtMs = Number.NEGATIVE_INFINITY
  #isWritten = true
  /** The last write that was begun; it never rejects. */
  #writing: Promise<void> = Promise.resolve()

  /**
   * @param endpoint whose time it is; that of another server under the same id is none
   * @param log is told when there is a file that cannot be read: then nothing is known, as without one
   */
  constructor(
    private readonly path: string,
    private readonly endpoint: string,
    log: Pick<Logger, 'warn'>,
  ) {
    this.#upToMs = read(path, endpoint, log)
  }

  /** Epoch ms; null when nothing has come yet. */
  get upToMs(): number | null {
    return this.#upToMs
  }

  /** @param nowMs by `performance.now` */
  reach(upToMs: number, nowMs: number): void {
    const known = this.#upToMs
    if (known !== null && upToMs <= known && upToMs > known - SET_BACK_MS) return
    this.#upToMs = upToMs
    this.#isWritten = false
    if (nowMs - this.#writtenAtMs < WRITTEN_MS) return
    this.#writtenAtMs = nowMs
    void this.write()
  }

  /** Resolves when it is on the disk, or could not be: a full disk is no reason to end, it is tried again the next time. */
  write(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#replace())
    return this.#writing
  }

  async #replace(): Promise<void> {
    if (this.#isWritten) return
    this.#isWritten = true
    const content = JSON.stringify({ endpoint: this.endpoint, up_to_ms: this.#upToMs })
    try {
      await mkdir(dirname(this.path), { recursive: true })
      await writeDurably(dirname(this.path), basename(this.path), content)
    } catch {
      this.#isWritten = false
    }
  }
}

function read(path: string, endpoint: string, log: Pick<Logger, 'warn'>): number | null {
  try {
    const kept = content.parse(JSON.parse(readFileSync(path, 'utf8')))
    return kept.endpoint === endpoint ? kept.up_to_ms : null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      const reason = (error as Error).message
      log.warn(
        { path, reason },
        'it cannot be read up to when values of a server are there: the history of one gap is not asked for',
      )
    }
    return null
  }
}
