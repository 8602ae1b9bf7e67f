/** Proves that forecasts reach a real InfluxDB 1.x once each, with their bounds and the time of issue, whatever was away meanwhile. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.js'
import { QUARTER_HOUR_MS } from '../../src/base/durations.js'
import type { HorizonName } from '../../src/base/forecast.js'
import type { ForecastCandidate } from '../../src/insight/stage/forecast-series.js'
import { type IssuedForecast, IssuedForecasts, type ValueWithBounds } from '../../src/insight/stage/issued-forecast.js'
import { ForecastDelivery } from '../../src/pipeline/forecasts/forecast-delivery.js'
import { type ServerOptions, storeOptions } from '../../src/stores/options.js'
import { openServer } from '../../src/stores/server.js'
import type { Store } from '../../src/stores/store.js'
import { until } from '../support/gateway.js'
import { type Influxd, startInfluxd } from '../support/influxd.js'
import { findServer } from '../support/servers.js'

const path = findServer('influxd')
const DATABASE = 'greengauge'
const START_MS = Date.parse('2026-06-11T00:00:00Z')
const SERIES: ForecastCandidate = {
  ...{ plant: 'works', scope: 'plant', id: 'works', kpi: 'energy_elec_import', unit: 'kWh', isMain: false },
}

function issued(
  horizon: HorizonName,
  quarter: number,
  count: number,
  more: Partial<IssuedForecast> = {},
): IssuedForecast {
  const startMs = START_MS + quarter * QUARTER_HOUR_MS
  const values = Array.from({ length: count }, (_, i): ValueWithBounds => [60 + i, 55, 65, 50, 70])
  return {
    ...{ horizon, issuedAtMs: startMs + 60_000, knownUntilMs: startMs + 60_000, dataUpToMs: startMs, model: 'trees 1' },
    ...{ version: '1', seed: 1, chain: 1, hidden: null, startMs, stepMs: QUARTER_HOUR_MS, values },
    ...more,
  }
}

describe.skipIf(path === null)('forecasts that go to a store', () => {
  const dir = mkdtempSync(join(tmpdir(), 'forecast-delivery-'))
  const records = new IssuedForecasts(join(dir, 'works/plant.works.energy_elec_import'))
  let server: Influxd
  let store: Store
  let told: (() => void) | null = null
  let stop = new AbortController()
  let kept = '{}'
  const state = { isReady: true, timesEmpty: 0 }

  /** A gateway that has begun to deliver, with what was kept of an earlier one. */
  function begun(): void {
    stop.abort()
    stop = new AbortController()
    const delivery = new ForecastDelivery({
      clock: systemClock,
      forecasts: {
        dir,
        states: [{ series: SERIES, outlook: null }],
        listen: (listener) => {
          told = () => listener({ series: SERIES, issued: [] })
          return () => undefined
        },
      },
      delivery: {
        store,
        hasBegun: true,
        get trouble() {
          return state.isReady ? '' : 'it is away'
        },
        get timesEmpty() {
          return state.timesEmpty
        },
      },
      dir: join(dir, 'delivered'),
      write: (file, text) => {
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, text)
        kept = text
      },
      isOwner: () => true,
      log: (_, text) => {
        throw new Error(text)
      },
    })
    void delivery.run(stop.signal)
  }

  const count = (horizon: HorizonName) => server.count(DATABASE, `forecast_${horizon}`, 'value')

  beforeAll(async () => {
    server = await startInfluxd(path ?? '')
    await server.query(`CREATE DATABASE ${DATABASE}`)
    const [options] = storeOptions.parse([{ type: 'influxdb1', url: server.url, database: DATABASE }])
    store = await openServer(options as ServerOptions, systemClock)
  })
  afterAll(async () => {
    stop.abort()
    store.close()
    await server.remove()
    rmSync(dir, { recursive: true })
  })

  test('are points at the start of their interval, those that stepped aside are none', async () => {
    records.add([
      issued('day_ahead', 0, 96),
      issued('next_interval', 0, 1),
      issued('next_interval', 1, 1, { hidden: 'not_better_than_naive' }),
      issued('next_interval', 2, 1),
    ])
    begun()
    await until(async () => (await count('next_interval')) === 2 && (await count('day_ahead')) === 96)
    // Another one begins behind what this one has kept of its answers.
    await until(() => Object.keys(JSON.parse(kept)).length === 2)
    const [found] = await server.query(
      'SELECT * FROM forecast_day_ahead WHERE "kpi" = \'energy_elec_import\' LIMIT 2',
      DATABASE,
    )
    const { columns, values } = found![0]!
    const rows = values.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])))
    expect(rows[1]).toEqual({
      ...{ time: START_MS + QUARTER_HOUR_MS, plant: 'works', scope: 'plant', id: 'works', kpi: 'energy_elec_import' },
      ...{ value: 61, low_50: 55, high_50: 65, low_90: 50, high_90: 70 },
      ...{ issued_at: '2026-06-11T00:01:00.000Z', lead_s: 840 },
    })
  })

  test('wait while the store is away, and none is written a second time after a start', async () => {
    state.isReady = false
    await server.query('DROP MEASUREMENT forecast_day_ahead', DATABASE)
    records.add([issued('next_interval', 3, 1)])
    begun()
    state.isReady = true
    await until(async () => (await count('next_interval')) === 3)
    records.add([issued('next_interval', 4, 1)])
    told?.()
    await until(async () => (await count('next_interval')) === 4)
    expect(await count('day_ahead')).toBe(0)
  })

  test('are all written again to a store that was found empty', async () => {
    await server.query('DROP MEASUREMENT forecast_next_interval', DATABASE)
    state.timesEmpty++
    await until(async () => (await count('next_interval')) === 4 && (await count('day_ahead')) === 96)
  })
})
