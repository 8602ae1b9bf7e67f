import { afterAll, beforeAll, expect, test } from 'vitest'
import { contentOf } from '../../../src/authority/message.js'
import { type MessageSourceDeps, messageSourceOf } from '../../../src/authority/message-source.js'
import { type Kept, Windows } from '../../../src/authority/windows.js'
import type { AuthorityOptions } from '../../../src/base/options/authorities.js'
import { qualityRank } from '../../../src/base/quality.js'
import type { Reading } from '../../../src/base/reading.js'
import { bundledLibrary } from '../../../src/kpi/factors/bundled.js'
import { PlantVersion } from '../../../src/kpi/settings/version.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** Midnight in Shanghai. */
const DAY_START = Date.parse('2026-11-24T16:00:00Z')
const AT = (hour: number) => DAY_START + hour * HOUR
const MAINTENANCE = qualityRank('maintenance')!
const OPTIONS = { edition: 2017, flow_unit: 'm3/h', keep_days: 30 } as const

const metrics = ['so2_mgm3', 'o2_pct', 'stack_flow_nm3h', 'stack_temp_c', 'pm_mgm3', 'pm_ref_mgm3']
const plant = plantOf({
  timezone: 'Asia/Shanghai',
  devices: [
    {
      id: 'boiler-1',
      line: 'l',
      role: 'stack',
      metrics: Object.fromEntries(metrics.map((m) => [m, { period_s: 60 }])),
    },
    {
      id: 'boiler-2',
      line: 'l',
      role: 'stack',
      stack: { basis: 'wet', moisture_pct: 20 },
      metrics: { so2_mgm3: { period_s: 60 } },
    },
    { id: 'boiler-3', line: 'l', role: 'stack' },
  ],
  limits: [{ stack: 'boiler-1', pollutant: 'so2', limit: 200, o2_ref: 3, standard: 'permit-1' }],
})
const windows = new Windows('Asia/Shanghai', 10)

let bench: Bench
let isLive = true

beforeAll(async () => {
  bench = await Bench.open([plant], DAY_START - 10 * 24 * HOUR)
  const readings: Reading[] = []
  const add = (device: string, metric: string, ts: number, value: number, quality = 0) =>
    readings.push(reading({ device, metric, ts, value, quality, receivedAt: ts + 500 }))
  for (let ts = DAY_START; ts < AT(2); ts += MINUTE) {
    // S8 and O15 of the KPI specification: 80 mg/Nm³ in 100,000 Nm³/h are 8 kg/h; 5 % of oxygen, reference 3 %.
    const minute = Math.floor((ts - DAY_START) / MINUTE)
    add('boiler-1', 'so2_mgm3', ts, minute % 2 === 0 ? 79 : 81)
    add('boiler-1', 'o2_pct', ts, 5)
    add('boiler-1', 'stack_flow_nm3h', ts, 100_000)
    add('boiler-1', 'stack_temp_c', ts, 120)
    // The second hour has half an hour of maintenance: 30 good minutes are fewer than 45.
    add('boiler-1', 'pm_mgm3', ts, 10, minute >= 90 ? MAINTENANCE : 0)
    add('boiler-2', 'so2_mgm3', ts, 80)
  }
  await bench.commit(readings)
  bench.tick(AT(3))
  await bench.settle()
  await bench.cycle()
})

afterAll(() => bench.database.close())

function source(stack = 'boiler-1', options: Pick<AuthorityOptions, 'edition' | 'flow_unit' | 'keep_days'> = OPTIONS) {
  const version = new PlantVersion(0, 0, plant, bundledLibrary())
  const deps: MessageSourceDeps = {
    database: bench.database,
    series: bench.archive.series,
    senders: bench.senders,
    engine: bench.engine,
    points: bench.store,
    isLive: () => isLive,
    nowMs: () => bench.engine.nowMs,
    version: () => version,
  }
  return messageSourceOf('p', stack, options, deps)
}

async function said(kept: Kept, startMs: number, stack?: string, options?: Parameters<typeof source>[1]) {
  const message = await source(stack, options).of(kept, windows.at(kept, startMs))
  if (message === null || message === 'wait') return message
  expect(message.timeMs).toBe(windows.at(kept, startMs).startMs)
  return contentOf(message, options?.edition === 2005 ? '2005' : '2017')
}

test('an hour has the mean, the mean at reference oxygen and the mass of the KPIs, and the extremes of its readings', async () => {
  expect(await said('hour', AT(0))).toEqual([
    'a21026-Cou=8,a21026-Min=79,a21026-Avg=80,a21026-Max=81,a21026-ZsAvg=90,a21026-Flag=N',
    'a34013-Cou=1,a34013-Min=10,a34013-Avg=10,a34013-Max=10,a34013-Flag=N',
    'a19001-Min=5,a19001-Avg=5,a19001-Max=5,a19001-Flag=N',
    'a01012-Min=120,a01012-Avg=120,a01012-Max=120,a01012-Flag=N',
    'a00000-Cou=100000,a00000-Min=100000,a00000-Avg=100000,a00000-Max=100000,a00000-Flag=N',
  ])
})

test('what is null in an hour is not there, and the flag says why: maintenance for half of it', async () => {
  const hour = await said('hour', AT(1))
  expect(hour).toContain('a34013-Flag=M')
  expect(hour).toContain('a21026-Cou=8,a21026-Min=79,a21026-Avg=80,a21026-Max=81,a21026-ZsAvg=90,a21026-Flag=N')
})

test('ten minutes are made of their readings by the same formulas: mass for a sixth of an hour', async () => {
  const minutes = await said('minute', AT(0) + 10 * MINUTE)
  expect(minutes?.slice(0, 2)).toEqual([
    'a21026-Cou=1.3333,a21026-Min=79,a21026-Avg=80,a21026-Max=81,a21026-ZsAvg=90,a21026-Flag=N',
    'a34013-Cou=0.1667,a34013-Min=10,a34013-Avg=10,a34013-Max=10,a34013-Flag=N',
  ])
  expect(await said('minute', AT(1) + 40 * MINUTE)).toContain('a34013-Flag=M')
})

test('an hour after the last reading is told as missing, once it has been silent for a quarter of an hour', async () => {
  expect(await said('hour', AT(2))).toBe('wait')
  bench.tick(AT(3) + 16 * MINUTE)
  await bench.settle()
  expect(await said('hour', AT(2))).toEqual([
    'a21026-Flag=B',
    'a34013-Flag=B',
    'a19001-Flag=B',
    'a01012-Flag=B',
    'a00000-Flag=B',
  ])
})

test('the flow is told in the unit that the authority wants, and not at all without one', async () => {
  const last = async (flow_unit?: AuthorityOptions['flow_unit']) =>
    ((await said('hour', AT(0), 'boiler-1', { ...OPTIONS, flow_unit })) as string[]).at(-1)
  expect(await last('m3/s')).toBe(
    'a00000-Cou=100000,a00000-Min=27.7778,a00000-Avg=27.7778,a00000-Max=27.7778,a00000-Flag=N',
  )
  expect(await last('L/s')).toBe(
    'a00000-Cou=100000,a00000-Min=27777.7778,a00000-Avg=27777.7778,a00000-Max=27777.7778,a00000-Flag=N',
  )
  expect(await last(undefined)).toMatch(/^a01012-/)
})

test('the edition of 2005 has codes of its own', async () => {
  expect((await said('hour', AT(0), 'boiler-1', { ...OPTIONS, edition: 2005 }))?.[0]).toBe(
    '02-Cou=8,02-Min=79,02-Avg=80,02-Max=81,02-ZsAvg=90,02-Flag=N',
  )
})

test('wet gas is told as dry gas, without the extremes that were never dried', async () => {
  expect(await said('hour', AT(0), 'boiler-2')).toEqual(['a21026-Avg=100,a21026-Flag=N'])
})

test('a stack that has never sent is not told of', async () => {
  expect(await said('hour', AT(0), 'boiler-3')).toBeNull()
})

test('while the journal is being read nothing is told, so that no figure is one that is still to change', async () => {
  isLive = false
  expect(await said('hour', AT(0))).toBe('wait')
  expect(await source().now()).toBeNull()
  isLive = true
})

test('real-time data are the newest readings with their quality; what is old is missing', async () => {
  const nowMs = AT(4)
  await bench.commit([
    reading({ device: 'boiler-1', metric: 'so2_mgm3', ts: nowMs - 5000, value: 100, receivedAt: nowMs }),
    reading({ device: 'boiler-1', metric: 'o2_pct', ts: nowMs - 5000, value: 5, receivedAt: nowMs }),
    reading({
      device: 'boiler-1',
      metric: 'pm_mgm3',
      ts: nowMs - 4000,
      value: 0,
      quality: MAINTENANCE,
      receivedAt: nowMs,
    }),
    reading({ device: 'boiler-1', metric: 'stack_temp_c', ts: nowMs - 200_000, value: 99, receivedAt: nowMs }),
  ])
  const message = (await source().now())!
  expect(message.timeMs).toBe(nowMs - 4000)
  expect(contentOf(message, '2017')).toEqual([
    'a21026-Rtd=100,a21026-ZsRtd=112.5,a21026-Flag=N',
    'a34013-Rtd=0,a34013-Flag=M',
    'a19001-Rtd=5,a19001-Flag=N',
    'a01012-Flag=B',
    'a00000-Flag=B',
  ])
})

test('an hour whose readings come late is found to have changed, and no other', async () => {
  await bench.settle()
  const { change } = await source().changed('hour', AT(24), 0)
  const late = { device: 'boiler-1', metric: 'so2_mgm3', ts: AT(0) + 30_000, value: 500, receivedAt: AT(4) + 1000 }
  await bench.commit([reading(late)])
  await bench.settle()
  const changed = await source().changed('hour', AT(24), change)
  expect(changed.starts).toEqual([AT(0)])
  expect((await source().changed('hour', AT(24), changed.change)).starts).toEqual([])
})
