import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DeviceEvent, Reading } from '../../../src/base/reading.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const at = (time: string) => Date.parse(`2025-07-01T${time}:00Z`)
const LONG_AFTER = Date.parse('2025-08-01T00:00:00Z')
const HOUR = { window: '1h', start: at('08:00') } as const

/** A register of diesel that rises by a tonne an hour. */
const READINGS: readonly Reading[] = Array.from({ length: 25 }, (_, i) =>
  reading({ metric: 'diesel_mass_t', device: 'tank-1', ts: at('08:00') + i * 300_000, value: 100 + i / 12 }),
)

function event(id: string, type: string, fields: Record<string, unknown>, sentAt = '13:00'): DeviceEvent {
  const ts = at(sentAt)
  return { plant: 'p', line: 'office', device: 'office', id, type, ts, receivedAt: ts, fields }
}
const analysis = (id: string, ncv: number, more: Record<string, unknown> = {}) =>
  event(id, 'fuel_quality', {
    fuel: 'diesel',
    ncv,
    unit: 'GJ/t',
    valid_from: '2025-07-01',
    valid_to: '2025-07-01',
    author: 'li',
    ...more,
  })

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
const figure = async (kpi: string) => bench.point({ kpi, ...HOUR })

describe('what a laboratory found of a fuel', () => {
  test('counts on its days in place of the default of the table, and figures name it', async () => {
    await bench.feed(READINGS, LONG_AFTER)
    expect((await figure('energy_diesel_gj'))?.value).toBeCloseTo(43.33, 9)
    await happen(analysis('lab-7', 40))
    expect((await figure('energy_diesel_gj'))?.value).toBeCloseTo(40, 9)
    // 40 GJ · 0.0202 tC/GJ · 0.98 · 44/12
    const scope1 = await figure('scope1_mobile')
    expect(scope1?.value).toBeCloseTo((40 * 0.0202 * 0.98 * 44 * 1000) / 12, 6)
    expect(scope1?.factors).toContain('lab/lab-7/ncv')
  })

  test('counts for its own days alone', async () => {
    await bench.feed(READINGS, LONG_AFTER)
    await happen(analysis('lab-7', 40, { valid_from: '2025-07-02', valid_to: '2025-07-31' }))
    expect((await figure('energy_diesel_gj'))?.value).toBeCloseTo(43.33, 9)
  })

  test('comes to the same when it arrives first, and after a restart', async () => {
    await happen(analysis('lab-7', 40))
    await bench.feed(READINGS, LONG_AFTER)
    expect((await figure('energy_diesel_gj'))?.value).toBeCloseTo(40, 9)
    await bench.restart()
    await bench.settle()
    expect((await figure('energy_diesel_gj'))?.value).toBeCloseTo(40, 9)
  })

  test('no longer counts once it is withdrawn, whichever of the two came first', async () => {
    const withdrawal = event('w-1', 'withdrawn', {
      of: 'lab-7',
      at: new Date(at('13:00')).toISOString(),
      author: 'li',
      reason: 'another sample',
    })
    await bench.feed(READINGS, LONG_AFTER)
    await happen(analysis('lab-7', 40))
    await happen(withdrawal)
    expect((await figure('energy_diesel_gj'))?.value).toBeCloseTo(43.33, 9)
    await happen({ ...withdrawal, id: 'w-2', fields: { ...withdrawal.fields, of: 'lab-8' } })
    await happen(analysis('lab-8', 41))
    expect((await figure('energy_diesel_gj'))?.value).toBeCloseTo(43.33, 9)
  })
})

test('a delivery that is withdrawn leaves the figures and stays on record', async () => {
  await bench.feed(READINGS, LONG_AFTER)
  await happen(event('d-1', 'fuel_used', { fuel: 'diesel', amount: 2, unit: 't' }, '08:30'))
  expect((await figure('energy_diesel'))?.value).toBeCloseTo(3, 9)
  await happen(
    event('w-1', 'withdrawn', {
      of: 'd-1',
      at: new Date(at('08:30')).toISOString(),
      author: 'li',
      reason: 'entered twice',
    }),
  )
  expect((await figure('energy_diesel'))?.value).toBeCloseTo(1, 9)
})

describe('where the plant asks for four eyes', () => {
  beforeEach(() => bench.configure([plantOf({ four_eyes: true })], at('00:00')))

  test('an analysis counts only when somebody else than its author has approved it', async () => {
    await bench.feed(READINGS, LONG_AFTER)
    await happen(analysis('lab-1', 40), analysis('lab-2', 41, { approved_by: 'li' }))
    expect((await figure('energy_diesel_gj'))?.value).toBeCloseTo(43.33, 9)
    await happen(analysis('lab-3', 42, { approved_by: 'wang' }))
    expect((await figure('energy_diesel_gj'))?.value).toBeCloseTo(42, 9)
  })

  test('a correction that a device sends by itself does not count', async () => {
    await bench.feed(READINGS, LONG_AFTER)
    const fields = {
      metric: 'diesel_mass_t',
      at: new Date(at('09:00')).toISOString(),
      before: 101,
      after: 101.02,
      author: 'li',
      reason: 'misread',
    }
    const sent = { ...event('c-1', 'correction', fields), device: 'tank-1', line: 'l' }
    await happen(sent)
    expect((await figure('energy_diesel'))?.value).toBeCloseTo(1, 9)
    await happen({ ...sent, id: 'c-2', fields: { ...fields, approved_by: 'wang' } })
    expect((await figure('energy_diesel'))?.value).toBeCloseTo(1.02, 9)
  })
})
