import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { flagBit } from '../../src/base/flags.js'
import { QUALITIES, type Quality } from '../../src/base/quality.js'
import type { Point, Stream } from '../../src/kpi/windows/point.js'
import type { SampleSource, StoreSample } from '../../src/stores/sample.js'
import type { History, StoreBatch, WriteOutcome } from '../../src/stores/store.js'

/** A store to be tested, empty, with its history. */
export interface StoreUnderTest {
  readonly history: History
  write(batch: StoreBatch): Promise<WriteOutcome>
  close(): Promise<void>
}

const HOUR_MS = 3_600_000
const FROM_MS = Date.parse('2025-07-01T00:00:00Z')

const energy: Stream = { plant: 'p', scope: 'plant', id: 'p', kpi: 'energy_elec_import', window: '1h', unit: 'kWh' }
const factor: Stream = { ...energy, scope: 'device', id: 'm1', kpi: 'power_factor', unit: '1' }

const meter: SampleSource = { plant: 'p', line: 'press', device: 'm1', class: 'energy' }
const moved: SampleSource = { ...meter, line: 'paint' }
const robot: SampleSource = { plant: 'p', line: 'press', device: 'r7', class: 'robot' }

/** The point of hour `hour` of a stream. */
function pointOf(stream: Stream, hour: number, of: Partial<Point> = {}): Point {
  const startMs = FROM_MS + hour * HOUR_MS
  const figure = { value: hour + 0.1, reason: '', numerator: hour + 0.1, denominator: 1, coverage: 1 } as const
  const rest = { estimatedShare: 0, flags: 0, factors: [], provisional: false, rev: 0 }
  return { stream, startMs, endMs: startMs + HOUR_MS, ...figure, ...rest, ...of }
}

/** Sample of a source in second `second`; qualities by their words, good where there is none. */
function sampleOf(
  source: SampleSource,
  second: number,
  readings: Readonly<Record<string, number | string>>,
  qualities: Readonly<Record<string, Quality>> = {},
): StoreSample {
  const metrics = Object.keys(readings)
  const ranks = metrics.map((metric) => [metric, QUALITIES.indexOf(qualities[metric] ?? 'good')] as const)
  return {
    source,
    ts: atSecond(second),
    metrics,
    values: Object.values(readings),
    qualities: Object.fromEntries(ranks),
  }
}

function batchOf(of: Partial<StoreBatch>): StoreBatch {
  return { samples: [], points: [], erased: [], ...of }
}

const all = { fromMs: -8.64e15, toMs: 8.64e15, limit: 1000 }
const atSecond = (second: number) => FROM_MS + second * 1000

/** Tests that every store has to pass, whatever is behind it. */
export function storeSuite(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`the store ${name}`, () => {
    let under: StoreUnderTest
    beforeEach(async () => {
      under = await open()
    })
    afterEach(() => under.close())

    /** Writes one batch after the other, and each must be stored whole. */
    const write = async (...batches: readonly Partial<StoreBatch>[]) => {
      for (const batch of batches) {
        expect(await under.write(batchOf(batch))).toEqual({ kind: 'stored', refused: [] })
      }
    }
    const pointsOf = (stream: Stream, range = all) => under.history.points({ ...stream, ...range })
    const readingsOf = (source: SampleSource, metric: string, range = all) =>
      under.history.readings({ plant: source.plant, device: source.device, class: source.class, metric, ...range })

    test('gives points back bit by bit, nulls, flags and length included', async () => {
      const odd = pointOf(factor, 3, {
        value: null,
        reason: 'low_coverage',
        numerator: 0.1 + 0.2,
        denominator: Number.MIN_VALUE,
        coverage: 1 / 3,
        estimatedShare: 2 / 3,
        flags: flagBit('approx') | flagBit('clock'),
        factors: ['cn.grid.national.avg.2023', 'own.grid.2026'],
        rev: 7,
      })
      const long = pointOf(factor, 9, { endMs: FROM_MS + 100 * HOUR_MS, value: -1.7976931348623157e308 })
      await write({ points: [odd, long] })
      expect(await pointsOf(factor)).toEqual([odd, long])
    })

    test('gives readings back bit by bit, words and numbers, each with its quality', async () => {
      const values = [0.1 + 0.2, Number.MIN_VALUE, -1e15, 1e15, 0]
      await write({
        samples: [
          ...values.map((value, second) => sampleOf(meter, second, { elec_import_kw: value, own_metric: 0 - value })),
          ...QUALITIES.map((quality, second) =>
            sampleOf(robot, second, { parts_total: second }, { parts_total: quality }),
          ),
          sampleOf(robot, 100, { state: 'running', op_mode: 3, note_level: 2 }),
          sampleOf(robot, 101, { state: 'a "quoted", \\ odd = word' }),
        ],
      })
      const power = values.map((value, second) => ({ ts: atSecond(second), value, quality: 0 }))
      expect(await readingsOf(meter, 'elec_import_kw')).toEqual(power)
      expect((await readingsOf(meter, 'own_metric')).map(({ value }) => value)).toEqual(
        values.map((value) => 0 - value),
      )
      const parts = QUALITIES.map((_, rank) => ({ ts: atSecond(rank), value: rank, quality: rank }))
      expect(await readingsOf(robot, 'parts_total')).toEqual(parts)
      expect(await readingsOf(robot, 'state')).toEqual([
        { ts: atSecond(100), value: 'running', quality: 0 },
        { ts: atSecond(101), value: 'a "quoted", \\ odd = word', quality: 0 },
      ])
      expect(await readingsOf(robot, 'op_mode')).toEqual([{ ts: atSecond(100), value: 3, quality: 0 }])
    })

    test('the same batch twice is the same as once', async () => {
      const points = [pointOf(energy, 1), pointOf(energy, 2), pointOf(factor, 1)]
      const batch = { points, samples: [sampleOf(meter, 1, { elec_import_kw: 5 })] }
      await write(batch, batch)
      expect(await pointsOf(energy)).toEqual(points.slice(0, 2))
      expect(await readingsOf(meter, 'elec_import_kw')).toEqual([{ ts: atSecond(1), value: 5, quality: 0 }])
    })

    test('a window that is written again takes the place of what was there, its rev and flags with it', async () => {
      const first = pointOf(energy, 1, { flags: flagBit('estimated'), provisional: true })
      const again = pointOf(energy, 1, { value: 9, numerator: 9, rev: 1 })
      await write({ points: [first, pointOf(energy, 2)] }, { points: [again] })
      expect(await pointsOf(energy)).toEqual([again, pointOf(energy, 2)])
    })

    test('a window that has no value any more has none, and has one again when it comes', async () => {
      const without = pointOf(energy, 1, { value: null, reason: 'no_data', rev: 1 })
      await write({ points: [pointOf(energy, 1), pointOf(energy, 2)] }, { points: [without], erased: [without] })
      expect(await pointsOf(energy)).toEqual([without, pointOf(energy, 2)])
      await write({ points: [pointOf(energy, 1, { rev: 2 })] })
      expect(await pointsOf(energy)).toEqual([pointOf(energy, 1, { rev: 2 }), pointOf(energy, 2)])
    })

    test('a window that nobody makes any more is gone, and no other with it', async () => {
      const points = [1, 2, 3].flatMap((hour) => [energy, factor].map((stream) => pointOf(stream, hour)))
      await write({ points }, { erased: [pointOf(energy, 2), pointOf(energy, 3)] })
      expect(await pointsOf(energy)).toEqual([pointOf(energy, 1)])
      expect((await pointsOf(factor)).map((point) => point.startMs)).toEqual(
        points.filter((_, i) => i % 2).map((p) => p.startMs),
      )
      await write({ points: [pointOf(energy, 2, { rev: 1 })] })
      expect(await pointsOf(energy)).toEqual([pointOf(energy, 1), pointOf(energy, 2, { rev: 1 })])
    })

    test('a reading whose quality becomes good again is good, and the one beside it keeps its own', async () => {
      const readings = { so2_mgm3: 10, nox_mgm3: 20 }
      const stack: SampleSource = { ...meter, device: 's1', class: 'emissions' }
      await write(
        { samples: [sampleOf(stack, 1, readings, { so2_mgm3: 'calibration', nox_mgm3: 'fault' })] },
        { samples: [{ ...sampleOf(stack, 1, readings, { nox_mgm3: 'fault' }), metrics: ['so2_mgm3'], values: [10] }] },
      )
      const quality = (word: Quality) => QUALITIES.indexOf(word)
      expect(await readingsOf(stack, 'so2_mgm3')).toEqual([{ ts: atSecond(1), value: 10, quality: quality('good') }])
      expect(await readingsOf(stack, 'nox_mgm3')).toEqual([{ ts: atSecond(1), value: 20, quality: quality('fault') }])
    })

    test('readings that come later for the same instant stand beside those that were there', async () => {
      await write(
        { samples: [sampleOf(meter, 1, { elec_import_kw: 5 })] },
        {
          samples: [
            {
              ...sampleOf(meter, 1, { elec_import_kw: 5, water_fresh_m3: 7 }),
              metrics: ['water_fresh_m3'],
              values: [7],
            },
          ],
        },
      )
      expect(await readingsOf(meter, 'elec_import_kw')).toEqual([{ ts: atSecond(1), value: 5, quality: 0 }])
      expect(await readingsOf(meter, 'water_fresh_m3')).toEqual([{ ts: atSecond(1), value: 7, quality: 0 }])
    })

    test('the readings of a device that moved to another line are one series', async () => {
      const seconds = [0, 1, 2, 3, 4, 5]
      const samples = seconds.map((second) => sampleOf(second < 3 ? meter : moved, second, { elec_import_kw: second }))
      await write({ samples: [...samples].reverse() })
      expect((await readingsOf(meter, 'elec_import_kw')).map(({ value }) => value)).toEqual(seconds)
      expect((await readingsOf(meter, 'elec_import_kw', { ...all, limit: 4 })).map(({ value }) => value)).toEqual([
        0, 1, 2, 3,
      ])
    })

    test('neither plant nor device nor metric of another gets in between', async () => {
      const others = [
        { ...meter, plant: 'q' },
        { ...meter, device: 'm2' },
      ]
      await write({
        samples: [meter, ...others].map((source, i) => sampleOf(source, 1, { elec_import_kw: i, heat_gj: 9 })),
        points: [energy, { ...energy, plant: 'q', id: 'q' }, { ...energy, window: '1d' as const }].map((s, i) =>
          pointOf(s, i),
        ),
      })
      expect((await readingsOf(meter, 'elec_import_kw')).map(({ value }) => value)).toEqual([0])
      expect(await pointsOf(energy)).toEqual([pointOf(energy, 0)])
    })

    test('points come in order and by the page, the start included, the end not', async () => {
      await write({ points: [4, 1, 3, 2, 0].map((hour) => pointOf(energy, hour)) })
      const hour = (n: number) => FROM_MS + n * HOUR_MS
      const starts = async (fromMs: number, limit: number) =>
        (await pointsOf(energy, { fromMs, toMs: hour(4), limit })).map((point) => point.startMs)
      expect(await starts(FROM_MS, 3)).toEqual([hour(0), hour(1), hour(2)])
      expect(await starts(hour(2) + 1, 3)).toEqual([hour(3)])
      expect(await starts(hour(4), 3)).toEqual([])
    })

    test('readings come in order and by the page, and instants without one do not count', async () => {
      // A metric that comes every tenth time.
      const seconds = Array.from({ length: 60 }, (_, i) => i)
      const samples = seconds.map((second) =>
        sampleOf(meter, second, second % 10 === 5 ? { elec_import_kw: 1, heat_gj: second } : { elec_import_kw: 1 }),
      )
      await write({ samples })
      const seen = async (from: number, to: number, limit: number) =>
        (await readingsOf(meter, 'heat_gj', { fromMs: atSecond(from), toMs: atSecond(to), limit })).map(
          ({ value }) => value,
        )
      expect(await seen(0, 60, 3)).toEqual([5, 15, 25])
      expect(await seen(0, 60, 1000)).toEqual([5, 15, 25, 35, 45, 55])
      expect(await seen(15, 55, 1000)).toEqual([15, 25, 35, 45])
      expect(await seen(16, 25, 1000)).toEqual([])
    })

    test('what was never written is empty, not an error', async () => {
      await write({})
      expect(await pointsOf(energy)).toEqual([])
      expect(await readingsOf(meter, 'elec_import_kw')).toEqual([])
      await write({ samples: [sampleOf(meter, 1, { elec_import_kw: 5 })] }, { erased: [pointOf(energy, 1)] })
      expect(await readingsOf(meter, 'heat_gj')).toEqual([])
    })
  })
}
