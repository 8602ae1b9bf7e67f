import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'

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

  /** @param endpoint whose time it is; that of another server under the same id is none */
  constructor(
    private readonly path: string,
    private readonly endpoint: string,
  ) {
    this.#upToMs = read(path, endpoint)
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
    this.write()
  }

  /** A full disk is no reason to end: it is tried again the next time. */
  write(): void {
    if (this.#isWritten) return
    const unfinished = `${this.path}.new`
    try {
      mkdirSync(dirname(this.path), { recursive: true })
      writeFileSync(unfinished, JSON.stringify({ endpoint: this.endpoint, up_to_ms: this.#upToMs }))
      renameSync(unfinished, this.path)
      this.#isWritten = true
    } catch {
      this.#isWritten = false
    }
  }
}

/** A loss of power may have cut the file: then nothing is known, as without one. */
function read(path: string, endpoint: string): number | null {
  try {
    const kept = content.parse(JSON.parse(readFileSync(path, 'utf8')))
    return kept.endpoint === endpoint ? kept.up_to_ms : null
  } catch {
    return null
  }
}
