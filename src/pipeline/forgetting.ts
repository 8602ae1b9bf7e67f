import { type Archive, saveProgress } from '../archive/archive.js'
import type { Database } from '../archive/database.js'
import type { Senders } from '../archive/senders.js'
import type { Engine } from '../kpi/engine.js'
import type { ForgottenShare } from '../kpi/schedule/progress.js'
import type { DuckdbStore } from '../stores/duckdb.js'
import type { Configs } from './configs.js'
import type { MessageAccounting } from './message-accounting.js'
import type { Upkeep } from './upkeep.js'

export interface ForgettingDeps {
  readonly accounting: MessageAccounting
  readonly archive: Archive
  readonly database: Database
  readonly senders: Senders
  readonly engine: Engine
  readonly points: DuckdbStore
  readonly configs: Configs
  readonly upkeep: Upkeep
  /** Brings the database to the ledger's place in the journal. */
  save(): Promise<void>
}

/**
 * Takes devices that wait to be forgotten out of database, figures and memory, once the files of the record hold all that
 * they sent. To be called at rest; it does nothing while late samples wait, or while the files cannot be written.
 */
export async function forgetWaiting(deps: ForgettingDeps): Promise<void> {
  const { accounting, archive, database, engine, points, configs, upkeep } = deps
  const [next, ...others] = accounting.forgetting
  if (next === undefined || engine.isLatePending) return
  await deps.save()
  if (!(await upkeep.tryCut())) return
  const gone = engine.goneFigures(next.plant, next.devices)
  const isScopeGone = goneScopes(next.plant, next.devices, deps)
  const streams = points.idsOf((stream) => isScopeGone(stream) || gone?.isGone(stream) === true)
  let now: Partial<MessageAccounting> = {}
  let finalPoints = 0
  let share: ForgottenShare = { plant: next.plant, range: null, keptSeries: [] }
  await archive.forget(next, async (connection, { readings, range, keptSeries }) => {
    now = { readingsForgotten: accounting.readingsForgotten + readings, forgetting: others }
    share = { plant: next.plant, range: gone === null ? range : gone.range, keptSeries: keptSeries.map(({ id }) => id) }
    finalPoints = await points.forgetRows(connection, streams)
    await saveProgress(connection, 'journal', { ...accounting, ...now })
    const progress = engine.progress()
    const left = { ...progress, finalPoints: progress.finalPoints - finalPoints, forgotten: [share] }
    await saveProgress(connection, 'kpi', left)
  })
  Object.assign(accounting, now)
  points.forget(streams)
  const from = { database, versions: configs.versions, stored: points }
  await engine.forget(share, finalPoints, from)
}

/** Test for streams of a plant that belong to nobody any more: of the devices, of lines without one, or all of the plant. */
function goneScopes(plant: string, devices: readonly string[], { configs, senders }: ForgettingDeps) {
  const gone = new Set(devices)
  const left = [...senders.all()].filter((sender) => sender.plant === plant)
  const options = configs.plant(plant)
  const lines = new Set([
    ...left.map(({ line }) => line),
    ...(options?.lines ?? []).map(({ id }) => id),
    ...(options?.devices ?? []).map(({ line }) => line),
  ])
  const isPlantGone = options === undefined && left.length === 0
  return (stream: { readonly plant: string; readonly scope: string; readonly id: string }): boolean => {
    if (stream.plant !== plant) return false
    if (isPlantGone || (stream.scope === 'device' && gone.has(stream.id))) return true
    return stream.scope === 'line' && !lines.has(stream.id)
  }
}
