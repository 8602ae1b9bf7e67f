import { Archive } from '../archive/archive.js'
import type { Database } from '../archive/database.js'
import type { Forgetting } from '../archive/forget.js'
import { readAnomalyActions, readConfigs, readDeviceFacts } from '../archive/samples.js'
import { Senders } from '../archive/senders.js'
import type { Series } from '../archive/series.js'
import type { PlantOptions } from '../base/plant.js'
import { KnownNames } from '../decode/cardinality/known.js'
import { AnomalyVerdicts } from '../insight/anomalies/verdicts.js'
import { positionOf } from '../journal/cursor.js'
import { Alarms } from '../kpi/alarms/alarms.js'
import { CATALOGUE } from '../kpi/catalogue.js'
import { Engine } from '../kpi/engine.js'
import { bundledLibrary } from '../kpi/factors/bundled.js'
import { type EngineProgress, NO_PROGRESS } from '../kpi/schedule/progress.js'
import { unitInCurrency } from '../kpi/settings/currency.js'
import { DuckdbStore } from '../stores/duckdb.js'
import { Configs } from './configs.js'
import { accountingFrom, type MessageAccounting } from './message-accounting.js'

/**
 * The stages that begin with what the database holds.
 * @param first the configuration as the journal keeps it, with the plants of it
 */
export async function load(
  database: Database,
  first: { readonly hash: string; readonly content: string; readonly plants: readonly PlantOptions[] },
) {
  const senders = new Senders()
  const archive = await Archive.open(database, senders)
  const accounting = accountingFrom(await archive.progress<MessageAccounting>('journal'))
  const decoderStates = await archive.decoderStates()
  const known = new KnownNames()
  known.restore(senders.all(), await knownSeries(database, archive, accounting), decoderStates)
  const configs = new Configs(await readConfigs(database), first, known)
  const units = new Map(CATALOGUE.map((kpi) => [kpi.id, kpi.unit]))
  const points = await DuckdbStore.open(database, units, (unit, plant) => unitInCurrency(unit, configs.plant(plant)))
  const engine = await Engine.start({
    database,
    archive,
    senders,
    library: bundledLibrary(),
    stored: points,
    versions: configs.versions,
    progress: (await archive.progress<EngineProgress>('kpi')) ?? NO_PROGRESS,
    nowMs: accounting.nowMs,
    position: positionOf(accounting.cursor),
  })
  const originOf = (plant: string, device: string) => {
    const sender = senders.find(plant, device)
    if (sender === undefined) return undefined
    return { line: sender.line, client: sender.client ?? sender.lastMessage?.client ?? null }
  }
  const alarms = await Alarms.open({ database, points, catalogue: CATALOGUE, versions: configs.versions, originOf })
  const verdicts = new AnomalyVerdicts()
  for (const verdict of await readAnomalyActions(database)) verdicts.add(verdict)
  const facts = (await readDeviceFacts(database, positionOf(accounting.cursor))).map(({ fact }) => fact)
  return { senders, archive, accounting, points, engine, configs, alarms, verdicts, facts, decoderStates }
}

/** The series that count as known: of those that wait to be forgotten such as have come again since. */
async function knownSeries(
  database: Database,
  archive: Archive,
  { forgetting }: MessageAccounting,
): Promise<readonly Series[]> {
  const all = archive.series.all()
  const byDevice = new Map<string, Forgetting[]>()
  for (const order of forgetting) {
    for (const device of order.devices) {
      const key = `${order.plant}/${device}`
      byDevice.set(key, [...(byDevice.get(key) ?? []), order])
    }
  }
  const sinceOf = new Map(
    all.flatMap((series): [id: number, position: number][] => {
      const { plant, device, metric } = series
      const orders = byDevice.get(`${plant}/${device}`) ?? []
      const own = orders.filter(({ metrics }) => metrics === undefined || metrics.includes(metric))
      return own.length === 0 ? [] : [[series.id, Math.max(...own.map(({ position }) => position))]]
    }),
  )
  if (sinceOf.size === 0) return all
  const [again = [], newest = []] = await database.columns(
    `SELECT series, max(position)::DOUBLE FROM reading WHERE series IN (${[...sinceOf.keys()].join(',')}) GROUP BY series`,
  )
  const newestOf = new Map(again.map((id, i) => [id as number, newest[i] as number]))
  return all.filter(({ id }) => {
    const since = sinceOf.get(id)
    return since === undefined || (newestOf.get(id) ?? -1) > since
  })
}
