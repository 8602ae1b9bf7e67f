import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Reading } from '../../../src/base/reading.js'
import type { Point } from '../../../src/kpi/windows/point.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

/** A plant of which very many devices are heard of at once: what is done for each of them alone is done little by little. */

const AT = Date.parse('2026-03-02T10:00:00Z')

const benches: Bench[] = []
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.close()
  vi.restoreAllMocks()
})

async function open(devices: readonly object[]): Promise<Bench> {
  const bench = await Bench.open([plantOf({ lines: [{ id: 'l', name: {} }], devices })], AT)
  benches.push(bench)
  return bench
}

const ids = (count: number) => Array.from({ length: count }, (_, i) => `d${i}`)

describe('robots that are heard of at once', () => {
  const of = (device: string, metric: string, ts: number, value: string | number) =>
    reading({ device, class: 'robot', metric, ts, value, unit: '' })
  const words = (devices: readonly string[]) =>
    devices.flatMap((device) => [
      of(device, 'state', AT, 'Execute'),
      of(device, 'robot_mode', AT, 'Automatic'),
      of(device, 'state', AT + 60_000, 'Idle'),
    ])

  /** Queries of readings and of checkpoints in one cycle with the first words of so many. */
  async function queries(count: number): Promise<number> {
    const devices = ids(count)
    const bench = await open(devices.map((id) => ({ id, role: 'robot', line: 'l', metrics: { state: {} } })))
    await bench.commit(words(devices))
    const asked = vi.spyOn(bench.database, 'columns')
    bench.tick(AT + 90_000)
    await bench.cycle()
    return asked.mock.calls.filter(([sql]) => /FROM (reading|checkpoint)/.test(sql)).length
  }

  test('have their words read together, not one by one', async () => {
    const [few, many] = [await queries(5), await queries(60)]
    expect(many).toBeLessThan(few + 10)
  })

  test('have the figures of those that come one by one', async () => {
    const devices = ids(6)
    const options = devices.map((id) => ({ id, role: 'robot', line: 'l', metrics: { state: {} } }))
    const [together, apart] = [await open(options), await open(options)]
    await together.feed(words(devices), AT + 120_000)
    for (const device of devices) await apart.feed(words([device]), AT + 120_000)
    const figures = async (bench: Bench) => {
      await bench.feed([], AT + 7_200_000)
      const points = (await bench.points()).filter(({ stream }) => stream.scope === 'device')
      return points.map(({ rev: _, ...point }) => point).toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    }
    expect(await figures(together)).toEqual(await figures(apart))
  })
})

const keyOf = ({ stream, startMs }: Pick<Point, 'stream' | 'startMs'>) =>
  `${stream.scope} ${stream.id} ${stream.kpi} ${stream.window} ${startMs}`

describe('first figures of devices that nobody looks at', () => {
  const STEP_MS = 10_000
  const ROBOTS = ids(400)
  const robots = ROBOTS.map((id) => ({ id, role: 'robot', line: 'l', metrics: { state: {} } }))
  const at = (step: number): Reading[] =>
    ROBOTS.map((device, i) => {
      const value = (step + i) % 3 === 0 ? 'Idle' : 'Execute'
      return reading({ device, class: 'robot', metric: 'state', ts: AT + step * STEP_MS, value, unit: '' })
    })
  const known = (bench: Bench) =>
    new Set(bench.engine.latest('p').flatMap(({ stream }) => (stream.scope === 'device' ? [stream.id] : [])))

  test.each([
    ['at once', 0],
    ['ten minutes after the start', 60],
  ])(
    'that send %s come little by little, of one that is asked for at once, and of all when their first minute is over',
    async (_, from) => {
      const bench = await open(robots)
      bench.engine.isWatched = (_, scope) => scope !== 'device'
      for (let step = 0; step < from; step += 6) await bench.feed([], AT + step * STEP_MS)
      for (const step of [0, 1]) await bench.feed(at(from + step))
      const first = known(bench)
      expect(first.size).toBeLessThan(ROBOTS.length / 2)
      // With nothing new to do what waits of the plant and its line is done.
      await bench.cycle()
      expect([bench.engine.isFreshPending, bench.engine.isLatePending]).toEqual([false, false])
      const asked = ROBOTS.find((id) => !first.has(id))!
      expect(bench.engine.watch('p', { scope: 'device', id: asked })).toBe(true)
      await bench.cycle()
      expect(known(bench)).toContain(asked)
      for (let step = 2; step < 10; step++) await bench.feed(at(from + step))
      expect(known(bench).size).toBe(ROBOTS.length)
    },
  )

  test('end as they do when somebody looks', async () => {
    const [watched, unwatched] = [await open(robots), await open(robots)]
    unwatched.engine.isWatched = (_, scope) => scope !== 'device'
    const finals = async (bench: Bench) => {
      for (let step = 0; step < 14; step++) await bench.feed(at(step))
      await bench.feed(at(200))
      const points = (await bench.points()).filter(({ provisional }) => !provisional)
      return points.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    }
    const expected = await finals(watched)
    expect(expected.filter(({ stream }) => stream.scope === 'device').length).toBeGreaterThan(ROBOTS.length)
    expect(await finals(unwatched)).toEqual(expected)
  })
})
