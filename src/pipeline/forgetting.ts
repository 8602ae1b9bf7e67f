import { type Archive, saveProgress } from '../archive/archive.js'
import type { Database } from '../archive/database.js'
import { type Forgetting, forgettingKey, type TimeSpan } from '../archive/forget.js'
import type { LastingRecord } from '../archive/record/record.js'
import { goingOf } from '../archive/record/removal.js'
import type { Senders } from '../archive/senders.js'
import type { Series } from '../archive/series.js'
import type { Engine } from '../kpi/engine.js'
import type { ForgottenShare } from '../kpi/schedule/progress.js'
import type { StreamName } from '../kpi/windows/stream-numbers.js'
import type { DuckdbStore } from '../stores/duckdb.js'
import type { Configs } from './configs.js'
import type { MessageAccounting } from './message-accounting.js'

export interface FollowingDeps {
  readonly accounting: MessageAccounting
  readonly record: Pick<LastingRecord, 'manifest'>
  readonly archive: Pick<Archive, 'forgetDay' | 'forgetSeries' | 'series'>
  readonly database: Database
  readonly senders: Senders
  readonly engine: Engine
  readonly points: DuckdbStore
  readonly configs: Configs
}

/**
 * Brings the database to where the files are: what an order has taken out of them goes from it too, with the counts, before anything else
 * is archived. To be called at rest, and first of all after a start.
 */
export async function followFiles(
  { accounting, record, archive, engine }: Pick<FollowingDeps, 'accounting' | 'record' | 'archive' | 'engine'>,
  save: () => Promise<void>,
): Promise<void> {
  for (const order of accounting.forgetting) {
    const going = goingOf(record.manifest, order)
    if (going === undefined || going.steps <= (order.done?.steps ?? 0)) continue
    await save()
    // Before its first day all of the devices is still there: the time of which figures are others without them is known then alone.
    const before = order.done === undefined ? rangeOf(engine, order) : order.done.range
    const now = await archive.forgetDay(order, going.last, async (connection, gone) => {
      const range = joined(before, gone.range)
      const done = { steps: going.steps, readings: going.readings, range }
      const forgetting = accounting.forgetting.map((one) => (one === order ? { ...one, done } : one))
      const counts = { forgetting, readingsForgotten: accounting.readingsForgotten + gone.readings }
      await saveProgress(connection, 'journal', { ...accounting, ...counts })
      return counts
    })
    Object.assign(accounting, now)
  }
}

function rangeOf(engine: Engine, order: Forgetting): TimeSpan | null {
  return engine.goneFigures(order.plant, order)?.range ?? null
}

function joined(a: TimeSpan | null, b: TimeSpan | null): TimeSpan | null {
  if (a === null || b === null) return a ?? b
  return { fromMs: Math.min(a.fromMs, b.fromMs), toMs: Math.max(a.toMs, b.toMs) }
}

/**
 * Ends an order of which the files are through: its devices leave figures and memory, as far as nothing of them is left.
 * @param failure reason why something stayed: then devices of which there is something are known again
 */
export async function endForgetting(
  deps: FollowingDeps,
  order: Forgetting,
  { failure, save }: { readonly failure: string | undefined; save(): Promise<void> },
): Promise<void> {
  const { accounting, archive, database, engine, points, configs } = deps
  const key = forgettingKey(order)
  const now = accounting.forgetting.find((one) => forgettingKey(one) === key) ?? order
  const forgetting = accounting.forgetting.filter((one) => one !== now)
  if (failure !== undefined) await readmit(deps, now)
  if (failure !== undefined && now.done === undefined) {
    accounting.forgetting = forgetting
    return save()
  }
  const range = now.done === undefined ? rangeOf(engine, now) : now.done.range
  const streams = failure === undefined ? points.idsOf(goneStreams(now, deps)) : []
  let finalPoints = 0
  let share: ForgottenShare = { plant: now.plant, range: null, keptSeries: [] }
  await save()
  const alongside: Parameters<Archive['forgetSeries']>[1] = async (connection, { keptSeries }) => {
    share = { plant: now.plant, range, keptSeries: keptSeries.map(({ id }) => id) }
    finalPoints = await points.forgetRows(connection, streams)
    await saveProgress(connection, 'journal', { ...accounting, forgetting })
    const progress = engine.progress()
    const left = { ...progress, finalPoints: progress.finalPoints - finalPoints, forgotten: [share] }
    await saveProgress(connection, 'kpi', left)
  }
  await archive.forgetSeries(now, alongside, failure !== undefined)
  accounting.forgetting = forgetting
  points.forget(streams)
  const from = { database, versions: configs.versions, stored: points }
  await engine.forget(share, finalPoints, from)
}

/** Makes known again of what something stayed: whoever gave the order sees it, and may give it again. */
async function readmit(deps: FollowingDeps, order: Forgetting): Promise<void> {
  const { archive, senders, configs } = deps
  const { plant, metrics } = order
  const named = new Set(order.devices)
  const isOwn = ({ device, metric }: Series) => named.has(device) && metrics?.includes(metric) !== false
  const series = archive.series.all().filter((one) => one.plant === plant && isOwn(one))
  const left = metrics === undefined ? [...series, ...(await sendersOfEvents(deps, order))] : series
  for (const { line, device } of left) if (senders.find(plant, device) === undefined) senders.touch(plant, line, device)
  configs.known.readmit(left)
}

/** Devices of an order that events are left of. */
async function sendersOfEvents({ database }: FollowingDeps, { plant, devices }: Forgetting) {
  const named = new Set(devices)
  const [lines = [], ids = []] = await database.columns('SELECT DISTINCT line, device FROM event WHERE plant = $1', [
    plant,
  ])
  const ofEvents = ids.map((device, i) => ({ plant, line: String(lines[i]), device: String(device) }))
  return ofEvents.filter(({ device }) => named.has(device))
}

/** Test for streams that nobody makes any more without the devices. */
function goneStreams(order: Forgetting, deps: FollowingDeps): (stream: StreamName) => boolean {
  const { plant, devices, metrics } = order
  // Devices of which metrics go alone are there all the same.
  const isScopeGone = goneScopes(plant, metrics === undefined ? devices : [], deps)
  const gone = deps.engine.goneFigures(plant, order)
  return (stream) => isScopeGone(stream) || gone?.isGone(stream) === true
}

/** Test for streams of a plant that belong to nobody any more: of the devices, of lines without one, or all of the plant. */
function goneScopes(plant: string, devices: readonly string[], { configs, senders }: FollowingDeps) {
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
