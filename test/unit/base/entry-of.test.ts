import { expect, test } from 'vitest'
import { boundedEntryOf } from '../../../src/base/entry-of.js'

test('names that devices choose do not fill the memory: at most so many are kept, and a known one is never made again before', () => {
  const kept = new Map<string, number>()
  let made = 0
  const ask = (name: string) => boundedEntryOf(kept, name, 3, () => ++made)
  expect(['a', 'b', 'c', 'a'].map(ask)).toEqual([1, 2, 3, 1])
  expect(ask('d')).toBe(4)
  expect([...kept.keys()]).toEqual(['d'])
  for (let i = 0; i < 100; i++) ask(`lot-${i}`)
  expect(kept.size).toBeLessThanOrEqual(3)
})
