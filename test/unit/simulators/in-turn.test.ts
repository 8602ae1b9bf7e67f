import { expect, test } from 'vitest'
import { inTurn } from '../../../simulators/in-turn.js'

/** Devices of two plants that are played until they are told to end, and what became of them. */
function twoPlants() {
  const [begun, backfilled]: [string[], Map<string, () => void>] = [[], new Map()]
  const [stop, computed] = [new AbortController(), new AbortController()]
  const counts = inTurn(['a/1', 'a/2', 'b/1'], {
    plantOf: (device) => device[0],
    play: async (device, told) => {
      begun.push(device)
      backfilled.set(device, told)
      return device
    },
    computed: () =>
      new Promise<void>((resolve) => {
        for (const { signal } of [stop, computed]) {
          if (signal.aborted) resolve()
          signal.addEventListener('abort', () => resolve(), { once: true })
        }
      }),
    stop: stop.signal,
  })
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  return { counts, begun, backfilled, stop, computed, settled }
}

test('a plant begins when the past of the one before is sent by all of its devices, and computed', async () => {
  const { counts, begun, backfilled, computed, settled } = twoPlants()
  await settled()
  expect(begun).toEqual(['a/1', 'a/2'])
  backfilled.get('a/1')!()
  computed.abort()
  await settled()
  expect(begun).toEqual(['a/1', 'a/2'])
  backfilled.get('a/2')!()
  await settled()
  expect(begun).toEqual(['a/1', 'a/2', 'b/1'])
  expect(await Promise.all(counts)).toEqual(['a/1', 'a/2', 'b/1'])
})

test('what is sent has to be computed first', async () => {
  const { begun, backfilled, computed, settled } = twoPlants()
  await settled()
  for (const device of ['a/1', 'a/2']) backfilled.get(device)!()
  await settled()
  expect(begun).toHaveLength(2)
  computed.abort()
  await settled()
  expect(begun).toHaveLength(3)
})

test('a stop lets all begin, so that they end', async () => {
  const { counts, begun, stop } = twoPlants()
  stop.abort()
  expect(await Promise.all(counts)).toHaveLength(3)
  expect(begun).toHaveLength(3)
})
