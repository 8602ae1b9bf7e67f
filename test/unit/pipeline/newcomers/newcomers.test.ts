import { expect, test } from 'vitest'
import { type NewcomerDeps, Newcomers } from '../../../../src/pipeline/newcomers/newcomers.js'

test.each([
  ['half a second', 500, 5],
  ['eight seconds, where the machine is busy', 8000, 2],
])('topics are looked at seldom while a stranger sends, and a look takes %s', async (_, lookMs, looksOfAll) => {
  let [nowMs, looks, messages] = [Date.parse('2026-11-24T08:00:00Z'), 0, 0]
  const deps = {
    clock: { nowMs: () => nowMs, sleep: () => Promise.resolve() },
    senders: { all: () => [] },
    archive: { series: { all: () => [] } },
    configs: { plants: [], known: { isConfigured: () => false } },
    quarantine: {
      query: () => [{ id: ++messages, topic: 'acme/7/data', sample: '{}', received_at: '2026-11-24T08:00:00Z' }],
    },
    profiles: () => {
      looks++
      nowMs += lookMs
      return new Map()
    },
    ignored: { path: '/nowhere/ignored.json', write: () => {} },
  } as unknown as NewcomerDeps
  const newcomers = new Newcomers(deps)
  for (let second = 0; second < 70; second++) {
    const { topics } = await newcomers.list({ plant: null, after: null, limit: 1, withIgnored: false })
    expect(topics).toHaveLength(1)
    nowMs += 1000
  }
  expect(looks).toBe(looksOfAll)
})
