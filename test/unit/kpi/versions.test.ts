// @module-tag slow

import { afterEach, describe, expect, test } from 'vitest'
import type { Reading } from '../../../src/base/reading.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const at = (time: string) => Date.parse(time.includes('T') ? time : `2025-07-01T${time}Z`)
const LATER = at('2025-09-01T00:00:00Z')

/** 60 kWh an hour, a sample every five minutes. */
function meter(device: string, from: string, to: string, line = 'l'): Reading[] {
  const count = (at(to) - at(from)) / 300_000
  return Array.from({ length: count + 1 }, (_, i) =>
    reading({
      device,
      line,
      metric: 'elec_import_kwh',
      ts: at(from) + i * 300_000,
      value: (at(from) - at('00:00:00')) / 60_000 + i * 5,
    }),
  )
}

let bench: Bench
afterEach(() => bench.close())

const energy = (start: string, window: '15m' | '1h' | '1d' | '1mo' = '1h', of = {}) =>
  bench.point({ kpi: 'energy_elec_import', window, start: at(start), ...of })

describe('the configuration in force', () => {
  const main = (...ids: string[]) => [plantOf({ devices: ids.map((id) => ({ id, role: 'main' })) })]

  test('a window is computed with the one at its end, what was before stays', async () => {
    bench = await Bench.open(main('a'), at('00:00:00'))
    await bench.commit([...meter('a', '08:00:00', '12:00:00'), ...meter('b', '08:00:00', '12:00:00')])
    await bench.configure(main('a', 'b'), at('10:00:00'))
    bench.tick(LATER)
    await bench.settle()
    expect((await energy('09:00:00'))?.value).toBeCloseTo(60, 9)
    expect((await energy('10:00:00'))?.value).toBeCloseTo(120, 9)
  })

  test('the first one holds for all time before it', async () => {
    bench = await Bench.open(main('a'), at('10:00:00'))
    await bench.feed([...meter('a', '08:00:00', '12:00:00'), ...meter('b', '08:00:00', '12:00:00')], LATER)
    expect((await energy('08:00:00'))?.value).toBeCloseTo(60, 9)
  })

  test('a plant that is configured late has had its zone all along', async () => {
    bench = await Bench.open()
    await bench.feed(meter('a', '2025-07-01T00:00:00Z', '2025-07-02T12:00:00Z'), LATER)
    await bench.configure([plantOf({ timezone: 'Asia/Kolkata', devices: [{ id: 'a', role: 'main' }] })], LATER)
    await bench.settle()
    expect((await energy('2025-07-01T18:30:00Z', '1d'))?.coverage).toBeGreaterThan(0)
  })

  test('a new ratio of the transformers is a new beginning of the register', async () => {
    const ratio = (multiplier: number) => [
      plantOf({ devices: [{ id: 'a', role: 'main', metrics: { elec_import_kwh: { multiplier } } }] }),
    ]
    bench = await Bench.open(ratio(1), at('00:00:00'))
    await bench.commit(meter('a', '08:00:00', '12:00:00'))
    await bench.configure(ratio(10), at('10:00:00'))
    bench.tick(LATER)
    await bench.settle()
    // From the sample of 10:00 on every kWh counts ten times; the step to it is in neither unit.
    expect((await energy('09:00:00'))?.value).toBeCloseTo(55, 9)
    expect((await energy('09:00:00'))?.coverage).toBeCloseTo(55 / 60, 12)
    expect((await energy('10:00:00'))?.value).toBeCloseTo(600, 9)
    expect((await energy('11:00:00'))?.value).toBeCloseTo(600, 9)
  })

  test('a kill before the new figures are stored loses none of them', async () => {
    bench = await Bench.open(main('a'), at('00:00:00'))
    await bench.feed([...meter('a', '08:00:00', '12:00:00'), ...meter('b', '08:00:00', '12:00:00')], at('12:00:00'))
    await bench.configure(main('a', 'b'), at('10:00:00'))
    await bench.restart()
    bench.tick(LATER)
    await bench.settle()
    expect((await energy('10:00:00'))?.value).toBeCloseTo(120, 9)
  })
})

describe('lines', () => {
  test('a line is its submeters, else its main meter alone', async () => {
    const devices = [
      { id: 'a', role: 'main', line: 'grid' },
      { id: 'b', role: 'sub', line: 'press' },
      { id: 'c', role: 'sub', line: 'press' },
    ]
    bench = await Bench.open([plantOf({ devices, lines: [{ id: 'grid' }, { id: 'press' }] })])
    await bench.feed(
      ['a', 'b', 'c'].flatMap((id) => meter(id, '08:00:00', '12:00:00')),
      LATER,
    )
    expect((await energy('09:00:00', '1h', { scope: 'line', id: 'press' }))?.value).toBeCloseTo(120, 9)
    expect((await energy('09:00:00', '1h', { scope: 'line', id: 'grid' }))?.value).toBeCloseTo(60, 9)
    expect((await energy('09:00:00'))?.value).toBeCloseTo(60, 9)
  })

  test('an unconfigured device stands where it was last seen', async () => {
    bench = await Bench.open()
    await bench.feed(meter('a', '08:00:00', '12:00:00', 'paint'), LATER)
    expect((await energy('09:00:00', '1h', { scope: 'line', id: 'paint' }))?.value).toBeCloseTo(60, 9)
  })
})

describe('a month', () => {
  const whole = () => meter('a', '2025-06-20T00:00:00Z', '2025-08-10T00:00:00Z')

  test('is the sum of its days in the zone of the plant', async () => {
    bench = await Bench.open([plantOf({ timezone: 'Asia/Shanghai', devices: [{ id: 'a', role: 'main' }] })])
    await bench.feed(whole(), LATER)
    const july = await energy('2025-06-30T16:00:00Z', '1mo')
    expect(july?.endMs).toBe(at('2025-07-31T16:00:00Z'))
    expect(july?.value).toBeCloseTo(31 * 24 * 60, 6)
    const days = (await bench.points()).filter(
      (p) => p.stream.kpi === 'energy_elec_import' && p.stream.scope === 'plant' && p.stream.window === '1d',
    )
    const ofJuly = days.filter((p) => p.startMs >= july!.startMs && p.startMs < july!.endMs)
    expect(ofJuly).toHaveLength(31)
    expect(ofJuly.reduce((sum, day) => sum + (day.value ?? 0), 0)).toBe(july!.value)
  })

  test('goes on after a restart in the middle of it, from the archive', async () => {
    bench = await Bench.open()
    const all = whole()
    await bench.feed(
      all.filter(({ ts }) => ts < at('2025-07-20T05:00:00Z')),
      at('2025-07-20T05:00:00Z'),
    )
    await bench.restart()
    await bench.feed(
      all.filter(({ ts }) => ts >= at('2025-07-20T05:00:00Z')),
      LATER,
    )
    expect(await energy('2025-07-01T00:00:00Z', '1mo')).toMatchObject({ coverage: 1, provisional: false, rev: 0 })
    expect((await energy('2025-07-01T00:00:00Z', '1mo'))?.value).toBeCloseTo(31 * 24 * 60, 6)
  })

  test('late readings correct it once, when they have all been folded', async () => {
    bench = await Bench.open()
    const all = whole()
    const isLate = ({ ts }: Reading) => ts >= at('2025-07-05T00:00:00Z') && ts < at('2025-07-15T00:00:00Z')
    await bench.feed(
      all.filter((one) => !isLate(one)),
      LATER,
    )
    await bench.feed(all.filter(isLate), LATER)
    expect(await energy('2025-07-01T00:00:00Z', '1mo')).toMatchObject({ coverage: 1, estimatedShare: 0, rev: 1 })
  })
})
