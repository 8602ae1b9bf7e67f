import { describe, expect, test } from 'vitest'
import { randomStream } from '../../../../simulators/random.js'
import { type CertificateClaim, certificateClaim, rangeWords } from '../../../../src/audit/certificates/claim.js'
import { certificateClaims } from '../../../../src/audit/certificates/claims-on-record.js'
import { CertificateRegister } from '../../../../src/audit/certificates/register.js'
import type { EventItem } from '../../../../src/base/records.js'

/** Proves that a certificate has one plant and goes forward only, whatever the order in which claims are read. */

const FIELDS = { issuer: 'NEA', mwh: 100, generated: '2026-03', technology: 'solar', state: 'held' }

function claim(plant: string, entry: string, fields: Record<string, unknown>, minute = 0): CertificateClaim {
  const at = new Date(Date.UTC(2026, 4, 1, 0, minute)).toISOString()
  const origin = { plant, entry, author: 'Li', document: 'paper', isProposed: false, at }
  const made = certificateClaim({ ...FIELDS, ...fields }, origin)
  if (made === null) throw new Error('no claim')
  return made
}

const hundred = { first: 'GEC-001', last: 'GEC-100' }
const retired = (first: string, last: string, used_for: string, mwh: number) => ({
  ...{ first, last, mwh, used_for, state: 'retired' },
})
const shown = ({ lots }: CertificateRegister) =>
  lots.map((lot) => `${rangeWords(lot)} ${lot.plant} ${lot.state}${lot.usedFor === null ? '' : ` ${lot.usedFor}`}`)
const lost = ({ conflicts }: CertificateRegister) =>
  conflicts.map(({ claim: { plant, entry }, reason, before }) => `${plant}/${entry} ${reason} ${before?.entry}`)

describe('a certificate', () => {
  test('is claimed once over all plants', () => {
    const register = new CertificateRegister([claim('a', '1', hundred)])
    const second = claim('b', '2', { first: 'GEC-100', last: 'GEC-150', mwh: 51 }, 1)
    expect(register.conflictOf(second)).toMatchObject({
      reason: 'other_plant',
      numbers: { first: 100n, last: 100n },
      before: { plant: 'a', entry: '1' },
    })
    expect(register.conflictOf(claim('b', '2', { first: 'GEC-101', last: 'GEC-150', mwh: 50 }))).toBeNull()
    expect(register.conflictOf(claim('b', '2', { ...hundred, issuer: 'I-REC' }))).toBeNull()
    expect(register.conflictOf(claim('b', '2', { ...hundred, issuer: ' nea' }))?.reason).toBe('other_plant')
  })

  test('goes from issued over held to retired, in parts, and never back', () => {
    const claims = [
      claim('a', '1', { ...hundred, state: 'issued' }),
      claim('a', '2', hundred, 1),
      claim('a', '3', retired('GEC-011', 'GEC-020', '2026-04', 10), 2),
      claim('a', '4', retired('GEC-051', 'GEC-100', '2026-05', 50), 3),
    ]
    const register = new CertificateRegister(claims)
    expect(shown(register)).toEqual([
      'GEC-001 to GEC-010 a held',
      'GEC-011 to GEC-020 a retired 2026-04',
      'GEC-021 to GEC-050 a held',
      'GEC-051 to GEC-100 a retired 2026-05',
    ])
    for (const again of [retired('GEC-020', 'GEC-021', '2026-06', 2), { first: 'GEC-005', mwh: 1 }])
      expect(register.conflictOf(claim('a', '5', again, 4))?.reason).toBe('said_before')
  })

  test('stays of the same month, technology and MWh', () => {
    const register = new CertificateRegister([claim('a', '1', hundred)])
    const later = retired('GEC-001', 'GEC-010', '2026-04', 10)
    expect(register.conflictOf(claim('a', '2', later))).toBeNull()
    for (const wrong of [{ generated: '2026-02' }, { technology: 'wind' }, { mwh: 10.5 }])
      expect(register.conflictOf(claim('a', '2', { ...later, ...wrong }))?.reason).toBe('other_facts')
  })

  test('that a contract of another plant names is not claimed', () => {
    const contracts = [{ plant: 'b', contract: 'wind', certificate: 'GEC-0042' }]
    const register = new CertificateRegister([claim('a', '1', hundred)], contracts)
    expect(register.conflicts).toMatchObject([{ reason: 'contract_of_other_plant', contract: contracts[0] }])
    const other = new CertificateRegister([], [{ ...contracts[0]!, registry: 'I-REC' }])
    expect(other.conflictOf(claim('a', '1', hundred))).toBeNull()
    expect(new CertificateRegister([], contracts).conflictOf(claim('b', '1', hundred))).toBeNull()
  })
})

test('a contract is read once, however many claims there are', () => {
  let reads = 0
  const contracts = Array.from({ length: 40 }, (_, n) => ({
    ...{ plant: 'b', contract: 'wind', registry: n % 2 === 0 ? 'nea' : 'I-REC' },
    get certificate() {
      reads += 1
      return `GEC-${140 - n}`
    },
  }))
  const claims = Array.from({ length: 200 }, (_, n) => claim('a', `${n}`, { first: `GEC-${n}`, mwh: 1 }, n))
  const { conflicts } = new CertificateRegister(claims, contracts)
  expect(reads).toBe(contracts.length)
  const even = Array.from({ length: 20 }, (_, n) => BigInt(102 + 2 * n))
  expect(conflicts.map(({ numbers }) => numbers.first)).toEqual(even)
})

test('the first claim on record has a certificate, in whatever order they are read; a hundred registers of claims at random', () => {
  const next = randomStream('certificates', 11)
  const upTo = (end: number) => Math.floor(next() * end)
  for (let round = 0; round < 100; round++) {
    const claims = Array.from({ length: 12 }, (_, i) => {
      const first = 1 + upTo(30)
      const count = 1 + upTo(10)
      const state = ['issued', 'held', 'retired'][upTo(3)]!
      const used = state === 'retired' ? { used_for: '2026-04' } : {}
      const fields = { first: `N${first}`, last: `N${first + count - 1}`, mwh: count, state, ...used }
      return claim(`p${upTo(3)}`, `${i}`, fields, i)
    })
    const register = new CertificateRegister(claims)
    // Every number by itself, by the plain rule: the plant of its first claim, and the furthest state of what was taken.
    const taken = claims.filter((one) => register.conflicts.every((conflict) => conflict.claim !== one))
    for (let number = 1n; number <= 40n; number++) {
      const of = taken.filter(({ first, last }) => first <= number && number <= last)
      const lots = register.lots.filter(({ first, last }) => first <= number && number <= last)
      expect(lots.length).toBe(of.length === 0 ? 0 : 1)
      expect(new Set(of.map(({ plant }) => plant)).size).toBeLessThan(2)
      if (lots[0] !== undefined) expect(lots[0]).toMatchObject({ plant: of[0]!.plant, state: of.at(-1)!.state })
    }
    const shuffled = claims.map((one) => ({ one, by: next() })).toSorted((a, b) => a.by - b.by)
    const again = new CertificateRegister(shuffled.map(({ one }) => one))
    expect([again.lots, again.conflicts]).toEqual([register.lots, register.conflicts])
  }
})

describe('of what is on record', () => {
  const event = (id: string, type: string, fields: Record<string, unknown>, minute: number): EventItem => ({
    ...{ id, type, line: 'office', device: 'office', fields, ts: '2026-03-01T00:00:00.000Z' },
    received_at: new Date(Date.UTC(2026, 4, 1, 0, minute)).toISOString(),
    origin: { kind: 'person', account: 'li' },
  })
  const said = { ...FIELDS, ...hundred, author: 'Li', document: 'paper' }
  const registerOf = (...events: readonly (readonly [plant: string, event: EventItem])[]) =>
    new CertificateRegister(certificateClaims(events.map(([plant, one]) => ({ plant, event: one }))))

  test('a proposal keeps its numbers, and is as old after it was approved', () => {
    const proposed = event('x', 'proposal', { of: 'energy_certificate', said, author: 'Li' }, 0)
    const approved = event('x/approved', 'energy_certificate', { ...said, approved_by: 'Wang' }, 9)
    const other = event('y', 'energy_certificate', said, 5)
    const before = registerOf(['a', proposed], ['b', other])
    expect([before.lots[0]?.isProposed, lost(before)]).toEqual([true, ['b/y other_plant x']])
    const after = registerOf(['a', proposed], ['b', other], ['a', approved])
    expect([after.lots[0]?.isProposed, lost(after)]).toEqual([false, ['b/y other_plant x']])
  })

  test('what was withdrawn or rejected is free', () => {
    const proposed = event('x', 'proposal', { of: 'energy_certificate', said, author: 'Li' }, 0)
    const rejected = event('x/rejected', 'rejection', { of: 'x', by: 'Wang', reason: 'no' }, 1)
    const wrong = event('y', 'energy_certificate', said, 2)
    const withdrawn = event('y/withdrawn', 'withdrawn', { of: 'y', at: wrong.ts, author: 'Li', reason: 'typo' }, 3)
    const last = event('z', 'energy_certificate', said, 4)
    const register = registerOf(['a', proposed], ['a', rejected], ['b', wrong], ['b', withdrawn], ['c', last])
    expect([shown(register), lost(register)]).toEqual([['GEC-001 to GEC-100 c held'], []])
  })

  test('what a device says, or what lacks its numbers, claims nothing', () => {
    const origin = { kind: 'device', device: 'd', ingress: 'mqtt', client: 'd' } as const
    const byDevice = { ...event('x', 'energy_certificate', said, 0), origin }
    const bare = event('y', 'energy_certificate', { ...said, first: 'GEC' }, 1)
    expect(registerOf(['a', byDevice], ['a', bare]).lots).toEqual([])
  })
})
