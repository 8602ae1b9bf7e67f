import { DuckDBInstance } from '@duckdb/node-api'
import { Archive } from '../../../src/archive/archive.js'
import { Database } from '../../../src/archive/database.js'
import { Senders } from '../../../src/archive/senders.js'
import { systemClock } from '../../../src/base/clock.js'
import { configVersion, plantOptions } from '../../../src/base/plant.js'
import { STATES } from '../../../src/base/states.js'
import { decode } from '../../../src/decode/decode.js'
import { bundledLibrary } from '../../../src/factor-tables.js'
import { Alarms } from '../../../src/kpi/alarms/alarms.js'
import { CATALOGUE } from '../../../src/kpi/catalogue.js'
import { Engine } from '../../../src/kpi/engine.js'
import { NO_PROGRESS } from '../../../src/kpi/progress.js'
import { Publisher } from '../../../src/pipeline/publisher.js'
import { DuckdbStore } from '../../../src/stores/duckdb.js'
import { round } from '../measure/cost.js'
import type { Outcome } from '../measure/results.js'
import { type BenchOptions, say } from './options.js'

const DEVICES = 500
const FIVE = ['cycles', 'time_producing', 'time_down_fault', 'oee', 'quality_ratio']
/** What such machines have, without the odder ones. */
const FORTY = [
  ...FIVE,
  ...STATES.map((state) => `time_${state.toLowerCase()}`).filter((id) => !FIVE.includes(id)),
  ...['microstops', 'good_units', 'availability', 'effectiveness', 'nee', 'allocation_efficiency'],
  ...['utilization_efficiency', 'technical_efficiency', 'setup_ratio', 'throughput_rate', 'allocation_ratio'],
  ...['production_process_ratio', 'failures', 'mtbf', 'mttr', 'inherent_availability', 'corrective_maintenance_ratio'],
  ...['scrap_ratio', 'defect_ppm', 'fpy', 'data_completeness', 'data_validity', 'connectivity', 'equipment_load'],
  ...['scope1_co2e'],
]
const HALF_SECOND_MS = 500
const WARM_UP_S = 60
const FIRST_MS = Date.parse('2026-11-24T07:00:00Z')
const STAGES = ['decode', 'archive', 'walk', 'compute', 'publish'] as const
type Stage = (typeof STAGES)[number]

/**
 * What KPIs cost as there are more of them: 500 machines at 1 Hz with four metrics a message, in one plant of ten lines,
 * at all scopes. Event time passes as it would; the stages of the pipeline are called one after the other, as the
 * pipeline thread does, twice a second, and the processor time of each is measured, DuckDB's threads included.
 */
export async function kpis({ rounds, messages }: BenchOptions): Promise<Outcome> {
  const seconds = Math.max(60, Math.round(messages / DEVICES))
  const sides = [FIVE, FORTY, CATALOGUE.map(({ id }) => id)]
  const runs = new Map(sides.map((side) => [side.length, [] as Readonly<Record<Stage, number>>[]]))
  for (let i = 0; i < rounds; i++) {
    for (const side of sides) {
      const us = await costOf(side, seconds)
      runs.get(side.length)!.push(us)
      say(`${side.length} KPIs, round ${i + 1}: ${JSON.stringify(us)} us a reading`)
    }
  }
  const medianOf = (count: number, stage: Stage) => {
    const sorted = runs
      .get(count)!
      .map((run) => run[stage])
      .sort((a, b) => a - b)
    return sorted[Math.floor(sorted.length / 2)]!
  }
  const totals = sides.map(({ length }) => STAGES.reduce((sum, stage) => sum + medianOf(length, stage), 0))
  const rows = sides.map(({ length }, i) => [
    `${length} KPIs`,
    ...STAGES.map((stage) => medianOf(length, stage)),
    round(totals[i]!),
  ])
  return {
    settings: { devices: DEVICES, metricsAMessage: 4, hertz: 1, seconds, kpis: sides.map(({ length }) => length) },
    versions: {},
    figures: {
      ratio: round(totals[1]! / totals[0]!),
      microsecondsAReading: Object.fromEntries(rows.map(([a, ...b]) => [a, b])),
    },
    table: [['us CPU a reading', ...STAGES, 'all'], ...rows],
  }
}

async function costOf(ids: readonly string[], seconds: number): Promise<Readonly<Record<Stage, number>>> {
  const plant = plantOptions.parse({
    id: 'bench',
    name: { en: 'Bench' },
    timezone: 'Asia/Shanghai',
    kpis: ids,
    shifts: [
      { name: 'day', start: '08:00', end: '20:00', breaks: [{ start: '12:00', end: '12:45' }], breaks_in_pbt: false },
    ],
    products: [{ id: 'housing', ideal_cycle_s: 2 }],
    lines: Array.from({ length: 10 }, (_, i) => ({ id: `line-${i}` })),
    devices: Array.from({ length: DEVICES }, (_, i) => ({
      id: `m${i}`,
      line: `line-${i % 10}`,
      role: 'machine',
      product: 'housing',
      metrics: Object.fromEntries(
        ['state', 'cycle_count', 'parts_total', 'parts_good'].map((metric) => [metric, { period_s: 1 }]),
      ),
    })),
  })
  const database = await Database.on(await DuckDBInstance.create(':memory:', { threads: '1' }))
  const senders = new Senders()
  const archive = await Archive.open(database, senders)
  const store = await DuckdbStore.open(database, new Map(CATALOGUE.map((kpi) => [kpi.id, kpi.unit])))
  const engine = await Engine.start({
    database,
    archive,
    senders,
    library: bundledLibrary(),
    stored: store,
    versions: [],
    progress: NO_PROGRESS,
    nowMs: FIRST_MS,
    position: -1,
  })
  const content = JSON.stringify({ plants: [plant] })
  engine.configured(configVersion({ arrivedAt: FIRST_MS, hash: content, content }))
  const alarms = await Alarms.open({ database, points: store, catalogue: CATALOGUE, versions: [] })
  const publisher = new Publisher(store, engine, alarms, systemClock)
  const us: Record<Stage, number> = { decode: 0, archive: 0, walk: 0, compute: 0, publish: 0 }
  let readings = 0
  for (let half = 0; half < 2 * (seconds + WARM_UP_S); half++) {
    const isMeasured = half >= 2 * WARM_UP_S
    const took = async <T>(stage: Stage, work: () => T | Promise<T>): Promise<T> => {
      const before = process.cpuUsage()
      const result = await work()
      const { user, system } = process.cpuUsage(before)
      if (isMeasured) us[stage] += user + system
      return result
    }
    const nowMs = FIRST_MS + half * HALF_SECOND_MS
    const payloads = Array.from({ length: DEVICES / 2 }, (_, i) => payloadOf(2 * i + (half % 2), half, nowMs))
    const decoded = await took('decode', () =>
      payloads.map(({ topic, payload }) =>
        decode({ topic, payload, arrivedAt: nowMs + 20, retain: false, fullSizeBytes: null }, { registered: null }),
      ),
    )
    const taken = decoded.flatMap((one) => one.readings)
    for (const { device, line, ts } of taken) {
      const sender = senders.touch('bench', line, device)
      Object.assign(sender, { lastArrivalMs: nowMs + 20, lastTs: ts, newestTs: Math.max(ts, sender.newestTs) })
    }
    const { changes } = await took('archive', () =>
      archive.commit({
        readings: taken.map((reading) => ({ reading, position: half })),
        events: [],
        progress: () => ({ position: half }),
      }),
    )
    await took('walk', () => engine.ingest(changes, [], [], half, nowMs + 20))
    const result = await took('compute', () => engine.cycle())
    await took('publish', () => publisher.publish(result))
    if (isMeasured) readings += taken.length
  }
  await database.close()
  return Object.fromEntries(STAGES.map((stage) => [stage, round(us[stage] / readings)])) as Record<Stage, number>
}

/** A machine that makes a piece each two seconds, with a fault now and then. */
function payloadOf(device: number, half: number, nowMs: number): { topic: string; payload: Uint8Array } {
  const second = Math.floor(half / 2)
  const pieces = 1000 + Math.floor(second / 2)
  const state = (second + device) % 97 < 3 ? 'Aborted' : (second + device) % 23 === 0 ? 'Idle' : 'Execute'
  const metrics = { state, cycle_count: pieces, parts_total: pieces, parts_good: pieces - Math.floor(pieces / 50) }
  return {
    topic: `plants/bench/line-${device % 10}/m${device}/production`,
    payload: Buffer.from(JSON.stringify({ ts: nowMs, metrics, seq: second })),
  }
}
