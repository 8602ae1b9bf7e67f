// @module-tag slow

import { isDeepStrictEqual } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HOUR_MS } from '../../../src/base/durations.js'
import type { Reading } from '../../../src/base/reading.js'
import type { Point } from '../../../src/kpi/windows/point.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const AT = Date.parse('2026-03-02T10:00:00Z')
const DEVICES = ['m1', 'm2', 'm3']
const STEP_MS = 10_000

let watched: Bench
let unwatched: Bench

async function open(options: Record<string, unknown> = {}): Promise<void> {
  const devices = DEVICES.map((id) => ({ id, role: 'sub', metrics: { elec_import_kwh: { period_s: 10 } } }))
  const plant = plantOf({ lines: [{ id: 'l', name: {} }], devices, ...options })
  watched = await Bench.open([plant], AT)
  unwatched = await Bench.open([plant], AT)
  unwatched.engine.isWatched = (_, scope) => scope !== 'device'
}

afterEach(async () => {
  await watched.close()
  await unwatched.close()
})

/** Readings of all devices at one step, each with a register that grows by its own. */
const at = (step: number): Reading[] =>
  DEVICES.map((device, i) => {
    const value = step * (i + 1) * (1 + (step % 7)) * 0.01 + step
    return reading({ device, metric: 'elec_import_kwh', ts: AT + step * STEP_MS + i * 300, value })
  })

async function run(fromStep: number, toStep: number, each: () => void = () => undefined): Promise<void> {
  for (let step = fromStep; step < toStep; step++) {
    for (const bench of [watched, unwatched]) await bench.feed(at(step))
    each()
  }
}

const keyOf = ({ stream, startMs }: Point) => `${stream.scope} ${stream.id} ${stream.kpi} ${stream.window} ${startMs}`
const sorted = (points: readonly Point[]) => [...points].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
const latestOf = (bench: Bench, scope: string, id: string) =>
  sorted(bench.engine.latest('p').filter(({ stream }) => stream.scope === scope && stream.id === id))

describe('figures of devices that nobody looks at', () => {
  beforeEach(() => open())

  test('are seldom computed while their window goes on; those of plant and lines are as live as ever', async () => {
    const computed = { watched: 0, unwatched: 0 }
    for (const [name, bench] of Object.entries({ watched, unwatched })) {
      bench.publisher.listen((points) => {
        computed[name as keyof typeof computed] += points.filter((p) => p.scope === 'device' && p.provisional).length
      })
    }
    await run(0, 100, () => {
      for (const [scope, id] of [['plant', 'p'] as const, ['line', 'l'] as const]) {
        expect(latestOf(unwatched, scope, id)).toEqual(latestOf(watched, scope, id))
      }
    })
    expect(computed.unwatched).toBeGreaterThan(0)
    expect(computed.unwatched).toBeLessThan(computed.watched / 4)
  })

  test('are the same as ever once their window is over', async () => {
    await run(0, 120)
    const finals = async (bench: Bench) => sorted((await bench.points()).filter(({ provisional }) => !provisional))
    const expected = await finals(watched)
    expect(expected.filter(({ stream }) => stream.scope === 'device').length).toBeGreaterThan(40)
    expect(await finals(unwatched)).toEqual(expected)
  })

  test('are up to date with the cycle after somebody looks, of one device or of all', async () => {
    await run(0, 50)
    // With nothing new to do the figures of all that are watched are those of the newest samples.
    for (const bench of [watched, unwatched]) await bench.cycle()
    const isBehind = (device: string) => !isDeepStrictEqual(...both(device))
    const both = (device: string) =>
      [latestOf(unwatched, 'device', device), latestOf(watched, 'device', device)] as const
    const [first, ...others] = DEVICES.filter(isBehind)
    expect(others.length).toBeGreaterThan(0)
    unwatched.engine.isWatched = () => true
    expect(unwatched.engine.watch('p', { scope: 'device', id: first! })).toBe(true)
    await unwatched.cycle()
    expect(isBehind(first!)).toBe(false)
    expect(unwatched.engine.watch('p', { scope: 'device', id: first! })).toBe(false)
    unwatched.engine.watch('p', { scope: 'device', id: null })
    await unwatched.cycle()
    expect(DEVICES.filter(isBehind)).toEqual([])
    expect(unwatched.engine.watch('nobody', { scope: 'device', id: null })).toBe(false)
  })

  test('are nothing that waits', async () => {
    await run(0, 30)
    for (const bench of [watched, unwatched]) {
      await bench.cycle()
      expect([bench.engine.isFreshPending, bench.engine.isLatePending]).toEqual([false, false])
    }
    expect(latestOf(unwatched, 'device', 'm2')).not.toEqual(latestOf(watched, 'device', 'm2'))
  })

  test('come back after a restart and end as ever', async () => {
    await run(0, 50)
    await unwatched.restart()
    unwatched.engine.isWatched = (_, scope) => scope !== 'device'
    await run(50, 100)
    const finals = async (bench: Bench) => sorted((await bench.points()).filter(({ provisional }) => !provisional))
    expect(await finals(unwatched)).toEqual(await finals(watched))
  })
})

describe('figures of plant and lines that nobody looks at', () => {
  const computed = { watched: 0, unwatched: 0 }
  const isShort = (window: string) => ['1m', '15m', '1h'].includes(window)

  async function openUnwatched(options: Record<string, unknown> = {}): Promise<void> {
    await open(options)
    unwatched.engine.isWatched = (_, scope) => scope === 'device'
    for (const [name, bench] of Object.entries({ watched, unwatched })) {
      computed[name as keyof typeof computed] = 0
      bench.publisher.listen((points) => {
        computed[name as keyof typeof computed] += points.filter(
          (p) => p.scope !== 'device' && p.provisional && isShort(p.window),
        ).length
      })
    }
  }
  const wholeOf = (bench: Bench) => [...latestOf(bench, 'plant', 'p'), ...latestOf(bench, 'line', 'l')]
  /** A second between two steps, so that figures of minutes are due in each when somebody looks. */
  async function runSeconds(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      for (const bench of [watched, unwatched]) {
        await bench.feed(at(second / 10).map((one) => ({ ...one, ts: AT + second * 1000 })))
      }
    }
  }

  test('are computed each ten seconds while their window goes on, and are the same once it is over', async () => {
    await openUnwatched()
    await runSeconds(90)
    expect(computed.unwatched).toBeGreaterThan(0)
    expect(computed.unwatched).toBeLessThan(computed.watched / 2)
    for (const bench of [watched, unwatched]) await bench.feed([], AT + 3 * HOUR_MS)
    const finals = async (bench: Bench) => sorted((await bench.points()).filter(({ provisional }) => !provisional))
    const expected = await finals(watched)
    expect(expected.filter(({ stream }) => stream.scope === 'line').length).toBeGreaterThan(4)
    expect(await finals(unwatched)).toEqual(expected)
  })

  test('are up to date with the cycle after somebody looks', async () => {
    await openUnwatched()
    await runSeconds(65)
    for (const bench of [watched, unwatched]) await bench.cycle()
    expect(wholeOf(unwatched)).not.toEqual(wholeOf(watched))
    unwatched.engine.isWatched = () => true
    expect(unwatched.engine.watch('p', { scope: 'plant', id: null })).toBe(true)
    await unwatched.cycle()
    expect(wholeOf(unwatched)).toEqual(wholeOf(watched))
  })

  test.each([
    ['an alarm on plant or lines', { alarms: [{ id: 'a', kpi: 'energy_elec_import', window: '1h', above: 1e6 }] }],
    ['a target for hours', { targets: [{ kpi: 'energy_elec_import', window: '1h', max: 1e6 }] }],
  ])('%s looks at them', async (_, options) => {
    await openUnwatched(options)
    await runSeconds(65)
    for (const bench of [watched, unwatched]) await bench.cycle()
    expect(wholeOf(unwatched)).toEqual(wholeOf(watched))
  })

  test('an alarm that is raised by windows that are over looks at nothing', async () => {
    const rule = { id: 'a', kpi: 'energy_elec_import', window: '1h' }
    await openUnwatched({
      alarms: [
        { ...rule, id: 'below', below: 1 },
        { ...rule, id: 'delay', above: 1e6, on_delay_s: 60 },
        { ...rule, id: 'day', window: '1d', above: 1e6 },
        { ...rule, id: 'mean', kpi: 'power_factor', above: 1e6 },
      ],
    })
    await runSeconds(65)
    for (const bench of [watched, unwatched]) await bench.cycle()
    expect(wholeOf(unwatched)).not.toEqual(wholeOf(watched))
  })
})

test('an alarm on a figure of devices is raised while the window goes on, and at the same instant', async () => {
  const alarms = [{ id: 'much', kpi: 'energy_elec_import', window: '1h', scope: 'device', above: 10 }]
  await open({ alarms })
  const raised = (bench: Bench) => bench.alarms.list('p', () => true, 100).map(({ id, raised_at }) => [id, raised_at])
  await run(0, 40, () => expect(raised(unwatched)).toEqual(raised(watched)))
  expect(raised(watched).length).toBeGreaterThan(0)
})
