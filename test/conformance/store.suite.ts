import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { flagBit } from '../../src/base/flags.js'
import { type Point, type Stream, windowKey } from '../../src/kpi/point.js'
import type { Store } from '../../src/stores/store.js'

/** A store to be tested, empty, and how it is opened again on what it holds. */
export interface StoreUnderTest {
  readonly store: Store
  reopen(): Promise<Store>
  close(): Promise<void>
}

const HOUR_MS = 3_600_000
const FROM_MS = Date.parse('2025-07-01T00:00:00Z')

const energy: Stream = { plant: 'p', scope: 'plant', id: 'p', kpi: 'energy_elec_import', window: '1h', unit: 'kWh' }
const factor: Stream = { ...energy, scope: 'device', id: 'm1', kpi: 'power_factor', unit: '1' }
const elsewhere: Stream = { ...energy, plant: 'q', id: 'q' }

/** The point of hour `hour` of a stream. */
function pointOf(stream: Stream, hour: number, of: Partial<Point> = {}): Point {
  const startMs = FROM_MS + hour * HOUR_MS
  const figure = { value: hour + 0.1, reason: '', numerator: hour + 0.1, denominator: 1, coverage: 1 } as const
  const rest = { estimatedShare: 0, flags: 0, provisional: false, rev: 0 }
  return { stream, startMs, endMs: startMs + HOUR_MS, ...figure, ...rest, ...of }
}

const all = { fromMs: -8.64e15, toMs: 8.64e15, limit: 1000 }
const byKey = (points: readonly Point[]) => [...points].sort((a, b) => (windowKey(a) < windowKey(b) ? -1 : 1))

/** What every store does, whatever is behind it. */
export function storeSuite(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`the store ${name}`, () => {
    let under: StoreUnderTest
    let store: Store
    beforeEach(async () => {
      under = await open()
      store = under.store
    })
    afterEach(() => under.close())

    const stored = { kind: 'stored', refused: [] }

    test('gives back what was written, bit by bit, nulls and flags included', async () => {
      const odd = pointOf(factor, 3, {
        value: null,
        reason: 'low_coverage',
        numerator: 0.1 + 0.2,
        denominator: Number.MIN_VALUE,
        coverage: 1 / 3,
        estimatedShare: 2 / 3,
        flags: flagBit('approx') | flagBit('clock'),
        rev: 7,
      })
      expect(await store.write([odd])).toEqual(stored)
      expect(await store.points({ ...factor, ...all })).toEqual([odd])
    })

    test('the same batch twice is the same as once', async () => {
      const batch = [pointOf(energy, 1), pointOf(energy, 2), pointOf(factor, 1)]
      await store.write(batch)
      await store.write(batch)
      expect(await store.finalCount()).toBe(3)
      expect(await store.points({ ...energy, ...all })).toEqual(batch.slice(0, 2))
    })

    test('a window that is written again takes the place of what was there, its rev with it', async () => {
      await store.write([pointOf(energy, 1), pointOf(energy, 2)])
      const again = pointOf(energy, 1, { value: 9, numerator: 9, rev: 1 })
      await store.write([again])
      expect(await store.points({ ...energy, ...all })).toEqual([again, pointOf(energy, 2)])
    })

    test('of two points of one window in one batch the later one counts', async () => {
      const open = pointOf(energy, 1, { provisional: true })
      await store.write([open, pointOf(energy, 1)])
      expect(await store.points({ ...energy, ...all })).toEqual([pointOf(energy, 1)])
    })

    test('a final point takes the place of a provisional one, and only then it counts as final', async () => {
      const open = pointOf(energy, 1, { provisional: true })
      await store.write([open, pointOf(energy, 0)])
      expect([await store.open(), await store.finalCount()]).toEqual([[open], 1])
      await store.write([pointOf(energy, 1)])
      expect([await store.open(), await store.finalCount()]).toEqual([[], 2])
    })

    test('an open window that nobody makes any more is removed, and no other with it', async () => {
      const open = pointOf(energy, 2, { provisional: true })
      await store.write([pointOf(energy, 1), open, pointOf(factor, 2)])
      await store.remove([open])
      expect(await store.points({ ...energy, ...all })).toEqual([pointOf(energy, 1)])
      expect([await store.open(), await store.finalCount()]).toEqual([[], 2])
    })

    test('the newest of every stream is the one that starts last, in whatever order they were written', async () => {
      await store.write([pointOf(energy, 5), pointOf(factor, 1)])
      await store.write([pointOf(energy, 2), pointOf(elsewhere, 3)])
      const newest = [pointOf(energy, 5), pointOf(factor, 1), pointOf(elsewhere, 3)]
      expect(byKey(await store.newest())).toEqual(byKey(newest))
    })

    test('between two instants: every stream of one plant, the start included, the end not', async () => {
      const points = [1, 2, 3].flatMap((hour) => [energy, factor, elsewhere].map((stream) => pointOf(stream, hour)))
      await store.write(points)
      const found = await store.between('p', FROM_MS + HOUR_MS, FROM_MS + 3 * HOUR_MS)
      const expected = points.filter((p) => p.stream.plant === 'p' && p.startMs < FROM_MS + 3 * HOUR_MS)
      expect(found).toEqual(new Map(byKey(expected).map((point) => [windowKey(point), point])))
    })

    test('history comes in order and by the page', async () => {
      await store.write([4, 1, 3, 2, 0].map((hour) => pointOf(energy, hour)))
      const starts = async (fromMs: number, limit: number) =>
        (await store.points({ ...energy, fromMs, toMs: FROM_MS + 4 * HOUR_MS, limit })).map((p) => p.startMs)
      const hour = (n: number) => FROM_MS + n * HOUR_MS
      expect(await starts(FROM_MS, 3)).toEqual([hour(0), hour(1), hour(2)])
      expect(await starts(hour(2) + 1, 3)).toEqual([hour(3)])
      expect(await starts(hour(4), 3)).toEqual([])
    })

    test('a stream that was never written is empty, not an error', async () => {
      expect(await store.points({ ...energy, ...all })).toEqual([])
      expect(await store.write([])).toEqual(stored)
      expect([await store.newest(), await store.open()]).toEqual([[], []])
    })

    test('all of it is there when it is opened again', async () => {
      const open = pointOf(factor, 2, { provisional: true })
      await store.write([pointOf(energy, 1, { rev: 3 }), open])
      const again = await under.reopen()
      expect(await again.points({ ...energy, ...all })).toEqual([pointOf(energy, 1, { rev: 3 })])
      expect(await again.open()).toEqual([open])
      await again.write([pointOf(energy, 1, { rev: 4 }), pointOf(energy, 0)])
      expect((await again.points({ ...energy, ...all })).map((p) => [p.startMs, p.rev])).toEqual([
        [FROM_MS, 0],
        [FROM_MS + HOUR_MS, 4],
      ])
    })
  })
}
