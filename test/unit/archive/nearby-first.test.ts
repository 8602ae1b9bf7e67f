import { expect, test } from 'vitest'
import { nearbyFirst } from '../../../src/archive/nearby-first.js'

const DAY_MS = 86_400_000

/** Finds what is so far away, and notes for whom and how far it looked. */
function looking(distances: Readonly<Record<string, number>>) {
  const looks: (readonly [string, number])[] = []
  const look = async (wanted: readonly string[], reachMs: number) => {
    looks.push([wanted.join(' '), reachMs / DAY_MS])
    return new Map(wanted.filter((key) => distances[key]! < reachMs).map((key) => [key, distances[key]!]))
  }
  return { looks, look }
}

test('is looked for a day around, further for what is not there, and everywhere for what is nowhere near', async () => {
  const { looks, look } = looking({ a: 60_000, b: 2 * DAY_MS, c: 400 * DAY_MS, d: Infinity })
  expect([...(await nearbyFirst(['a', 'b', 'c', 'd'], look))].map(([key]) => key)).toEqual(['a', 'b', 'c'])
  expect(looks).toEqual([
    ['a b c d', 1],
    ['b c d', 16],
    ['c d', Infinity],
  ])
})

test('nobody looks on when all is found', async () => {
  const { looks, look } = looking({ a: 60_000 })
  await nearbyFirst(['a'], look)
  expect(looks).toHaveLength(1)
})
