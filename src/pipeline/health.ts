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
import { FAILED_TOLD_MS } from './removal-progress.js'
import type { RemovalTries } from './removal-tries.js'
import type { Upkeep } from './upkeep.js'

/** Most plants that are named; of more nothing is said. */
const PLANTS_SHOWN_MAX = 5

/** From this lag on the gateway is not ready: who asks for figures then is shown those of half a minute ago. */
export const READY_LAG_MAX_MS = 30_000

/** Health checks of the stages that turn the journal into figures. */
export function healthOfStages(parts: {
  readonly pipeline: Pick<Pipeline, 'trouble' | 'lag'>
  readonly progress: Pick<PipelineProgress, 'hasCaughtUp' | 'hasComputed'>
  readonly reader: Pick<JournalReader, 'damage'>
  readonly record: LastingRecord
  readonly accounting: Pick<MessageAccounting, 'clock' | 'nowMs' | 'waitsUntilMs' | 'forgetting'>
  readonly upkeep: Pick<Upkeep, 'trouble'>
  readonly tries: Pick<RemovalTries, 'trouble'>
  readonly engine: Pick<Engine, 'redo'>
  readonly known: Pick<KnownNames, 'refused' | 'limits'>
  readonly database: Pick<Database, 'trouble'>
  /** Sentence on a database that could not be used and was set aside; null when it could be used. */
  readonly setAside: string | null
}): HealthCheck[] {
  const { pipeline, progress, reader, engine, record, accounting, upkeep, tries, known, database, setAside } = parts
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
    lagHealth(pipeline, progress),
    { name: 'rules', ok: true, reason: redoReason(engine.redo) },
    { name: 'limits', ok: true, reason: refusedNames(known) },
    { name: 'removals', ok: true, reason: removalsReason(record, tries, accounting) },
    { name: 'database', ok: database.trouble === '', reason: database.trouble },
  ]
}

/**
 * Health check of how far figures are behind; while the start is still being worked off, `archive` and `figures` say so already.
 * A past that waits to be computed behind what is live is said, and takes no readiness away: figures of now are what is asked of it.
 */
export function lagHealth(
  { lag: { liveMs, wholeMs } }: Pick<Pipeline, 'lag'>,
  { hasCaughtUp, hasComputed }: Pick<PipelineProgress, 'hasCaughtUp' | 'hasComputed'>,
): HealthCheck {
  const isStarted = hasCaughtUp && hasComputed
  const isBehind = isStarted && liveMs > READY_LAG_MAX_MS
  if (isBehind) {
    const reason = `figures are ${Math.round(liveMs / 1000)} s behind what has arrived: more comes than is worked off; nothing is lost and messages are taken; wait, or send history more slowly`
    return { name: 'lag', ok: false, reason }
  }
  const isPastBehind = isStarted && wholeMs > READY_LAG_MAX_MS
  const reason = isPastBehind
    ? `readings of the past have waited ${Math.round(wholeMs / 1000)} s to be in the figures; figures of now are on time, and nothing is lost`
    : ''
  return { name: 'lag', ok: true, reason }
}

/** Names the orders to remove something that wait or have failed in the last week: whoever gave one is to know, and all else goes on. */
function removalsReason(
  { manifest }: LastingRecord,
  { trouble }: Pick<RemovalTries, 'trouble'>,
  { nowMs, forgetting }: Pick<MessageAccounting, 'nowMs' | 'forgetting'>,
): string {
  const failed = (manifest.removals?.ended ?? []).filter(
    (one) => one.failure !== undefined && nowMs - one.atMs < FAILED_TOLD_MS,
  )
  const texts = failed.slice(-PLANTS_SHOWN_MAX).map(({ plant, atMs, steps, failure }) => {
    const what = steps === 0 ? 'nothing was removed' : 'not all was removed'
    return `${what} by the order of ${new Date(atMs).toISOString()} for plant ${plant}: ${failure}`
  })
  const plants = [...new Set(forgetting.map(({ plant }) => plant))].slice(0, PLANTS_SHOWN_MAX)
  const going = plants.map((plant) => `devices of plant ${plant} are being removed`)
  return [...going, ...(trouble === '' ? [] : [trouble]), ...texts].join('; ')
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
