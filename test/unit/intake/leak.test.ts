import { expect, test } from 'vitest'
import { putBounded } from '../../../src/intake/leak.js'

/** Proves that a bounded map forgets who was longest not there, and never one that goes on. */

test('what is put again outlives what was put once, however long ago it first came', () => {
  const map = new Map<string, number>()
  for (const key of ['busy', 'a', 'b']) putBounded(map, key, 0, 3)
  putBounded(map, 'busy', 1, 3)
  putBounded(map, 'c', 0, 3)
  putBounded(map, 'd', 0, 3)
  expect([...map]).toEqual([
    ['busy', 1],
    ['c', 0],
    ['d', 0],
  ])
})
