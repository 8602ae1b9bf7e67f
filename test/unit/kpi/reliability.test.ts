import { afterEach, describe, expect, test } from 'vitest'
import { flagsOf } from '../../../src/base/flags.js'
import type { ConnectionChange, Reading } from '../../../src/base/reading.js'
import { STATES, type State } from '../../../src/base/states.js'
import type { InputSum } from '../../../src/kpi/formulas/recipe.js'
import { KPIS } from '../../../src/kpi/formulas.js'
import { FAILURES, PLANNED, REPAIR_TIME, REPAIRS, STATE_ACCOUNTS } from '../../../src/kpi/series/accounts.js'
import { Bench, plantOf, reading } from '../../support/engine.js'

const at = (time: string) => Date.parse(time.includes('T') ? time : `2025-07-01T${time}:00Z`)
const BEFORE = at('2025-06-01T00:00:00Z')
const HOUR_MS = 3_600_000

let bench: Bench | undefined
afterEach(async () => {
  await bench?.close()
  bench = undefined
})

type Word = readonly [time: string, word: string]
const said = (device: string, words: readonly Word[], metric = 'state') =>
  words.map(([time, value]) => reading({ device, metric, ts: at(time), value }))
const machine = (id: string, more: object = {}) => ({ id, role: 'machine', line: 'l', on_change: true, ...more })
const robot = (id: string, more: object = {}) => machine(id, { role: 'robot', ...more })

async function run(plant: object, readings: readonly Reading[], more: readonly ConnectionChange[] = []): Promise<void> {
  const options = plantOf(plant as Record<string, unknown>)
  bench = await Bench.open([options], BEFORE)
  const links = options.devices.map(({ id }) => ({ plant: 'p', device: id, at: BEFORE + 1000, isUp: true }))
  await bench.commit(
    [...readings].sort((a, b) => a.ts - b.ts),
    [],
    [...links, ...more],
  )
  bench.tick(at('2025-07-03T00:00:00Z'))
  await bench.settle()
}

type Window = '1h' | '1d' | 'shift'
async function figure(kpi: string, id = 'p', window: Window = '1d', start = '2025-07-01T00:00:00Z') {
  const point = await bench!.point({ kpi, window, start: at(start), ...(id === 'p' ? {} : { scope: 'device', id }) })
  expect(point, `${kpi} of ${id}`).toBeDefined()
  return { ...point!, flags: flagsOf(point!.flags) }
}

/** Figure of a KPI over a whole year or more, from hours in states, failures, and repairs with their hours. */
function ofYears(
  kpi: string,
  hours: Partial<Record<State, number>>,
  failures: number,
  repairs: number,
  repairH: number,
) {
  const accounts = new Float64Array(STATE_ACCOUNTS)
  let total = 0
  for (const [state, h] of Object.entries(hours)) {
    accounts[STATES.indexOf(state as State)] = h * HOUR_MS
    total += h * HOUR_MS
  }
  accounts[PLANNED] = total
  accounts[FAILURES] = failures
  accounts[REPAIRS] = repairs
  accounts[REPAIR_TIME] = repairH * HOUR_MS
  const state: InputSum = {
    sum: 0,
    coveredMs: total,
    expectedMs: total,
    estimatedMs: 0,
    plannedMs: total,
    flags: 0,
    accounts,
  }
  return KPIS.find(({ id }) => id === kpi)!.figure([state], '1d')
}

describe('published figures of reliability', () => {
  test('10,000 h operating with 5 failures are 2,000 h between them, 50 h of repair 10 h each (O6)', () => {
    const hours = { PRODUCING: 9000, SETUP: 1000, HELD: 500, DOWN_FAULT: 50 }
    expect(ofYears('mtbf', hours, 5, 5, 50)).toMatchObject({ value: 2000, numerator: 10_000, denominator: 5 })
    expect(ofYears('mttr', hours, 5, 5, 50)).toMatchObject({ value: 10, numerator: 50, denominator: 5 })
  })

  test('an air handling unit with 3,600 h and 12 failures: 300 h, availability 300 / 360 = 0.8333 (O7)', () => {
    const hours = { PRODUCING: 3600, DOWN_FAULT: 720 }
    expect(ofYears('mtbf', hours, 12, 12, 720).value).toBe(300)
    expect(ofYears('inherent_availability', hours, 12, 12, 720).value).toBeCloseTo(0.8333, 4)
  })

  test('MTBF 900 h and MTTR 100 h are 0.90 (O7)', () => {
    expect(ofYears('inherent_availability', { PRODUCING: 900, DOWN_FAULT: 100 }, 1, 1, 100).value).toBe(0.9)
  })
})

describe('failures and repairs', () => {
  const words: readonly Word[] = [
    ['00:00', 'Execute'],
    ['06:00', 'Aborted'],
    ['07:00', 'Resetting'],
    ['08:00', 'Execute'],
    ['12:00', 'Held'],
    ['13:00', 'Fault'],
    ['13:30', 'Emergency Stop'],
    ['16:00', 'PM'],
    ['17:00', 'Execute'],
  ]

  test('an hour and three hours down are two failures with 2 h of repair on average', async () => {
    await run({ devices: [machine('m')] }, said('m', words))
    expect(await figure('failures')).toMatchObject({ value: 2 })
    // 6 + 1 + 4 + 7 h producing or in setup; being held is delay.
    expect(await figure('mtbf')).toMatchObject({ value: 9, numerator: 18, denominator: 2 })
    expect(await figure('mttr')).toMatchObject({ value: 2, numerator: 4, denominator: 2 })
    expect((await figure('inherent_availability')).value).toBeCloseTo(9 / 11, 12)
    expect(await figure('corrective_maintenance_ratio')).toMatchObject({ value: 0.8, denominator: 5 * 3600 })
  })

  test('a repair belongs whole to the window in which it ends, a failure to that of its entry', async () => {
    await run({ devices: [machine('m')] }, said('m', words))
    expect(await figure('failures', 'm', '1h', '13:00')).toMatchObject({ value: 1 })
    expect(await figure('mttr', 'm', '1h', '13:00')).toMatchObject({ value: null, reason: 'no_denominator' })
    expect(await figure('failures', 'm', '1h', '16:00')).toMatchObject({ value: 0 })
    expect(await figure('mttr', 'm', '1h', '16:00')).toMatchObject({ value: 3, denominator: 1 })
  })

  test('without a failure, and with one that is still open, there is no mean: null, not 0', async () => {
    await run({ devices: [machine('m'), machine('n')] }, [
      ...said('m', [['00:00', 'Execute']]),
      ...said('n', [
        ['00:00', 'Execute'],
        ['20:00', 'Fault'],
      ]),
    ])
    for (const kpi of ['mtbf', 'mttr', 'inherent_availability', 'corrective_maintenance_ratio']) {
      expect(await figure(kpi, 'm'), kpi).toMatchObject({ value: null, reason: 'no_denominator' })
    }
    expect((await figure('mtbf', 'n')).value).toBe(20)
    for (const kpi of ['mttr', 'inherent_availability']) {
      expect(await figure(kpi, 'n'), kpi).toMatchObject({ value: null, reason: 'no_denominator' })
    }
  })

  test('of two machines divides the sum of their times by the sum of their failures', async () => {
    await run({ devices: [machine('m'), machine('n')] }, [
      ...said('m', [
        ['00:00', 'Execute'],
        ['20:00', 'Fault'],
        ['22:00', 'Off'],
      ]),
      ...said('n', [
        ['00:00', 'Execute'],
        ['01:00', 'Fault'],
        ['02:00', 'Execute'],
        ['03:00', 'Fault'],
        ['04:00', 'Off'],
      ]),
    ])
    expect(await figure('mtbf')).toMatchObject({ value: 22 / 3, denominator: 3 })
    expect(await figure('mttr')).toMatchObject({ value: 4 / 3 })
  })
})

test('running from 10:30 to 16:00 two days on and again for two days is 3 d 22 h (O18, Timescale state_agg)', async () => {
  const states: readonly Word[] = [
    ['2025-07-01T10:00:00Z', 'starting'],
    ['2025-07-01T10:30:00Z', 'running'],
    ['2025-07-03T16:00:00Z', 'error'],
    ['2025-07-03T18:30:00Z', 'starting'],
    ['2025-07-03T19:30:00Z', 'running'],
    ['2025-07-05T12:00:00Z', 'stopping'],
  ]
  const device = { id: 'm', role: 'machine', line: 'l', metrics: { state: { max_hold_s: 1e9 } } }
  bench = await Bench.open([plantOf({ devices: [device] })], BEFORE)
  await bench.feed(said('m', states), at('2025-07-08T00:00:00Z'))
  let seconds = 0
  for (const day of [1, 2, 3, 4, 5])
    seconds += (await figure('time_producing', 'm', '1d', `2025-07-0${day}T00:00:00Z`)).value!
  expect(seconds).toBe((3 * 24 + 22) * 3600)
})

describe('robots', () => {
  test('12 robots and 250 employees are 480 on 10,000; without employees it is not known', async () => {
    const devices = Array.from({ length: 12 }, (_, i) => robot(`r${i}`))
    await run({ employees: 250, devices }, said('r0', [['00:00', 'Execute']]))
    expect(await figure('robot_density')).toMatchObject({ value: 480, numerator: 120_000, denominator: 250 })
    await bench?.close()
    await run({ devices }, said('r0', [['00:00', 'Execute']]))
    expect(await figure('robot_density')).toMatchObject({ value: null, reason: 'bad_config' })
  })

  test('automation is what routings say: 45 of 60 operations; without them it is not known', async () => {
    const automation = { automatic_operations: 45, all_operations: 60 }
    await run({ automation, devices: [robot('r')] }, said('r', [['00:00', 'Execute']]))
    expect((await figure('automation_share')).value).toBe(0.75)
    await bench?.close()
    await run({ devices: [robot('r')] }, said('r', [['00:00', 'Execute']]))
    expect(await figure('automation_share')).toMatchObject({ value: null, reason: 'bad_config' })
  })

  test('4.5 h in automatic mode of 6 h powered are 0.75, off time apart', async () => {
    await run({ devices: [robot('r')] }, [
      ...said('r', [
        ['00:00', 'Off'],
        ['08:00', 'Execute'],
        ['14:00', 'Off'],
      ]),
      ...said(
        'r',
        [
          ['00:00', 'MANUAL_REDUCED_SPEED'],
          ['08:30', 'AUTOMATIC_EXTERNAL'],
          ['13:00', 'OTHER'],
        ],
        'op_mode',
      ),
    ])
    expect(await figure('robot_auto_mode_share')).toMatchObject({ value: 0.75, numerator: 16_200, denominator: 21_600 })
  })

  test('a mode that is not known for half of the powered time gives no share', async () => {
    await run({ devices: [robot('r')] }, [
      ...said('r', [
        ['00:00', 'Off'],
        ['08:00', 'Execute'],
        ['14:00', 'Off'],
      ]),
      ...said('r', [['11:00', 'AUTOMATIC']], 'op_mode'),
    ])
    expect(await figure('robot_auto_mode_share', 'r')).toMatchObject({
      reason: 'low_coverage',
      value: null,
      coverage: 0.5,
    })
  })
})
