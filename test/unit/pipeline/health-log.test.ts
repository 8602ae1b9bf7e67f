import { expect, test } from 'vitest'
import { HealthLog } from '../../../src/pipeline/health-log.js'

/** Proves that what keeps a gateway from being ready is said once, and once more when it is over. */

test('a disk that fills is said once, and once that it has room again, however long it takes', () => {
  let nowMs = 0
  let reason = ''
  const said: string[] = []
  const clock = { nowMs: () => nowMs, sleep: async () => undefined }
  const log = new HealthLog(
    () => [
      { name: 'journal', ok: reason === '', reason },
      { name: 'store duckdb', ok: true, reason: '' },
    ],
    clock,
    (_, text) => said.push(text),
  )
  const at = (ms: number, why: string) => {
    nowMs = ms
    reason = why
    log.look()
  }
  at(0, '')
  for (let ms = 1000; ms <= 100_000; ms += 1000) at(ms, `ENOSPC, try ${ms}`)
  at(101_000, '')
  at(102_000, '')
  expect(said).toEqual(['not ready: journal: ENOSPC, try 4000', 'ready again: journal, after 100 s'])
  // A failure that is over in two seconds is not said, and one that comes and goes for longer is said once a minute.
  for (let ms = 103_000; ms < 223_000; ms += 1000) at(ms, ms % 2000 === 0 ? 'flaps' : '')
  expect(said).toHaveLength(2)
  for (let ms = 223_000; ms < 343_000; ms += 1000) at(ms, ms % 10_000 < 8000 ? 'comes and goes' : '')
  expect(said.filter((line) => line.startsWith('not ready')).length).toBe(3)
})
