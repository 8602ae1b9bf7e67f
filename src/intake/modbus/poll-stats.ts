import { MODBUS_CONNECTIONS_MAX } from '../../base/modbus.js'
import { POLL_RESULTS, type PollResult } from './meter-line.js'

export type PollCounts = Readonly<Record<PollResult, number>>

const ID_BYTES = 64
const COUNTS_BYTES = POLL_RESULTS.length * Float64Array.BYTES_PER_ELEMENT
const SLOT_BYTES = ID_BYTES + COUNTS_BYTES

/**
 * Counts the polls of each connection by their result, since the start. The intake thread writes, any other reads.
 * A connection keeps its place when it is taken out of the configuration; when all places are taken, those that come
 * are not counted.
 */
export class PollStats {
  readonly #bytes: Uint8Array

  static create(): PollStats {
    return new PollStats(new SharedArrayBuffer(MODBUS_CONNECTIONS_MAX * SLOT_BYTES))
  }

  constructor(readonly shared: SharedArrayBuffer) {
    this.#bytes = new Uint8Array(shared)
  }

  /** Counts for a connection. */
  of(id: string): (result: PollResult) => void {
    const slot = this.#slotOf(id)
    if (slot === null) return () => undefined
    const counts = this.#counts(slot)
    return (result) => {
      counts[POLL_RESULTS.indexOf(result)]! += 1
    }
  }

  read(): readonly { readonly id: string; readonly polls: PollCounts }[] {
    const found: { id: string; polls: PollCounts }[] = []
    for (let slot = 0; slot < MODBUS_CONNECTIONS_MAX; slot++) {
      const id = this.#idAt(slot)
      if (id === '') break
      const counts = this.#counts(slot)
      const polls = Object.fromEntries(POLL_RESULTS.map((result, i) => [result, counts[i]!] as const)) as PollCounts
      found.push({ id, polls })
    }
    return found
  }

  #slotOf(id: string): number | null {
    for (let slot = 0; slot < MODBUS_CONNECTIONS_MAX; slot++) {
      const taken = this.#idAt(slot)
      if (taken === id) return slot
      if (taken !== '') continue
      this.#bytes.set(Buffer.from(id, 'latin1'), slot * SLOT_BYTES)
      return slot
    }
    return null
  }

  #idAt(slot: number): string {
    const from = slot * SLOT_BYTES
    const bytes = Buffer.from(this.#bytes.slice(from, from + ID_BYTES))
    const end = bytes.indexOf(0)
    return bytes.toString('latin1', 0, end === -1 ? ID_BYTES : end)
  }

  #counts(slot: number): Float64Array {
    return new Float64Array(this.shared, slot * SLOT_BYTES + ID_BYTES, POLL_RESULTS.length)
  }
}
