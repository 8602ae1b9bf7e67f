import type { Database } from '../archive/database.js'
import type { LastingRecord } from '../archive/record/record.js'
import type { HealthCheck } from '../base/wire.js'
import type { KnownNames } from '../decode/cardinality/known.js'
import type { JournalReader } from '../journal/reader.js'
import type { Engine } from '../kpi/engine.js'
import { clockHealth } from './clock-health.js'
import type { MessageAccounting } from './message-accounting.js'
import { recordHealth } from './opening.js'
import type { Pipeline } from './pipeline.js'
import type { PipelineProgress } from './progress.js'
import { redoReason } from './redo-text.js'
import type { Upkeep } from './upkeep.js'

/** Most plants that are named; of more nothing is said. */
const PLANTS_SHOWN_MAX = 5

/** Health checks of the stages that turn the journal into figures. */
export function healthOfStages(parts: {
  readonly pipeline: Pick<Pipeline, 'trouble'>
  readonly progress: Pick<PipelineProgress, 'hasCaughtUp' | 'hasComputed'>
  readonly reader: Pick<JournalReader, 'damage'>
  readonly record: LastingRecord
  readonly accounting: Pick<MessageAccounting, 'clock' | 'nowMs' | 'waitsUntilMs'>
  readonly upkeep: Pick<Upkeep, 'trouble'>
  readonly engine: Pick<Engine, 'redo'>
  readonly known: Pick<KnownNames, 'refused' | 'limits'>
  readonly database: Pick<Database, 'trouble'>
  /** Sentence on a database that could not be used and was set aside; null when it could be used. */
  readonly setAside: string | null
}): HealthCheck[] {
  const { pipeline, progress, reader, engine, record, accounting, upkeep, known, database, setAside } = parts
  return [
    { name: 'journal_reader', ok: reader.damage === null, reason: reader.damage ?? '' },
    { name: 'quarantine', ok: pipeline.trouble === '', reason: pipeline.trouble },
    {
      name: 'archive',
      ok: progress.hasCaughtUp,
      reason: progress.hasCaughtUp ? '' : (setAside ?? 'what the journal held at the start is still being read'),
    },
    clockHealth(accounting),
    ...recordHealth(record, upkeep.trouble),
    {
      name: 'figures',
      ok: progress.hasComputed,
      reason: progress.hasComputed ? '' : 'the figures of what was archived before the start are still being computed',
    },
    { name: 'rules', ok: true, reason: redoReason(engine.redo) },
    { name: 'limits', ok: true, reason: refusedNames(known) },
    { name: 'database', ok: database.trouble === '', reason: database.trouble },
  ]
}

/** Names who is refused because a limit is reached: whoever sends too much must not make the gateway unready for all others. */
function refusedNames({ refused, limits }: Pick<KnownNames, 'refused' | 'limits'>): string {
  return [...refused.values()]
    .slice(0, PLANTS_SHOWN_MAX)
    .map(({ plant, device, budget, refused, sinceMs }) => {
      const since = new Date(sinceMs).toISOString()
      return `${refused} refused since ${since}, first of device ${device} of plant ${plant}: limits.${budget} is ${limits[budget]}`
    })
    .join('; ')
}
