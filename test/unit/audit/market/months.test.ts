import { describe, expect, it } from 'vitest'
import { attestationDueMs, monthsOver, overdueMs } from '../../../../src/audit/market/months.js'
import { AttestationWatch } from '../../../../src/pipeline/markets/attestation-watch.js'

const ETS = { from: '2026-09', covered: 'direct', attest_within_days: 40 } as const
const ZONE = 'Asia/Shanghai'
const at = Date.parse

describe('months of a carbon market', () => {
  it('are over at midnight of the plant, from the first that is watched on', () => {
    expect(monthsOver(ETS, ZONE, at('2026-11-30T15:59:59Z'))).toEqual(['2026-09', '2026-10'])
    expect(monthsOver(ETS, ZONE, at('2026-11-30T16:00:00Z'))).toEqual(['2026-09', '2026-10', '2026-11'])
    expect(monthsOver(ETS, ZONE, at('2026-08-01T00:00:00Z'))).toEqual([])
  })

  it('have to be attested within so many days behind their last', () => {
    expect(new Date(attestationDueMs('2026-09', ETS, ZONE)).toISOString()).toBe('2026-11-09T16:00:00.000Z')
  })

  it('are overdue from then on, until somebody answers for them', () => {
    const due = at('2026-11-09T16:00:00Z')
    expect(overdueMs(ETS, ZONE, due - 1, new Set())).toBeNull()
    expect(overdueMs(ETS, ZONE, due, new Set())).toBe(due)
    expect(overdueMs(ETS, ZONE, due, new Set(['2026-09']))).toBeNull()
  })

  it('are told of once, when one is overdue and when none is any more, also by a gateway that started since', () => {
    const watch = new AttestationWatch([])
    const look = (of: AttestationWatch, dueMs: number | null, nowMs: number) => {
      of.found('p', dueMs)
      return of.at(nowMs)
    }
    expect(look(watch, null, 5_000)).toEqual([])
    const [raised] = look(watch, 5_000, 8_000)
    expect(raised).toEqual({ plant: 'p', device: '', what: 'attestation', atMs: 8_000, isBad: true, value: 3 })
    expect(look(watch, 5_000, 9_000)).toEqual([])
    const restarted = new AttestationWatch([raised!])
    expect(look(restarted, 5_000, 9_000)).toEqual([])
    expect(look(restarted, null, 10_000)).toMatchObject([{ isBad: false, value: 0 }])
  })
})
