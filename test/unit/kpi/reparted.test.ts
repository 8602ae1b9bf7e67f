// @module-tag slow

import { isDeepStrictEqual } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Reading } from '../../../src/base/reading.js'
import { isTakenBack, type Point, windowKey } from '../../../src/kpi/windows/point.js'
import { at, register } from '../../support/carbon.js'
import { Bench, plantOf, reading } from '../../support/engine.js'
import { recomputedDifferences } from '../../support/offline.js'

/** Proves that nothing of a device stays in figures of where it did not stand, whoever else has sent there, and that an undo brings back what was. */

const KPIS = [
  ...['energy_elec_import', 'energy_unmetered', 'peak_demand_15', 'robot_util_calendar'],
  ...['data_completeness', 'data_validity', 'data_timeliness', 'connectivity'],
]
const [FIRST, MOVED, NEXT, END] = [
  '2025-06-30T00:00Z',
  '2025-06-30T12:00:00Z',
  '2025-07-01T00:00Z',
  '2025-07-01T06:00Z',
]
const BEGUN = at('2025-06-01T00:00Z')
const TOLD = at('2025-07-02T08:00Z')
const SPAN = { fromMs: at(FIRST), toMs: at('2025-07-02T00:00Z'), windows: ['1h', '1d'] as const }

const plantWith = (devices: readonly object[]) => plantOf({ kpis: KPIS, lines: [{ id: 'l' }, { id: 'm' }], devices })
const press = (line: string, of: object = {}) => ({ id: 'press', line, role: 'sub', ...of })
const MOVES = { moves: [{ from: MOVED, line: 'm' }] }
const weld = { id: 'weld', line: 'l', role: 'sub' }

const ofPress = register('press', 'elec_import_kwh', [FIRST, END], 120)
const ofWeld = (from: string, to: string) => register('weld', 'elec_import_kwh', [from, to], 60)

let bench: Bench
beforeEach(async () => {
  bench = await Bench.open()
})
afterEach(() => bench.close())

let toldMs = TOLD
async function told(devices: readonly object[]): Promise<void> {
  toldMs += 120_000
  await bench.configure([plantWith(devices)], toldMs)
  bench.tick(toldMs + 60_000)
  await bench.settle()
}

async function begun(devices: readonly object[], sent: readonly Reading[]): Promise<Map<string, Point>> {
  toldMs = TOLD
  await bench.configure([plantWith(devices)], BEGUN)
  await bench.feed(sent, TOLD - 60_000)
  await bench.settle()
  return figures()
}

/** The figures that are there, by window. */
async function figures(): Promise<Map<string, Point>> {
  const points = await bench.points()
  return new Map(points.flatMap((point) => (isTakenBack(point) ? [] : [[windowKey(point), point] as const])))
}

/** Starts of the windows that a subject has a figure in, of those that end in a time. */
async function windowsIn(
  of: Partial<Point['stream']>,
  [from, to]: readonly [string, string],
): Promise<readonly string[]> {
  const own = [...(await figures()).values()].filter(({ stream, endMs }) => {
    const isOf = Object.entries(of).every(([key, value]) => stream[key as keyof Point['stream']] === value)
    return isOf && endMs > at(from) && endMs <= at(to)
  })
  return own.map(({ stream, startMs }) => `${stream.kpi} ${stream.window} ${new Date(startMs).toISOString()}`).sort()
}

const differences = async () => (await recomputedDifferences(bench, SPAN)).differences

/** Everything that is said of windows that are over, but for how often it has changed. */
function said(all: ReadonlyMap<string, Point>): ReadonlyMap<string, object> {
  const over = [...all].filter(([, { endMs }]) => endMs <= SPAN.toMs)
  return new Map(over.map(([key, { rev: _, ...point }]) => [key, { ...point, stream: null }]))
}

describe('a line that a device has left', () => {
  const LEFT = { scope: 'line', id: 'l' } as const
  const ALONE = [MOVED, NEXT] as const

  test('has no figure where nobody else of it has sent yet, and gets all of them back by an undo', async () => {
    const before = await begun([press('l'), weld], [...ofPress, ...ofWeld(NEXT, END)])
    expect(await windowsIn(LEFT, ALONE)).not.toEqual([])
    expect(await differences()).toEqual([])
    await told([press('m', MOVES), weld])
    expect(await windowsIn(LEFT, ALONE)).toEqual([])
    expect(await differences()).toEqual([])
    await told([press('l'), weld])
    expect(said(await figures())).toEqual(said(before))
    expect(await differences()).toEqual([])
  })

  test('has none where the others had stopped', async () => {
    await begun([press('l'), weld], [...ofPress, ...ofWeld(FIRST, '2025-06-30T02:00Z')])
    expect(await windowsIn({ ...LEFT, window: '1h' }, ALONE)).not.toEqual([])
    await told([press('m', MOVES), weld])
    expect(await windowsIn({ ...LEFT, window: '1h' }, ALONE)).toEqual([])
    expect(await differences()).toEqual([])
  })

  test('has no quarter in which the others were silent', async () => {
    const hole = ['2025-06-30T15:00:00Z', '2025-06-30T16:00:00Z'] as const
    const sent = ofWeld(FIRST, END).filter(({ ts }) => ts <= at(hole[0]) || ts >= at(hole[1]))
    await begun([press('l'), weld], [...ofPress, ...sent])
    const quarters = { ...LEFT, kpi: 'energy_elec_import', window: '15m' } as const
    expect(await windowsIn(quarters, ['2025-06-30T15:15Z', hole[1]])).toHaveLength(3)
    await told([press('m', MOVES), weld])
    expect(await windowsIn(quarters, ['2025-06-30T15:15Z', hole[1]])).toEqual([])
    expect(await differences()).toEqual([])
  })

  test('has no minutes when only those are left who send seldom', async () => {
    const often = { metrics: { elec_import_kwh: { period_s: 60 } } }
    const seldom = { ...weld, metrics: { elec_import_kwh: { period_s: 900 } } }
    await begun([press('l', often), seldom], [...ofPress, ...ofWeld(FIRST, END)])
    expect(await windowsIn({ ...LEFT, window: '1m' }, ALONE)).not.toEqual([])
    await told([press('m', { ...often, ...MOVES }), seldom])
    expect(await windowsIn({ ...LEFT, window: '1m' }, ALONE)).toEqual([])
    expect(await windowsIn({ scope: 'line', id: 'm', window: '1m' }, ALONE)).not.toEqual([])
  })

  test('has no month either, and one that it was not there for is that of the other line', async () => {
    await begun([press('l'), weld], [...ofPress, ...ofWeld('2025-07-01T03:00Z', END)])
    const june = [FIRST, NEXT] as const
    const month = (id: string) => windowsIn({ scope: 'line', id, kpi: 'energy_elec_import', window: '1mo' }, june)
    expect([(await month('l')).length, (await month('m')).length]).toEqual([1, 0])
    await told([press('m', { moves: [{ from: FIRST.slice(0, 10), line: 'm' }] }), weld])
    expect([(await month('l')).length, (await month('m')).length]).toEqual([0, 1])
  })
})

test('what ended before the readings that are kept stays what it was, months too', async () => {
  const before = await begun([press('l')], ofPress)
  bench.engine.keptFrom({ p: at(NEXT) / 86_400_000 })
  await told([press('m', { moves: [{ from: FIRST.slice(0, 10), line: 'm' }] })])
  const gone = (all: ReadonlyMap<string, Point>) => {
    return new Map([...said(all)].filter(([key]) => before.get(key)!.endMs <= at(NEXT)))
  }
  const months = [...gone(before).keys()].filter((key) => key.includes('|l|') && key.includes('|1mo|'))
  expect(months).not.toEqual([])
  const after = await figures()
  expect([...gone(before)].filter(([key, figure]) => !isDeepStrictEqual(said(after).get(key), figure))).toEqual([])
})

describe('figures of others than lines', () => {
  const main = { id: 'main', line: 'l', role: 'main' }
  const sent = [...register('main', 'elec_import_kwh', [FIRST, END], 240), ...ofPress]
  const behind = [main, { id: 'press', line: 'm', role: 'sub', parent: 'main', holds_from: FIRST.slice(0, 10) }]

  test('the remainder of a meter goes with the submeters that never stood behind it', async () => {
    const remainder = { scope: 'device', id: 'main', kpi: 'energy_unmetered', window: '1h' } as const
    const before = await begun([main], sent)
    await told(behind)
    expect(await windowsIn(remainder, [FIRST, END])).toHaveLength(30)
    expect(await differences()).toEqual([])
    await told([main])
    expect(await windowsIn(remainder, [FIRST, END])).toEqual([])
    expect(said(await figures())).toEqual(said(before))
    expect(await differences()).toEqual([])
  })

  test('the first robot that somebody names takes their figures from senders that are none', async () => {
    const states = (device: string) =>
      Array.from({ length: 120 }, (_, i) => {
        const ts = at(FIRST) + i * 900_000
        return reading({ device, class: 'robot', metric: 'state', ts, value: i % 2 === 0 ? 'busy' : 'idle' })
      })
    const used = { scope: 'device', id: 'r2', kpi: 'robot_util_calendar', window: '1h' } as const
    await begun([press('m')], [...ofPress, ...states('r1'), ...states('r2')])
    expect(await windowsIn(used, [MOVED, END])).not.toEqual([])
    await told([press('m'), { id: 'r1', line: 'l', role: 'robot', holds_from: MOVED }])
    expect(await windowsIn(used, [MOVED, END])).toEqual([])
    expect(await differences()).toEqual([])
  })

  test('a plant whose meters all turn out to stand behind others has no import, and nobody reads what was taken back', async () => {
    await begun([], sent)
    const query = { kpi: 'energy_elec_import', window: '1d', start: FIRST } as const
    expect(await bench.point(query)).toMatchObject({ value: expect.any(Number) })
    const subs = ['main', 'press'].map((id) => ({ id, line: 'l', role: 'sub', holds_from: FIRST.slice(0, 10) }))
    await told(subs)
    expect(await bench.point(query)).toBeUndefined()
    const kept = (await bench.points()).filter((point) => isTakenBack(point) && point.stream.window === '1d')
    expect(kept.map(({ stream }) => `${stream.scope} ${stream.kpi}`)).toContain('plant energy_elec_import')
    expect(await differences()).toEqual([])
  })
})
