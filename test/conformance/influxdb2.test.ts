import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.js'
import { flagBit } from '../../src/base/flags.js'
import type { Point, Stream } from '../../src/kpi/windows/point.js'
import { openInfluxdb2 } from '../../src/stores/influx/influxdb2.js'
import type { SampleSource } from '../../src/stores/sample.js'
import type { Store } from '../../src/stores/store.js'
import { influxdb2Options } from '../support/influx-options.js'
import { startVictoriaMetrics, type VictoriaMetrics } from '../support/influxd.js'
import { UNITS } from '../support/series.js'
import { findServer } from '../support/servers.js'
import { storeSuite } from './store.suite.js'

const FROM_MS = Date.parse('2025-07-01T00:00:00Z')

const path = findServer('victoria-metrics')

/** A real server that takes `/api/v2/write`; it keeps numbers alone, and neither deletes windows nor answers InfluxQL. */
describe.skipIf(path === null)('influxdb2 on VictoriaMetrics', () => {
  let server: VictoriaMetrics
  let store: Store
  beforeAll(async () => {
    server = await startVictoriaMetrics(path ?? '')
    const options = influxdb2Options({ url: server.url, bucket: 'b' })
    store = openInfluxdb2(options, { name: 'influxdb2', clock: systemClock, units: UNITS })
  })
  afterAll(async () => {
    store.close()
    await server.remove()
  })

  const meter: SampleSource = { plant: 'p', line: 'press', device: 'm1', class: 'energy' }
  const stream: Stream = { plant: 'p', scope: 'plant', id: 'p', kpi: 'oee', window: '1h', unit: '1' }
  const point: Point = {
    stream,
    startMs: FROM_MS,
    endMs: FROM_MS + 3_600_000,
    value: 0.1 + 0.2,
    reason: '',
    numerator: 1 / 3,
    denominator: 1,
    coverage: 1,
    estimatedShare: 0,
    provisional: false,
    rev: 2,
    flags: flagBit('approx'),
    factors: [],
  }

  /** Newest value of each field of a measurement. */
  const fieldsOf = async (measurement: string) => {
    const series = (await server.export()).filter(({ metric }) => metric.__name__?.startsWith(`${measurement}_`))
    return Object.fromEntries(
      series.map(({ metric, values }) => [metric.__name__?.slice(measurement.length + 1), values.at(-1)]),
    )
  }

  test('is ready, and since nothing can be read there it is not taken for emptied', async () => {
    expect(await store.prepare('never left')).toEqual({ kind: 'ready', isMarked: true })
    expect(await store.leaveMark('ours')).toEqual({ kind: 'ready', atMs: expect.any(Number) })
  })

  test('has every number that was written, at its time and with its tags', async () => {
    const sample = {
      source: meter,
      ts: FROM_MS + 5,
      metrics: ['elec_import_kw', 'heat_gj'],
      values: [0.1, 1e15],
      qualities: { elec_import_kw: 0, heat_gj: 4 },
    }
    expect(await store.write({ samples: [sample], points: [point], erased: [] })).toEqual({
      kind: 'stored',
      refused: [],
    })
    const all = await server.export()
    const power = all.find(({ metric }) => metric.__name__ === 'energy_elec_import_kw')
    expect(power).toEqual({
      metric: { __name__: 'energy_elec_import_kw', plant: 'p', line: 'press', device: 'm1' },
      values: [0.1],
      timestamps: [FROM_MS + 5],
    })
    expect(await fieldsOf('energy')).toMatchObject({ elec_import_kw: 0.1, heat_gj: 1e15 })
    expect(await fieldsOf('kpi_1h')).toMatchObject({
      // It keeps twelve digits of a number.
      value: 0.3,
      valid: 1,
      numerator: 0.333333333333,
      denominator: 1,
      coverage: 1,
      estimated_share: 0,
      provisional: 0,
      rev: 2,
      end: FROM_MS + 3_600_000,
    })
  })

  test('where it cannot delete, a window that nobody makes any more is written over as not valid', async () => {
    expect(await store.write({ samples: [], points: [], erased: [point] })).toEqual({ kind: 'stored', refused: [] })
    // The server shows either of two values of one instant; the revision tells which one it is.
    const valid = (await server.export()).find(({ metric }) => metric.__name__ === 'kpi_1h_valid')
    expect(valid?.values).toContain(0)
  })

  test('history from it is refused in a sentence', async () => {
    const query = { ...stream, fromMs: 0, toMs: 8.64e15, limit: 10 }
    await expect(store.points(query)).rejects.toThrow(
      'store influxdb2: the server does not answer InfluxQL, history cannot be read from it',
    )
  })
})

const url = process.env.INFLUXDB2_URL
if (url === undefined) console.warn('skipped: a real InfluxDB 2.x: set INFLUXDB2_URL, _TOKEN, _ORG and _BUCKET')

/** A 2.x of your own, with an empty bucket: what is in it is deleted. */
describe.skipIf(url === undefined)('influxdb2 on a real InfluxDB 2.x', () => {
  const { INFLUXDB2_TOKEN: token, INFLUXDB2_ORG: org = '', INFLUXDB2_BUCKET: bucket = '' } = process.env
  storeSuite('influxdb2', async () => {
    const query = new URLSearchParams({ org, bucket })
    const everything = JSON.stringify({ start: '1970-01-01T00:00:00Z', stop: '2100-01-01T00:00:00Z' })
    const emptied = await fetch(`${url}/api/v2/delete?${query}`, {
      method: 'POST',
      body: everything,
      headers: { authorization: `Token ${token}`, 'content-type': 'application/json' },
    })
    if (!emptied.ok) throw new Error(`${emptied.status} ${await emptied.text()}`)
    const options = influxdb2Options({ url: url ?? '', org, bucket, token })
    const store = openInfluxdb2(options, { name: 'influxdb2', clock: systemClock, units: UNITS })
    const prepared = await store.prepare('m')
    if (prepared.kind === 'busy') throw new Error(prepared.reason)
    return { history: store, write: store.write.bind(store), close: async () => store.close() }
  })
})
