import type { DeviceEvent } from '../../src/base/reading.js'
import { LOT_OPTIONS, said } from './lot-plant.js'

/** The plant of `lot-plant.ts` as it takes part in a carbon market. */
export const MARKET_OPTIONS = {
  ...LOT_OPTIONS,
  ets: { from: '2026-09', covered: 'direct_and_purchased', attest_within_days: 5 },
  report: {
    ...LOT_OPTIONS.report,
    responsible: 'Li Na',
    calibrations: [{ device: 'main-1', on: '2026-03-01', certificate: 'CAL-7' }],
  },
}

export const MARKET_DAYS = { from: '2026-10-01', to: '2026-10-03' } as const

export const MARKET_EVENTS: readonly DeviceEvent[] = [
  said('allowance', 'a-1', '2026-09-30T16:00:00Z', {
    ...{ move: 'allocated', tonnes: 12.5, year: 2026, document_sha256: 'ab'.repeat(32) },
  }),
  said('allowance', 'a-2', '2026-10-01T16:00:00Z', { move: 'sold', tonnes: 2.25, year: 2026 }),
  said('allowance', 'a-3', '2026-10-01T16:00:00Z', { move: 'surrendered', tonnes: 1, year: 2026 }),
  said('allowance', 'a-4', '2026-10-01T16:00:00Z', { move: 'bought', tonnes: 99, year: 2025 }),
  said('allowance_price', 'a-5', '2026-10-01T16:00:00Z', { price: 80.5, currency: 'CNY' }),
  said('bill', 'a-6', '2026-10-01T16:00:00Z', {
    ...{ metric: 'elec_import_kwh', amount: 4800, from: '2026-10-02', to: '2026-10-03' },
    ...{ document_sha256: 'cd'.repeat(32) },
  }),
  said('month_attestation', 'a-7', '2026-10-03T02:00:00Z', {
    ...{ month: '2026-09', report: 'p.ets-month.2026-09-01.2026-10-01', version: 1 },
    ...{ report_sha256: 'ef'.repeat(32), role: 'energy manager' },
  }),
]
