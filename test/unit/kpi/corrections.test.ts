import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { queryEvents } from '../../../src/archive/events.js'
import { flagsOf } from '../../../src/base/flags.js'
import type { DeviceEvent, Reading } from '../../../src/base/reading.js'
import { listCorrections } from '../../../src/kpi/events/correction-list.js'
import { Bench, reading } from '../../support/engine.js'

const at = (time: string) => Date.parse(`2025-07-01T${time}:00Z`)
const LONG_AFTER = Date.parse('2025-08-01T00:00:00Z')

/** A register that rises by 5 kWh every five minutes from 08:00 to 12:00, but for what is typed wrongly at 10:00. */
const READINGS: readonly Reading[] = Array.from({ length: 49 }, (_, i) => {
  const ts = at('08:00') + i * 300_000
  return reading({ metric: 'elec_import_kwh', ts, value: ts === at('10:00') ? 1150 : 1000 + i * 5 })
})

/** Event of the meter at `sentAt` that corrects its reading of 10:00. */
function correction(id: string, sentAt: string, fields: { before?: number; after?: number; metric?: string } = {}) {
  const ts = at(sentAt)
  const said = { metric: 'elec_import_kwh', at: '2025-07-01T10:00:00Z', before: 1150, after: 1120 }
  const by = { author: 'li', reason: 'digits exchanged' }
  const event = { plant: 'p', line: 'l', device: 'm1', id, type: 'correction', ts, receivedAt: ts }
  return { ...event, fields: { ...said, ...fields, ...by } } satisfies DeviceEvent
}

let bench: Bench
beforeEach(async () => {
  bench = await Bench.open()
})
afterEach(() => bench.close())

async function happen(...events: DeviceEvent[]): Promise<void> {
  await bench.commit([], events)
  bench.tick(LONG_AFTER)
  await bench.settle()
}

async function energyOf(hour: '09:00' | '10:00'): Promise<number | null | undefined> {
  return (await bench.point({ kpi: 'energy_elec_import', window: '1h', start: at(hour) }))?.value
}

const rawAt10 = async () =>
  (
    await bench.archive.readings(bench.archive.series.find('p', 'm1', 'elec_import_kwh')!, {
      fromMs: at('10:00'),
      toMs: at('10:00') + 1,
      limit: 1,
      sincePosition: 0,
    })
  )[0]

describe('a reading that somebody corrects', () => {
  test('counts as corrected, its time is estimated, and the reading itself stays', async () => {
    await bench.feed(READINGS, LONG_AFTER)
    // 1150 - 1060 before it; after it the register has fallen: a reset.
    expect(await energyOf('09:00')).toBe(90)
    await happen(correction('c-1', '13:00'))
    expect(await energyOf('09:00')).toBe(60)
    expect(await energyOf('10:00')).toBe(60)
    const point = await bench.point({ kpi: 'energy_elec_import', window: '1h', start: at('09:00') })
    expect(flagsOf(point!.flags)).toContain('estimated')
    expect(point!.estimatedShare).toBeCloseTo(1 / 12, 9)
    expect(await rawAt10()).toEqual({ ts: at('10:00'), value: 1150, quality: 0 })
  })

  test('is corrected only when it says what the correction says it does', async () => {
    await bench.feed(READINGS, LONG_AFTER)
    await happen(correction('c-1', '13:00', { before: 1151 }))
    expect(await energyOf('09:00')).toBe(90)
  })

  test('is never one of another metric', async () => {
    await bench.feed(READINGS, LONG_AFTER)
    await happen(correction('c-1', '13:00', { metric: 'heat_gj' }))
    expect(await energyOf('09:00')).toBe(90)
  })

  test('counts as what the latest correction says, then the one with the largest id', async () => {
    await bench.feed(READINGS, LONG_AFTER)
    await happen(correction('b', '13:00', { after: 1120 }), correction('a', '13:00', { after: 1119 }))
    expect(await energyOf('09:00')).toBe(60)
    await happen(correction('c', '12:30', { after: 1118 }))
    expect(await energyOf('09:00')).toBe(60)
    await happen(correction('d', '13:01', { after: 1117 }))
    expect(await energyOf('09:00')).toBe(57)
    // It names what counts now and not what the reading says: it corrects nothing.
    await happen(correction('e', '14:00', { before: 1117, after: 1 }))
    expect(await energyOf('09:00')).toBe(57)
  })
})

describe('whatever comes first', () => {
  const all = [correction('b', '13:00', { after: 1119 }), correction('a', '13:00', { after: 1 })] as const
  const wrong = correction('z', '14:00', { before: 7, after: 8 })

  test.each([
    [
      'the corrections before the readings',
      [
        [[], [...all, wrong]],
        [READINGS, []],
      ],
    ],
    [
      'one on either side',
      [
        [[], [all[1]]],
        [READINGS, []],
        [[], [wrong, all[0]]],
      ],
    ],
    ['all in one block', [[READINGS, [wrong, ...all]]]],
    [
      'the reading alone last',
      [
        [READINGS.filter(({ ts }) => ts !== at('10:00')), [...all]],
        [READINGS, [wrong]],
      ],
    ],
  ] as const)('%s: the figures are the same', async (_name, blocks) => {
    for (const [readings, events] of blocks) {
      await bench.commit(readings, events)
      await bench.settle()
    }
    bench.tick(LONG_AFTER)
    await bench.settle()
    expect([await energyOf('09:00'), await energyOf('10:00')]).toEqual([59, 61])
  })

  test('a kill between the commit and the figures loses no correction', async () => {
    // So many days follow that a start alone does not fold back to the corrected one.
    const later = Array.from({ length: 20 }, (_, day) =>
      reading({ metric: 'elec_import_kwh', ts: at('13:00') + day * 86_400_000, value: 2000 + day }),
    )
    await bench.feed([...READINGS, ...later], LONG_AFTER)
    expect(await energyOf('09:00')).toBe(90)
    await bench.commit([], all)
    await bench.restart()
    await bench.settle()
    expect([await energyOf('09:00'), await energyOf('10:00')]).toEqual([59, 61])
    await bench.restart()
    await bench.settle()
    expect(await energyOf('09:00')).toBe(59)
  })

  test('a rebuild from the archive alone gives the same', async () => {
    await bench.feed(READINGS, LONG_AFTER)
    await happen(...all)
    await bench.database.write(async (connection) => {
      for (const table of ['kpi_point', 'kpi_stream', 'kpi_gone', 'checkpoint'])
        await connection.run(`DELETE FROM ${table}`)
      await connection.run(`DELETE FROM progress WHERE name = 'kpi'`)
    })
    await bench.restart()
    await bench.settle()
    expect([await energyOf('09:00'), await energyOf('10:00')]).toEqual([59, 61])
  })
})

test('the list of corrections says of each whether it counts, and why not, a page at a time', async () => {
  await bench.feed(READINGS, LONG_AFTER)
  await happen(
    correction('a', '13:00', { after: 1 }),
    correction('b', '13:00', { after: 1119 }),
    correction('c', '14:00', { before: 7 }),
    correction('d', '14:00', { metric: 'heat_gj' }),
  )
  const asked = { plant: 'p', device: null, fromMs: at('10:00'), toMs: at('10:00') + 1, limit: 3 }
  const first = await listCorrections(bench.database, bench.archive.series, () => false, { ...asked, after: null })
  const after = { ts: at('10:00'), device: 'm1', id: 'c' }
  const second = await listCorrections(bench.database, bench.archive.series, () => false, { ...asked, after })
  expect([...first, ...second].map(({ event, fault, reading: said }) => [event.id, fault, said])).toEqual([
    ['a', 'superseded', 1150],
    ['b', null, 1150],
    ['c', 'before_differs', 1150],
    ['d', 'no_reading', null],
  ])
  const elsewhere = { ...asked, after: null, device: 'm2' }
  expect(await listCorrections(bench.database, bench.archive.series, () => false, elsewhere)).toEqual([])
})

test('events are read page by page, in order of time, device and id', async () => {
  const events = ['b', '停机', 'a'].map((id) => correction(id, '13:00'))
  await bench.commit([], [...events, correction('0', '14:00'), { ...correction('x', '12:00'), type: 'door_opened' }])
  const page = { types: null, plant: 'p', limit: 2 }
  const first = await queryEvents(bench.database, page)
  const second = await queryEvents(bench.database, { ...page, after: first.at(-1)! })
  const third = await queryEvents(bench.database, { ...page, after: second.at(-1)! })
  expect([first, second, third].map((items) => items.map(({ id }) => id))).toEqual([['x', 'a'], ['b', '停机'], ['0']])
})
