import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { lineOf } from '../../../../src/audit/ledger/rows.js'
import { EvidenceRows } from '../../../../src/audit/verify/reading-rows.js'

const instant = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2100, 0, 1) })
const name = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,9}$/)

describe('a reading in a line of the evidence', () => {
  test.prop([
    fc.record({
      device: name,
      metric: name,
      unit: fc.constantFrom('kWh', '', 'mg/Nm3', 'a,b'),
      ts: instant,
      value: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((v) => (Object.is(v, -0) ? 0 : v))),
      word: fc.oneof(fc.stringMatching(/^[A-Za-z ]{1,9}$/), fc.string({ minLength: 1 })),
      quality: fc.integer({ min: 0, max: 8 }),
      receivedAt: instant,
      assumed: fc.boolean(),
    }),
  ])('is the one that was written into it', (reading) => {
    const { device, metric, unit, ts, value, word, quality, receivedAt, assumed } = reading
    const own = value === null ? word : null
    const cells = ['hall', device, 'energy', metric, unit, ts, value, own, quality, 7, receivedAt, assumed]
    const rows = new EvidenceRows()
    expect(rows.read(lineOf('reading', cells), () => true)).toEqual({ ...reading, word: own })
    expect(rows.read(lineOf('reading', cells), () => false)).toBeNull()
  })
})
