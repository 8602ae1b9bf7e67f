import { afterEach, describe, expect, test } from 'vitest'
import type { DeviceEvent, Reading } from '../../../src/base/reading.js'
import type { Restatement } from '../../../src/kpi/schedule/restatements.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const at = (time: string) => Date.parse(`2025-07-${time}:00Z`)
const EVER = { fromMs: -8.64e15, toMs: 8.64e15, afterNumber: 0, limit: 1000 }

/** 60 kWh an hour from the morning of the 1st to `to`, a sample every ten minutes; `without` these. */
function meter(to: string, without: readonly string[] = []): Reading[] {
  const count = (at(to) - at('01T08:00')) / 600_000
  return Array.from({ length: count + 1 }, (_, i) => sample(at('01T08:00') + i * 600_000, 1000 + i * 10)).filter(
    ({ ts }) => !without.some((time) => at(time) === ts),
  )
}

function sample(ts: number, value: number, receivedAt = ts): Reading {
  return reading({ metric: 'elec_import_kwh', ts, value, receivedAt })
}

let bench: Bench
afterEach(() => bench.close())

async function open(readings: readonly Reading[], options: Record<string, unknown> = {}): Promise<void> {
  bench = await Bench.open([plantOf({ devices: [{ id: 'm1', role: 'main' }], ...options })], at('01T00:00'))
  await bench.feed(readings)
}

async function restated(of: Partial<Pick<Restatement, 'window'>> = {}): Promise<readonly string[]> {
  const list = await bench.engine.restatements.list({ plant: 'p', kpi: 'energy_elec_import', ...EVER })
  return list
    .filter(({ scope, window }) => scope === 'plant' && (of.window === undefined || window === of.window))
    .map(
      ({ window, startMs, before, after, reason }) =>
        `${window} ${new Date(startMs).toISOString().slice(8, 16)} ${before.value} > ${after.value} ${reason}`,
    )
}

/** The reading of 10:00 on the 1st, 1120 by its neighbours, came late and says 1125. */
const LATE = (receivedAt: number) => sample(at('01T10:00'), 1125, receivedAt)

describe('a final figure that changes', () => {
  test('more than a day behind the newest data is restated, with what it was and why', async () => {
    await open(meter('03T12:00', ['01T10:00']))
    await bench.feed([LATE(at('03T12:01'))])
    expect(await restated({ window: '1h' })).toEqual(['1h 01T09:00 60 > 65 late_data', '1h 01T10:00 60 > 55 late_data'])
    // The day has the same sum: nothing to be told of it.
    expect(await restated({ window: '1d' })).toEqual([])
    const list = await bench.engine.restatements.list({ plant: 'p', kpi: 'energy_elec_import', ...EVER })
    expect(list.find(({ window }) => window === '1h')).toMatchObject({
      startMs: at('01T09:00'),
      atMs: at('03T12:01'),
      before: { value: 60, numerator: 60 },
      after: { value: 65, numerator: 65 },
    })
  })

  test('within a day is only written anew', async () => {
    await open(meter('02T10:50', ['01T10:00']))
    await bench.feed([LATE(at('02T10:51'))])
    expect((await bench.point({ kpi: 'energy_elec_import', window: '1h', start: at('01T10:00') }))?.rev).toBe(1)
    expect(await restated({ window: '1h' })).toEqual(['1h 01T09:00 60 > 65 late_data'])
  })

  test('is judged by the lateness that the plant allows', async () => {
    await open(meter('03T12:00', ['01T10:00']), { allowed_lateness_h: 72 })
    await bench.feed([LATE(at('03T12:01'))])
    expect(await restated()).toEqual([])
    expect(bench.engine.restatements.count).toBe(0)
  })

  test('by a correction says so, and by a configuration too', async () => {
    await open(meter('04T12:00'))
    const fields = { metric: 'elec_import_kwh', at: '2025-07-01T10:00:00Z', before: 1120, after: 1121 }
    const event = { plant: 'p', line: 'l', device: 'm1', id: 'c', type: 'correction', fields }
    await bench.commit([], [{ ...event, ts: at('04T12:00'), receivedAt: at('04T12:00') } satisfies DeviceEvent])
    await bench.settle()
    expect(await restated({ window: '1h' })).toEqual([
      '1h 01T09:00 60 > 61 correction',
      '1h 01T10:00 60 > 59 correction',
    ])
    const twice = { id: 'm1', role: 'main', metrics: { elec_import_kwh: { multiplier: 2 } } }
    await bench.configure([plantOf({ devices: [twice] })], at('01T10:30'))
    await bench.settle()
    // A third of the 1st is missing: there is no value before and after, but what it would be made from is another.
    expect(await restated({ window: '1d' })).toEqual([
      '1d 01T00:00 null > null configuration',
      '1d 02T00:00 1440 > 2880 configuration',
    ])
  })

  test('is told once, whatever is killed and started again', async () => {
    await open(meter('03T12:00', ['01T10:00']))
    await bench.commit([LATE(at('03T12:01'))])
    await bench.restart()
    await bench.settle()
    const told = await restated()
    expect(told).toContain('1h 01T09:00 60 > 65 late_data')
    await bench.restart()
    await bench.settle()
    expect(await restated()).toEqual(told)
    await bench.feed([sample(at('01T10:00'), 1125, at('03T12:02')), sample(at('03T12:10'), 4120)])
    expect(await restated()).toEqual(told)
    expect(bench.engine.restatements.count).toBe(
      (await bench.engine.restatements.list({ plant: 'p', kpi: null, ...EVER })).length,
    )
  })
})
