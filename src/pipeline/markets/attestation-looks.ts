import { MARKET_ENTRIES, marketEntries } from '../../audit/market/market-entries.js'
import { overdueMs } from '../../audit/market/months.js'
import type { Clock } from '../../base/clock.js'
import type { PlantOptions } from '../../base/plant.js'
import { saidOfTypes } from '../../views/entries-on-record.js'
import type { RecordSources } from '../../views/sources/records.js'
import { lookAtPlants, type PlantLooksDeps } from '../plant-looks.js'
import type { AttestationWatch } from './attestation-watch.js'

export interface AttestationLooksDeps extends PlantLooksDeps {
  readonly watch: Pick<AttestationWatch, 'found'>
}

type AttestationSources = Pick<RecordSources, 'events'> & { readonly clock: Clock }

/** Looks whether months of each plant that takes part in a carbon market are attested in time, and tells the watch. */
export class AttestationLooks {
  readonly #deps: AttestationLooksDeps

  constructor(deps: AttestationLooksDeps) {
    this.#deps = deps
  }

  /** Runs until `signal` is aborted. */
  async run(signal: AbortSignal, sources: AttestationSources): Promise<void> {
    await lookAtPlants(this.#deps, 'attested months', sources.clock, signal, (plan) => this.#look(plan, sources))
  }

  async #look({ id, ets, alarm_defaults, timezone }: PlantOptions, sources: AttestationSources): Promise<void> {
    const { watch } = this.#deps
    // A plant that takes part no longer has no month that is overdue, and may take part again.
    if (ets === undefined || !alarm_defaults.attestation.enabled) return watch.found(id, null)
    const { attestations } = marketEntries(await saidOfTypes(sources, id, [...MARKET_ENTRIES, 'withdrawn']))
    const attested = new Set(attestations.map(({ said }) => said.month))
    watch.found(id, overdueMs(ets, timezone, sources.clock.nowMs(), attested))
  }
}
