import { describe, expect, test } from 'vitest'
import { DAY_MS } from '../../../../src/base/durations.js'
import type { AnomalyFinding } from '../../../../src/insight/anomalies/finding.js'
import { ANOMALY_RECORDS_MAX, type AnomalyRecord, recordsAfter } from '../../../../src/insight/anomalies/record.js'
import { AnomalyVerdicts } from '../../../../src/insight/anomalies/verdicts.js'

const day = (n: number) => n * DAY_MS
const amount = { value: null, reason: 'not_energy' } as const

function finding(sinceDay: number, untilDay: number | null, more: Partial<AnomalyFinding> = {}): AnomalyFinding {
  return {
    ...{ kind: 'leak', device: 'water-1', line: null, other: null },
    sinceMs: day(sinceDay),
    untilMs: untilDay === null ? null : day(untilDay),
    foundMs: day(sinceDay + 3),
    ...{ excess: 1, unit: 'm3', kwh: amount, money: amount, kgCo2e: amount, factor: null, confidence: 1 },
    evidence: {
      ...{ startMs: 0, stepMs: DAY_MS, unit: 'm3', measured: [], expected: [] },
      ...{ threshold: 1, thresholdUnit: 'm3' },
    },
    ...more,
  }
}

const BOTH = ['water-1', 'main-1']
const look = (
  found: readonly AnomalyFinding[],
  { from = 0, to = 60, inService = BOTH, silent = [] as string[], lastDay = 60 } = {},
) => ({
  fromMs: day(from),
  judgedFromMs: day(from + 21),
  toMs: day(to),
  found,
  lastMs: new Map(BOTH.filter((one) => !silent.includes(one)).map((one) => [one, day(lastDay)])),
  inService: new Set(inService),
  silent: new Set(silent),
})
const nobody = () => false
const everybody = () => true
const first = (found: readonly AnomalyFinding[]) => recordsAfter([], look(found), nobody)

describe('records of anomalies from look to look', () => {
  test('what is found again keeps its id and the time of its finding, and is updated', () => {
    const before = first([finding(30, null)])
    const later = finding(30.5, 70, { foundMs: day(35), excess: 9 })
    const [after, ...others] = recordsAfter(before, look([later], { to: 80 }), nobody)
    expect(others).toEqual([])
    expect(after).toMatchObject({ id: before[0]!.id, foundMs: day(33), untilMs: day(70), ended: 'over', excess: 9 })
  })

  test('a second one of the same device after the first is over stands beside it', () => {
    const before = first([finding(30, 40)])
    const after = recordsAfter(before, look([finding(30, 40), finding(50, null)]), nobody)
    expect(after.map(({ sinceMs, ended }) => [sinceMs, ended])).toEqual([
      [day(50), null],
      [day(30), 'over'],
    ])
  })

  test('what the same days do not show any more goes, unless a person has confirmed it: then it ends', () => {
    const before = first([finding(30, null)])
    expect(recordsAfter(before, look([]), nobody)).toEqual([])
    expect(recordsAfter(before, look([]), everybody)).toMatchObject([{ ended: 'not_seen', untilMs: day(60) }])
  })

  test('of other days it stays on record, as not seen any more', () => {
    const before = first([finding(30, null)])
    expect(recordsAfter(before, look([], { from: 5, to: 65 }), nobody)).toMatchObject([
      { ended: 'not_seen', untilMs: day(65) },
    ])
    const over = first([finding(30, 40)])
    expect(recordsAfter(over, look([], { from: 5 }), nobody)).toEqual(over)
  })

  test('what is learnt from by now has become usual; a confirmed one stays', () => {
    const before = first([finding(30, null)])
    const later = look([], { from: 31, to: 120 })
    expect(recordsAfter(before, later, nobody)).toMatchObject([{ ended: 'became_usual', untilMs: day(52) }])
    expect(recordsAfter(before, later, everybody)).toEqual(before)
  })

  test('nothing is said of a device that was not looked at', () => {
    const inService = [...BOTH, 'left-1']
    const before = recordsAfter([], look([finding(30, null, { device: 'left-1' })], { inService }), nobody)
    expect(before).toMatchObject([{ untilMs: null }])
    expect(recordsAfter(before, look([], { inService, from: 31, to: 120 }), nobody)).toEqual(before)
  })

  test('what lasts ends with its device, also where a person has confirmed it; what is over stays as it was', () => {
    const before = first([finding(30, null), finding(24, 26)])
    const removed = look([], { from: 31, to: 120, inService: ['main-1'], silent: ['water-1'] })
    const [over, lasting] = [expect.objectContaining({ untilMs: day(26), ended: 'over' }), { ended: 'gone' }]
    for (const isConfirmed of [nobody, everybody]) {
      expect(recordsAfter(before, removed, isConfirmed)).toMatchObject([{ ...lasting, untilMs: day(120) }, over])
    }
    const retired = look([finding(30, null)], { inService: ['main-1'], lastDay: 44 })
    expect(recordsAfter(before, retired, everybody)[0]).toMatchObject({ ended: 'gone', untilMs: day(44) })
    const again = recordsAfter(recordsAfter(before, retired, nobody), look([finding(30, null)]), nobody)
    expect(again[0]).toMatchObject({ id: before[0]!.id, ended: null, untilMs: null })
  })

  test('what lasts ends where the other meter of a swap is gone, or its device is silent in all days of a look', () => {
    const swap = first([finding(30, null, { kind: 'swapped_meters', device: 'main-1', other: 'water-1' })])
    const retired = look([], { from: 31, to: 120, inService: ['main-1'], lastDay: 90 })
    expect(recordsAfter(swap, retired, everybody)).toMatchObject([{ ended: 'gone', untilMs: day(90) }])
    const before = first([finding(30, null)])
    const silent = look([], { from: 31, to: 120, silent: ['water-1'] })
    expect(recordsAfter(before, silent, everybody)).toMatchObject([{ ended: 'gone', untilMs: day(120) }])
  })

  test('records are bounded: those that last stay, then those found last', () => {
    const over = Array.from({ length: ANOMALY_RECORDS_MAX + 20 }, (_, i) =>
      finding(22 + i / 10, 22 + i / 10 + 0.05, { device: 'main-1' }),
    )
    const records = first([finding(21, null), ...over])
    expect(records).toHaveLength(ANOMALY_RECORDS_MAX)
    expect(records.filter(({ ended }) => ended === null)).toHaveLength(1)
    expect(records[0]!.sinceMs).toBe(over.at(-1)!.sinceMs)
  })
})

describe('verdicts of people', () => {
  const act = { id: 'a', what: 'anomaly', plant: 'p', anomaly: 'x', note: '', by: 'wei' } as const
  const of = { kind: 'leak', device: 'water-1', sinceMs: day(30), untilMs: null } as const
  const record = (since: number, until: number | null, more: Partial<AnomalyFinding> = {}): AnomalyRecord =>
    first([finding(since, until, more)])[0]!

  test('one counts for the same kind, device and time, the newest first, and for no other', () => {
    const verdicts = new AnomalyVerdicts()
    verdicts.add({ act: { ...act, ...of, verdict: 'confirmed' }, atMs: day(40) })
    verdicts.add({ act: { ...act, ...of, verdict: 'dismissed' }, atMs: day(41) })
    expect(verdicts.of('p', record(29, null))?.act.verdict).toBe('dismissed')
    expect(verdicts.of('p', record(25, 29))).toBeNull()
    expect(verdicts.of('p', record(25, 30))).toBeNull()
    expect(verdicts.of('p', record(25, 30.5))?.act.verdict).toBe('dismissed')
    expect(verdicts.of('p', record(41, null))).toBeNull()
    expect(verdicts.of('p', record(42, null))).toBeNull()
    expect(verdicts.of('p', record(29, null, { kind: 'stuck' }))).toBeNull()
    expect(verdicts.of('p', record(29, null, { device: 'main-1' }))).toBeNull()
    expect(verdicts.of('q', record(29, null))).toBeNull()
  })

  test('one on a swap counts for the same two meters; one that does not say the other, for any', () => {
    const swap = (other: string) => record(30, null, { kind: 'swapped_meters', other })
    const verdicts = new AnomalyVerdicts()
    verdicts.add({ act: { ...act, ...of, kind: 'swapped_meters', verdict: 'confirmed' }, atMs: day(40) })
    verdicts.add({ act: { ...act, ...of, kind: 'swapped_meters', other: 'a-1', verdict: 'dismissed' }, atMs: day(41) })
    expect(verdicts.of('p', swap('a-1'))?.act.verdict).toBe('dismissed')
    expect(verdicts.of('p', swap('b-1'))?.act.verdict).toBe('confirmed')
  })
})
