import { expect, test, vi } from 'vitest'
import type { QuarantineItem } from '../../../src/base/wire.js'
import { itemsOf } from '../../../src/pipeline/sources/messages.js'

/** Newest first, as the quarantine lists them. */
const kept = Array.from({ length: 1000 }, (_, i) => ({ id: String(1000 - i) }) as QuarantineItem)

const quarantine = {
  query: vi.fn(({ before, limit }: { before: string | null; limit: number }) => {
    const older = before === null ? kept : kept.filter(({ id }) => Number(id) < Number(before))
    return older.slice(0, limit)
  }),
}

test('a page of the quarantine is read in several turns, and has each message once', async () => {
  for (const [before, limit, expected] of [
    [null, 10_000, kept],
    [null, 400, kept.slice(0, 400)],
    ['301', 150, kept.slice(700, 850)],
    ['1', 100, []],
  ] as const) {
    expect(await itemsOf(quarantine, { before, limit })).toEqual(expected)
  }
  let turns = 0
  let isReading = true
  const counting = (async () => {
    for (; isReading; turns++) await new Promise(setImmediate)
  })()
  // Each item takes a millisecond to read.
  await itemsOf(quarantine, { before: null, limit: 10_000 }, () => quarantine.query.mock.calls.length)
  isReading = false
  await counting
  expect(turns).toBeGreaterThanOrEqual(150)
})
