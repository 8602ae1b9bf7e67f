import { MODBUS_CONNECTIONS_MAX } from '../../base/modbus.js'
import { NamedCounts } from '../named-counts.js'
import { POLL_RESULTS, type PollResult } from './meter-line.js'

export type PollCounts = Readonly<Record<PollResult, number>>

/** Counts the polls of each connection by their result, since the start. The intake thread writes, any other reads. */
export class PollStats {
  readonly #counts: NamedCounts<PollResult>

  static create(): PollStats {
    return new PollStats(NamedCounts.shared(POLL_RESULTS, MODBUS_CONNECTIONS_MAX))
  }

  constructor(readonly shared: SharedArrayBuffer) {
    this.#counts = new NamedCounts(shared, POLL_RESULTS)
  }

  /** Counts for a connection. */
  of(id: string): (result: PollResult) => void {
    const counts = this.#counts.of(id)
    if (counts === null) return () => undefined
    return (result) => {
      counts[POLL_RESULTS.indexOf(result)]! += 1
    }
  }

  read(): readonly { readonly id: string; readonly polls: PollCounts }[] {
    return this.#counts.read().map(({ id, figures }) => ({ id, polls: figures }))
  }
}
