import { expect, test } from 'vitest'
import { HeapRest } from '../../../src/pipeline/heap-rest.js'

/** Proves that memory is given back once when the work of a start or a flood is over, and not meanwhile. */

test('a heap is given a rest once behind a start and behind each flood, and never more than once in two minutes', async () => {
  let [nowMs, lagMs, outsideMiB] = [0, 0, 300]
  const done: string[] = []
  const trims: number[] = []
  const rest = new HeapRest({
    clock: { nowMs: () => nowMs, sleep: async () => undefined },
    lagMs: () => lagMs,
    outsideBytes: () => outsideMiB * 2 ** 20,
    busy: () => done.push(`busy at ${nowMs / 1000}`),
    rest: async () => {
      done.push(`rest at ${nowMs / 1000}`)
    },
    trim: async () => {
      trims.push(nowMs / 1000)
    },
  })
  const looks = async (count: number, lag: number) => {
    lagMs = lag
    for (let look = 0; look < count; look++) {
      nowMs += 5000
      await rest.look()
    }
  }
  // The start has left a flood to be worked off.
  await looks(10, 60_000)
  await looks(2, 400)
  await looks(1, 9000)
  expect(done).toEqual([])
  expect(trims).toEqual([5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65])
  trims.length = 0
  await looks(100, 1500)
  expect(done).toEqual(['rest at 80'])
  expect(trims).toEqual([70, 75, 80, 140, 200, 260, 320, 380, 440, 500, 560])
  // A process that grows gives back before its time, by what it holds more than behind the last time.
  trims.length = 0
  outsideMiB = 331
  await looks(1, 1500)
  expect(trims).toEqual([])
  outsideMiB = 332
  await looks(2, 1500)
  expect(trims).toEqual([575])
  outsideMiB = 300
  await looks(3, 20_000)
  await looks(3, 0)
  await looks(1, 20_000)
  await looks(100, 0)
  expect(done.slice(1)).toEqual(['busy at 585', 'rest at 610', 'busy at 615', 'rest at 730'])
})
