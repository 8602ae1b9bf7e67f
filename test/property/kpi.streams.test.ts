import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import type { Window } from '../../src/base/kpi.js'
import type { Point } from '../../src/kpi/windows/point.js'
import { KpiStream } from '../../src/kpi/windows/stream-numbers.js'
import { Streams } from '../../src/kpi/windows/streams.js'
import { PlainStreams } from '../support/plain-streams.js'

const seed = Number(process.env.PROPERTY_SEED ?? 2018)
const numRuns = Number(process.env.PROPERTY_RUNS ?? 300)
const HOUR_MS = 3_600_000

/** Streams of two subjects, as objects that come again, and as others that say the same. */
const WINDOWS: readonly Window[] = ['1m', '1h']
const NAMES = ['m1', 'm2'].flatMap((id) =>
  WINDOWS.map((window) => ({ plant: 'p', scope: 'device', id, kpi: 'cycles', window, unit: '1' }) as const),
)
const STREAMS = NAMES.map((name) => new KpiStream(name))

const point = fc
  .record({
    stream: fc.integer({ min: 0, max: NAMES.length - 1 }),
    isKnownObject: fc.boolean(),
    hour: fc.integer({ min: 0, max: 5 }),
    value: fc.constantFrom(null, 0, 1, 2.5),
    numerator: fc.constantFrom(0, 1),
    provisional: fc.boolean(),
    factors: fc.constantFrom<readonly string[]>([], ['a'], ['a', 'b']),
  })
  .map(
    ({ stream, isKnownObject, hour, value, numerator, provisional, factors }): Point => ({
      stream: isKnownObject ? STREAMS[stream]! : NAMES[stream]!,
      startMs: hour * HOUR_MS,
      endMs: (hour + 1) * HOUR_MS,
      value,
      reason: value === null ? 'no_data' : '',
      numerator,
      denominator: 1.5,
      coverage: 1,
      estimatedShare: 0,
      flags: hour % 2,
      factors,
      provisional,
      rev: 0,
    }),
  )

const move = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('settle' as const), points: fc.array(point, { maxLength: 6 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('drop' as const), point }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'stored' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('present' as const), hour: fc.integer({ min: 0, max: 6 }) }) },
)

test.prop([fc.array(point, { maxLength: 4 }), fc.array(move, { maxLength: 40 })], { numRuns, seed })(
  'in columns streams say what they say with an object a point',
  (restored, moves) => {
    const both = [new Streams(), new PlainStreams()] as const
    const inStore = new Map<string, Point>()
    const keyOf = ({ stream, startMs }: Point) => `${stream.id} ${stream.window} ${startMs}`
    const finals = restored.filter(({ provisional }) => !provisional)
    for (const final of finals) inStore.set(keyOf(final), final)
    for (const one of both)
      one.restore(
        finals,
        restored.filter(({ provisional }) => provisional),
      )
    // Each is told of the very points that it has made.
    const unstored: [Point[], Point[]] = [[], []]
    for (const one of moves) {
      if (one.kind === 'settle') {
        const made = both.map((streams) => streams.settle(one.points, (of) => inStore.get(keyOf(of))))
        expect(made[0]).toEqual(made[1])
        for (const [i, { final }] of made.entries()) unstored[i]!.push(...final)
        for (const final of made[1]!.final) inStore.set(keyOf(final), final)
      } else if (one.kind === 'drop') for (const streams of both) streams.drop(one.point)
      else if (one.kind === 'stored') {
        for (const [i, streams] of both.entries()) for (const final of unstored[i]!.splice(0)) streams.stored(final)
      } else for (const streams of both) streams.present(one.hour * HOUR_MS, (one.hour - 1) * HOUR_MS)
      const [columns, plain] = both.map(saidBy)
      expect(columns).toEqual(plain)
    }
  },
)

function saidBy(streams: Streams | PlainStreams): unknown {
  const hours = [0, 1, 2, 3, 4, 5].map((hour) => hour * HOUR_MS)
  return {
    latest: streams.latest(),
    allOpen: [...streams.allOpen()],
    earliestOpenMs: streams.earliestOpenMs,
    of: NAMES.map((stream) => [
      streams.open(stream),
      streams.inMemory(stream),
      [...streams.openOf(stream.scope, stream.id)],
      streams.closedMs(stream.scope, stream.id),
      hours.map((startMs) => [streams.isOpen({ stream, startMs }), streams.firstOpen({ stream, startMs })]),
    ]),
  }
}
