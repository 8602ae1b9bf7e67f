import { expect, test } from 'vitest'
import { FigureDemand } from '../../../src/pipeline/figure-demand.js'

/** A demand whose cycles end when the test says so; of plant `old` something is to be computed. */
function demandOf() {
  const ends: (() => void)[] = []
  const clock = { ms: 1_000_000, nowMs: () => clock.ms, sleep: () => new Promise<void>((wake) => timers.push(wake)) }
  const timers: (() => void)[] = []
  const demand = new FigureDemand({
    clock,
    engine: { watch: (plant) => plant === 'old' },
    pipeline: { computed: () => new Promise((resolve) => ends.push(resolve)) },
  })
  return { demand, clock, ends, timers }
}

const of = (id: string | null) => ({ scope: 'device', id }) as const

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('who asks first waits for the cycle that brings figures up to date; who asks meanwhile waits for the same', async () => {
  const { demand, ends } = demandOf()
  const answered: string[] = []
  void demand.ask('old', of('m1')).then(() => answered.push('first'))
  void demand.ask('old', of(null)).then(() => answered.push('second'))
  await demand.ask('new', of('m1'))
  await turn()
  expect([answered, ends.length]).toEqual([[], 1])
  ends[0]!()
  await turn()
  expect(answered).toEqual(['first', 'second'])
})

test('who looks at a plant or its lines does not look at devices, nor the other way round', async () => {
  const { demand } = demandOf()
  await demand.ask('new', { scope: 'line', id: 'l' })
  expect([demand.isWatched('new', 'plant'), demand.isWatched('new', 'device')]).toEqual([true, false])
})

test('a cycle that takes too long is not waited for', async () => {
  const { demand, timers } = demandOf()
  const asked = demand.ask('old', of(null))
  timers[0]!()
  await asked
})

test('devices are watched for half a minute after a question, also when the clock is set back', async () => {
  const { demand, clock } = demandOf()
  expect(demand.isWatched('new', 'device')).toBe(false)
  await demand.ask('new', of(null))
  clock.ms += 29_000
  expect([demand.isWatched('new', 'device'), demand.isWatched('other', 'device')]).toEqual([true, false])
  clock.ms += 2000
  expect(demand.isWatched('new', 'device')).toBe(false)
  await demand.ask('new', of(null))
  clock.ms -= 3_600_000
  expect(demand.isWatched('new', 'device')).toBe(false)
})
