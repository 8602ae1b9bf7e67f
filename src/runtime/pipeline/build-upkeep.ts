import { deltasOf, retentionOf } from '../../archive/options.js'
import type { Audit } from '../../pipeline/audit.js'
import { Upkeep } from '../../pipeline/upkeep.js'
import type { Stores } from '../../stores/stores.js'
import type { PipelineContext } from './context.js'
import type { PipelineState } from './open-state.js'

/** Builds the work on the lasting record: it lets go only of what stores, centre and ledger have. */
export function buildUpkeep(
  { data, clock, forwarding, answer }: PipelineContext,
  { database, record, loaded }: PipelineState,
  { stores, audit }: { readonly stores: Stores; readonly audit: Audit },
): Upkeep {
  const { config } = data
  return new Upkeep({
    clock,
    database,
    record,
    accounting: loaded.accounting,
    engine: loaded.engine,
    stores,
    forwarded: forwarding,
    retention: retentionOf(config.archive),
    ...deltasOf(config.archive, config.journal),
    isSealed: audit.sealing.isSealed,
    letGoOfDays: (plant, before, letGo) => audit.sealing.letGoOfDays(plant, before, letGo),
    trim: (beforeSegment) =>
      void audit.sealing.letGoOfSegments(beforeSegment, () => answer({ type: 'trim', beforeSegment })),
  })
}
