import { MARKET_ENTRIES, marketEntries } from '../../audit/market/market-entries.js'
import { overdueMs } from '../../audit/market/months.js'
import type { Clock } from '../../base/clock.js'
import type { EtsOptions } from '../../base/options/ets.js'
import type { PlantOptions } from '../../base/plant.js'
import { saidOfTypes } from '../../views/entries-on-record.js'
import type { RecordSources } from '../../views/sources/records.js'
import type { Configs } from '../configs.js'
import type { PipelineProgress } from '../progress.js'
import type { AttestationWatch } from './attestation-watch.js'

/** Time between two looks: a deadline is a day, and an attestation is to end its alarm soon. */
const LOOK_MS = 30_000

export interface AttestationLooksDeps {
  readonly configs: Pick<Configs, 'plants'>
  readonly progress: Pick<PipelineProgress, 'hasComputed'>
  readonly watch: Pick<AttestationWatch, 'found'>
  /** True while nobody else may work for the same plants. */
  isOwner(): boolean
  log(level: 'warn', text: string): void
}

/** Looks whether months of each plant that takes part in a carbon market are attested in time, and tells the watch. */
export class AttestationLooks {
  readonly #deps: AttestationLooksDeps

  constructor(deps: AttestationLooksDeps) {
    this.#deps = deps
  }

  /** Runs until `signal` is aborted. */
  async run(signal: AbortSignal, sources: Pick<RecordSources, 'events'> & { readonly clock: Clock }): Promise<void> {
    const { configs, progress, isOwner } = this.#deps
    while (!signal.aborted) {
      for (const plan of configs.plants) {
        if (signal.aborted || !progress.hasComputed || !isOwner()) break
        // A plant that takes part no longer has no month that is overdue, and may take part again.
        if (plan.ets === undefined || !plan.alarm_defaults.attestation.enabled) this.#deps.watch.found(plan.id, null)
        else await this.#look(plan, plan.ets, sources)
      }
      await sources.clock.sleep(LOOK_MS, signal)
    }
  }

  async #look(
    { id, timezone }: PlantOptions,
    ets: EtsOptions,
    sources: Pick<RecordSources, 'events'> & { readonly clock: Clock },
  ): Promise<void> {
    try {
      const { attestations } = marketEntries(await saidOfTypes(sources, id, [...MARKET_ENTRIES, 'withdrawn']))
      const attested = new Set(attestations.map(({ said }) => said.month))
      this.#deps.watch.found(id, overdueMs(ets, timezone, sources.clock.nowMs(), attested))
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.#deps.log('warn', `the months of ${id} were not looked at: ${reason}; they are tried again in half a minute`)
    }
  }
}
