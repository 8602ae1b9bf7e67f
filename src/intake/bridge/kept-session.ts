import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'

const content = z.object({ url: z.string(), client_id: z.string(), filters: z.array(z.string()) })

/**
 * Keeps in a file what we have left at a broker under our client id, so that it is known after a restart: that there has to be
 * a session, and which of its subscriptions are not wanted any more. A file that is lost costs these two alone.
 */
export class KeptSession {
  #filters: readonly string[]
  /** They are in the file. */
  #isWritten = true

  /** @param owner whose session it is; what another broker or client id has left there is not ours */
  constructor(
    private readonly path: string,
    private readonly owner: { readonly url: string; readonly client_id: string },
  ) {
    this.#filters = read(path, owner)
  }

  /** Topic filters subscribed to in the session; empty when we have left none. */
  get filters(): readonly string[] {
    return this.#filters
  }

  /** Tried again when it is called again; '' when it is in the file, else why not: a full disk is no reason to end. */
  keep(filters: readonly string[]): string {
    if (this.#isWritten && JSON.stringify(filters) === JSON.stringify(this.#filters)) return ''
    this.#filters = filters
    this.#isWritten = false
    const { url, client_id } = this.owner
    const unfinished = `${this.path}.new`
    try {
      mkdirSync(dirname(this.path), { recursive: true })
      writeFileSync(unfinished, JSON.stringify({ url, client_id, filters }))
      renameSync(unfinished, this.path)
    } catch (error) {
      return (error as Error).message
    }
    this.#isWritten = true
    return ''
  }
}

/** A loss of power may have cut the file: then nothing is known, as without one. */
function read(path: string, owner: { readonly url: string; readonly client_id: string }): readonly string[] {
  try {
    const kept = content.parse(JSON.parse(readFileSync(path, 'utf8')))
    return kept.url === owner.url && kept.client_id === owner.client_id ? kept.filters : []
  } catch {
    return []
  }
}
