import { afterEach, describe, expect, test } from 'vitest'
import type { Window } from '../../../src/base/kpi.js'
import { Bench, plantOf, reading } from '../../support/engine.js'
import { at, benchOf, cap, counted, EARLY, figureOf, machine, said, type Word } from './machine-bench.js'

let bench: Bench
afterEach(() => bench.close())
const run = async (...given: Parameters<typeof benchOf>) => {
  bench = await benchOf(...given)
}
type Asked = [kpi: string, id?: string, window?: Window, start?: string]
const figure = (...asked: Asked) => figureOf(bench, ...asked)

describe('published availabilities', () => {
  const available = (shift: object, words: readonly Word[]) =>
    run({ shifts: [{ name: 's', ...shift }], devices: [machine('m')] }, said('m', words))

  test('12.26 h of 16 h are 76.63 % (O4, SMRP)', async () => {
    await available({ start: '06:00', end: '22:00' }, [
      ['06:00', 'Execute'],
      ['2025-07-01T18:15:36Z', 'Fault'],
    ])
    expect((await figure('availability', 'm')).value).toBeCloseTo(0.76625, 9)
  })

  test('450 min planned and 35 down are 92.2 % (O5)', async () => {
    await available({ start: '06:00', end: '13:30' }, [
      ['06:00', 'Fault'],
      ['06:35', 'Execute'],
    ])
    expect((await figure('availability', 'm')).value).toBeCloseTo(0.922, 3)
  })

  test('783 min of 910 are 86.0 %, 203 of 261 are 77.8 % (O23, Willmott)', { tags: ['slow'] }, async () => {
    await available({ start: '06:00', end: '21:10' }, [
      ['06:00', 'Execute'],
      ['19:03', 'Fault'],
    ])
    expect((await figure('availability', 'm')).value).toBeCloseTo(0.86, 3)
    await bench.close()
    await available({ start: '06:00', end: '10:21' }, [
      ['06:00', 'Execute'],
      ['09:23', 'Fault'],
    ])
    expect((await figure('availability', 'm')).value).toBeCloseTo(0.778, 3)
  })
})

describe('planned busy time', () => {
  /** A state every five minutes of a period of 60 s: it holds 300 s. */
  const everyFive = (from: string, to: string, word = 'Execute') => {
    const ts = Array.from({ length: (at(to) - at(from)) / 300_000 }, (_, i) => at(from) + i * 300_000)
    return ts.map((ms) => reading({ device: 'm', metric: 'state', ts: ms, value: word }))
  }
  const metrics = { state: { period_s: 60 } }
  const silentAtNight = { id: 'm', role: 'machine', line: 'l', product: 'cap', metrics }
  const plant = { shifts: [EARLY], products: [cap], devices: [silentAtNight] }

  test('a machine that is off and silent outside its shift has a whole day', async () => {
    await run(plant, [
      ...everyFive('06:00', '14:00'),
      ...counted('m', 'parts_total', [
        ['06:00', 0],
        ['10:00', 9000],
        ['14:00', 18_000],
      ]),
      ...counted('m', 'parts_good', [
        ['06:00', 0],
        ['10:00', 9000],
        ['14:00', 18_000],
      ]),
    ])
    const day = '2025-07-01T00:00:00Z'
    expect(await figure('availability', 'm', '1d', day)).toMatchObject({ value: 1, denominator: 28_800, coverage: 1 })
    expect(await figure('oee', 'm', '1d', day)).toMatchObject({ value: 18_000 / 28_800, coverage: 1 })
  })

  test('one whose counter dies in its shift is not saved by the night before', async () => {
    const night = '2025-06-30T20:00:00Z'
    await run(plant, [
      ...everyFive('06:00', '14:00'),
      ...counted('m', 'parts_total', [
        [night, 0],
        ['06:00', 0],
        ['10:00', 9000],
      ]),
      ...counted('m', 'parts_good', [
        [night, 0],
        ['06:00', 0],
        ['10:00', 9000],
      ]),
    ])
    const day = await figure('oee', 'm', '1d', '2025-07-01T00:00:00Z')
    expect(day).toMatchObject({ value: null, reason: 'low_coverage', coverage: 0.5 })
  })

  test('with nothing planned there is nothing to divide by, and what is known is not called unknown', async () => {
    await run(
      { shifts: [EARLY], devices: [machine('m')] },
      said('m', [
        ['06:00', 'Execute'],
        ['14:00', 'Off'],
      ]),
    )
    expect(await figure('availability', 'm', '1h', '16:00')).toMatchObject({
      value: null,
      reason: 'no_denominator',
      coverage: 1,
      numerator: 0,
      denominator: 0,
    })
  })

  test('is all but planned stops and off time where there are no shifts, and says so', async () => {
    await run(
      { devices: [machine('m')] },
      said('m', [
        ['06:00', 'Execute'],
        ['06:30', 'Off'],
        ['06:45', 'Fault'],
      ]),
    )
    expect(await figure('availability', 'm', '1h')).toMatchObject({
      value: 30 / 45,
      denominator: 45 * 60,
      flags: ['pbt_derived'],
    })
  })

  test('of a day on which the clocks go forward in Berlin is 23 h, of one on which they go back 25 h', async () => {
    const shift = { name: 'all', start: '00:00', end: '24:00' }
    for (const [day, start, hours] of [
      ['2025-03-30', '2025-03-29T23:00:00Z', 23],
      ['2025-10-26', '2025-10-25T22:00:00Z', 25],
    ] as const) {
      const options = plantOf({ timezone: 'Europe/Berlin', shifts: [shift], devices: [machine('m')] })
      bench = await Bench.open([options], at(start) - 86_400_000)
      const link = { plant: 'p', device: 'm', at: at(start) - 7_200_000, isUp: true }
      await bench.commit(said('m', [[new Date(at(start) - 3_600_000).toISOString(), 'Execute']]), [], [link])
      bench.tick(at(start) + 2 * 86_400_000)
      await bench.settle()
      expect(await figure('availability', 'm', '1d', start), day).toMatchObject({
        value: 1,
        denominator: hours * 3600,
        coverage: 1,
      })
      if (hours === 23) await bench.close()
    }
  })
})
