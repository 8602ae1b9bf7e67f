import { expect, test } from 'vitest'
import { removalFindings } from '../../../../src/audit/verify/removals.js'

/** Proves that a verifier names each removal once, of the plants and up to the end of the period of a report. */

const SPANS = new Map([['p', { first: '2026-10-02', last: '2026-10-03' }]])

function day(number: number, date: string, of: { act?: string; plant?: string; device?: string; rows?: number } = {}) {
  const { act = 'a', plant = 'p', device = 'typo', rows = 10 } = of
  const removed = {
    act,
    at: '2026-10-09T08:00:00.000Z',
    by: 'wei',
    why: 'mistyped',
    devices: [device],
    rows,
    root: 'f',
  }
  return { number, plant, day: date, removed }
}

test('days and devices of one order are one finding, with the sum of their rows', () => {
  const days = [day(7, '2026-10-01'), day(8, '2026-10-02', { device: 'other', rows: 5 })]
  const [found, ...others] = [...removalFindings(days, SPANS)]
  expect(others).toEqual([])
  expect(found).toMatchObject({ ok: true, code: 'removed', subject: 'entry 7' })
  expect(found!.text.en).toBe(
    '15 rows of other, typo of p were removed by order of 2026-10-09T08:00:00.000Z, by wei, because: mistyped; the ledger says so from entry 7 on, in 2 entries, with the hash of what went',
  )
})

test('other plants, and days behind the period, are not told of', () => {
  expect([...removalFindings([day(7, '2026-10-04'), day(8, '2026-10-02', { plant: 'q' })], SPANS)]).toEqual([])
})
