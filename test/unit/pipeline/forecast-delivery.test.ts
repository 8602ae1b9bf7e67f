/** Proves that no fault of a disk or of a record ends the delivery of forecasts, and that it writes down seldom what a store has. */
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { QUARTER_HOUR_MS } from '../../../src/base/durations.js'
import { HORIZONS, type HorizonName } from '../../../src/base/forecast.js'
import { type ForecastCandidate, forecastSeriesKey } from '../../../src/insight/stage/forecast-series.js'
import type { IssuedForecast } from '../../../src/insight/stage/issued-forecast.js'
import { ForecastDelivery } from '../../../src/pipeline/forecasts/forecast-delivery.js'
import type { StoredForecast } from '../../../src/stores/store.js'
import { HandClock } from '../views/hand-clock.js'

const START_MS = Date.parse('2026-06-11T00:00:00Z')
const series = (id: string): ForecastCandidate => ({
  ...{ plant: 'works', scope: 'line', id, kpi: 'energy_elec_import', unit: 'kWh', isMain: false },
})

function issued(horizon: HorizonName, quarter: number): IssuedForecast {
  const startMs = START_MS + quarter * QUARTER_HOUR_MS
  return {
    ...{ horizon, issuedAtMs: startMs, knownUntilMs: startMs, dataUpToMs: startMs, model: 'trees 1', version: '1' },
    ...{ seed: 1, chain: 1, hidden: null, startMs, stepMs: QUARTER_HOUR_MS, values: [[60, 55, 65, 50, 70]] },
  }
}

/** A gateway that delivers forecasts of two lines to a store that takes everything. */
class DeliveringGateway {
  readonly clock = new HandClock('2026-06-12T00:00:00Z')
  readonly dir = mkdtempSync(join(tmpdir(), 'forecast-delivery-'))
  readonly all = [series('a'), series('b')]
  readonly taken: StoredForecast[] = []
  readonly warnings: string[] = []
  writes = 0
  timesEmpty = 0
  fault: Error | null = null
  ended: string | null = null
  #stopped = new AbortController()

  record(id: string, horizon: HorizonName, quarters: number): void {
    const made = Array.from({ length: quarters }, (_, quarter) => JSON.stringify(issued(horizon, quarter)))
    const folder = join(this.dir, 'forecasts', forecastSeriesKey(series(id)))
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `${horizon}-2026-06.jsonl`), `${made.join('\n')}\n`)
  }

  damage(id: string): void {
    const folder = join(this.dir, 'forecasts', forecastSeriesKey(series(id)))
    appendFileSync(join(folder, 'next_interval-2026-06.jsonl'), '{"horizon":"next\n')
  }

  get noted(): unknown {
    return JSON.parse(readFileSync(join(this.dir, 'delivered', 'influx.json'), 'utf8'))
  }

  run(): void {
    this.#stopped.abort()
    this.#stopped = new AbortController()
    const gateway = this
    const delivery = new ForecastDelivery({
      clock: this.clock,
      forecasts: {
        dir: join(this.dir, 'forecasts'),
        states: this.all.map((one) => ({ series: one, outlook: null })),
        listen: () => () => undefined,
      },
      delivery: {
        hasBegun: true,
        trouble: '',
        get timesEmpty() {
          return gateway.timesEmpty
        },
        store: {
          name: 'influx',
          write: async ({ forecasts = [] }) => {
            this.taken.push(...forecasts)
            return { kind: 'stored', refused: [] }
          },
        },
      },
      dir: join(this.dir, 'delivered'),
      write: (file, text) => {
        this.writes++
        if (this.fault !== null) throw this.fault
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, text)
      },
      isOwner: () => true,
      log: (_, text) => this.warnings.push(text),
    })
    delivery.run(this.#stopped.signal).catch((error: Error) => {
      this.ended = error.message
    })
  }

  remove(): void {
    this.#stopped.abort()
    rmSync(this.dir, { recursive: true })
  }
}

let gateway: DeliveringGateway
beforeEach(() => {
  gateway = new DeliveringGateway()
})
afterEach(() => gateway.remove())

test('a disk that is full is told of once, and what the store has is written down when there is room', async () => {
  gateway.record('a', 'next_interval', 3)
  gateway.fault = new Error('no space left')
  gateway.run()
  await gateway.clock.advance(200_000)
  expect(gateway.ended).toBe(null)
  expect(gateway.warnings).toHaveLength(1)
  expect(gateway.warnings[0]).toMatch(/did not all reach influx: .*influx\.json: no space left; .* each minute/)
  expect(gateway.taken).toHaveLength(3)
  gateway.fault = null
  await gateway.clock.advance(60_000)
  expect(gateway.noted).toEqual({
    [`${forecastSeriesKey(series('a'))} next_interval`]: issued('next_interval', 2).startMs,
  })
  gateway.run()
  await gateway.clock.advance(10_000)
  expect(gateway.taken).toHaveLength(3)
})

test('a damaged line of a record holds nothing up: it is told of once, and all other lines are brought', async () => {
  for (const id of ['a', 'b']) gateway.record(id, 'next_interval', 2)
  gateway.record('a', 'day_ahead', 1)
  gateway.damage('a')
  gateway.run()
  await gateway.clock.advance(200_000)
  expect(gateway.ended).toBe(null)
  expect(gateway.warnings).toEqual([
    expect.stringMatching(
      /works\/line\.a\.energy_elec_import next_interval: 1 damaged lines of the record do not reach influx/,
    ),
  ])
  expect(gateway.taken.map(({ id, horizon }) => `${id} ${horizon}`)).toEqual([
    ...['a next_interval', 'a next_interval', 'a day_ahead'],
    ...['b next_interval', 'b next_interval'],
  ])
})

test('a long past is brought with two writes of the file, and once more to a store that was found empty', async () => {
  for (const id of ['a', 'b']) for (const horizon of HORIZONS) gateway.record(id, horizon, 450)
  gateway.run()
  await gateway.clock.advance(30_000)
  expect(gateway.taken).toHaveLength(2 * HORIZONS.length * 450)
  // The first one comes with the first series, the other at the end.
  expect(gateway.writes).toBeLessThanOrEqual(2)
  expect(Object.keys(gateway.noted as object)).toHaveLength(2 * HORIZONS.length)
  gateway.timesEmpty++
  await gateway.clock.advance(30_000)
  expect(gateway.taken).toHaveLength(2 * 2 * HORIZONS.length * 450)
})
