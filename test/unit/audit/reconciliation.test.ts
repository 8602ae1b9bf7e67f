import { expect, test } from 'vitest'
import { reconcile } from '../../../src/audit/reconciliation.js'
import type { KpiPoint } from '../../../src/base/kpi.js'

const bill = {
  id: 'b-1',
  document: 'invoice 17',
  fields: { metric: 'elec_import_kwh', amount: 310, from: '2026-10-01', to: '2026-10-04' },
}
const day = (value: number | null, coverage = 1) => ({ value, coverage, provisional: false, unit: 'kWh' }) as KpiPoint

test('a bill agrees with a meter that counted as much within the tolerance', () => {
  const found = reconcile(bill, [day(100), day(102), day(103)], 3, 2)
  expect(found).toMatchObject({ billed: 310, metered: 305, difference: 5, verdict: 'agrees', coverage: 1 })
  expect(found.difference_pct).toBeCloseTo((5 / 305) * 100, 12)
  expect(reconcile(bill, [day(100), day(102), day(103)], 3, 1).verdict).toBe('differs')
})

test('where a day of the bill has no figure nothing is said of the sum', () => {
  expect(reconcile(bill, [day(100), day(null, 0.2), day(103)], 3, 2)).toMatchObject({
    metered: null,
    verdict: 'unknown',
  })
  expect(reconcile(bill, [day(100), day(102)], 3, 2)).toMatchObject({
    metered: null,
    difference_pct: null,
    verdict: 'unknown',
  })
})
