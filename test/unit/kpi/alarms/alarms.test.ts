import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AlarmAction, AlarmItem } from '../../../../src/base/alarm.js'
import type { DeviceFact } from '../../../../src/base/reading.js'
import { Bench, plantOf, reading } from '../../../support/engine.js'

const MINUTE = 60_000
const T0 = Date.parse('2025-07-01T10:00:00Z')
const at = (minute: number) => T0 + minute * MINUTE
const iso = (minute: number) => new Date(at(minute)).toISOString()

const METER = { id: 'm1', line: 'l', role: 'main', metrics: { elec_import_kwh: { period_s: 60 } } }
const RULE = { id: 'minute', kpi: 'energy_elec_import', window: '1m', above: 10, severity: 'critical' }
const OFF = { enabled: false }
const QUIET = { silence: OFF, completeness: OFF, clock: OFF }

let bench: Bench
afterEach(() => bench.close())

async function open(options: Record<string, unknown>): Promise<void> {
  bench = await Bench.open([plantOf({ devices: [METER], alarm_defaults: QUIET, ...options })], 0)
}

/** Register samples: what each minute took, from `from` on; the next-but-one sample makes a minute final. */
async function feed(from: number, kwh: readonly number[], start = 0, metric = 'elec_import_kwh'): Promise<number> {
  let register = start
  const readings = [reading({ metric, ts: at(from), value: register })]
  for (const [i, taken] of kwh.entries()) {
    register += taken
    readings.push(reading({ metric, ts: at(from + i + 1), value: register }))
  }
  await bench.feed(readings)
  return register
}

const alarms = () => bench.alarms.list('p', () => true, Infinity)
const brief = (items: readonly AlarmItem[] = alarms()) =>
  items.map(({ state, raised_at, cleared_at }) => [state, raised_at, cleared_at])

async function changes(): Promise<string[]> {
  const [at, states, notes] = await bench.database.columns(
    'SELECT at_ms::DOUBLE, state, note FROM alarm_change ORDER BY change',
  )
  return (at ?? []).map((ms, i) => `${((ms as number) - T0) / MINUTE} ${states?.[i]}: ${notes?.[i]}`)
}

let acts = 0
async function act(what: AlarmAction['what'], minute: number, of: Partial<AlarmAction> = {}): Promise<void> {
  const alarm = alarms()[0]!.id
  const done: AlarmAction = { id: `act-${acts++}`, plant: 'p', alarm, what, untilMs: null, note: '', by: null, ...of }
  await bench.act(done, at(minute))
  await bench.cycle()
}

describe('a limit on a figure', () => {
  beforeEach(() => open({ alarms: [RULE] }))

  test('is raised with the window that exceeds it, and clears with the first that does not', async () => {
    await feed(0, [5, 11, 12, 5, 5, 5])
    expect(alarms()).toMatchObject([
      {
        rule: 'minute',
        severity: 'critical',
        state: 'cleared_unack',
        value: 11,
        limit: 10,
        unit: 'kWh',
        scope: 'plant',
        scope_id: 'p',
        raised_at: iso(2),
        cleared_at: iso(4),
        text: { en: 'Electricity import above 10 kWh: 11 kWh' },
      },
    ])
    expect(await changes()).toEqual(['2 active_unack: raised', '4 cleared_unack: cleared'])
  })

  test('an alarm that was acknowledged while active is back to normal when it clears', async () => {
    const register = await feed(0, [5, 11, 11, 11])
    expect(brief()).toEqual([['active_unack', iso(2), null]])
    await act('ack', 4, { by: 'Li', note: 'pump 3' })
    expect(alarms()[0]).toMatchObject({ state: 'active_ack', acked_by: 'Li', acked_at: iso(4) })
    expect(alarms()[0]!.notes).toEqual([{ at: iso(4), by: 'Li', text: 'pump 3' }])
    await feed(4, [5, 5, 5], register)
    expect(brief()).toEqual([['cleared_ack', iso(2), iso(5)]])
    expect(await changes()).toEqual([
      '2 active_unack: raised',
      '4 active_ack: acknowledged: pump 3 (Li)',
      '5 cleared_ack: cleared',
    ])
  })

  test('and one that clears first waits for somebody who has seen it', async () => {
    await feed(0, [5, 11, 5, 5, 5])
    expect(brief()).toEqual([['cleared_unack', iso(2), iso(3)]])
    await act('ack', 9)
    expect(brief()).toEqual([['cleared_ack', iso(2), iso(3)]])
  })

  test('shelving ends when the journal gets there, and not before', async () => {
    await feed(0, [5, 11, 11, 11])
    await act('shelve', 5, { untilMs: at(8) })
    bench.tick(at(8) - 1)
    await bench.cycle()
    expect(alarms()[0]!.shelved_until).toBe(iso(8))
    bench.tick(at(8))
    await bench.cycle()
    expect(alarms()[0]!.shelved_until).toBeNull()
    expect((await changes()).filter((change) => change.includes('shelved'))).toEqual([
      '5 active_unack: shelved',
      '8 active_unack: no longer shelved',
    ])
  })

  test('late readings that were missing correct the figure, raise what was exceeded and withdraw what was not', async () => {
    const sample = (minute: number, value: number) => reading({ metric: 'elec_import_kwh', ts: at(minute), value })
    // Six minutes with 18 kWh, bridged evenly: nothing is above 10.
    await bench.feed([sample(0, 0), sample(1, 3), sample(5, 15), sample(6, 18), sample(7, 21), sample(8, 24)])
    expect(alarms()).toEqual([])
    // In truth minute 2 took all of it.
    await bench.feed([sample(2, 3), sample(3, 15), sample(4, 15)])
    expect(brief()).toEqual([['cleared_unack', iso(3), iso(4)]])
    // And later it turns out to have been two halves: the reading at 2 min with a higher seq wins.
    await bench.feed([reading({ metric: 'elec_import_kwh', ts: at(2), value: 9, seq: 1 })])
    expect(brief()).toEqual([['cleared_ack', iso(3), iso(4)]])
    expect(alarms()[0]!.notes[0]!.text).toMatch(/^withdrawn: late readings/)
  })

  test('a start in the middle gives the same, change by change', { tags: ['slow'] }, async () => {
    const days = [5, 11, 12, 5, 5, 11, 5, 5, 5]
    await feed(0, days)
    const whole = { items: brief(), changes: await changes() }
    await bench.close()
    await open({ alarms: [RULE] })
    let register = 0
    for (const [minute, kwh] of days.entries()) {
      register = await feed(minute, [kwh], register)
      await bench.restart()
      await bench.settle()
    }
    expect({ items: brief(), changes: await changes() }).toEqual(whole)
  })

  test('a rule that is taken out of the configuration takes its alarm with it', async () => {
    await feed(0, [5, 11, 11, 11])
    await bench.configure([plantOf({ devices: [METER], alarm_defaults: QUIET })], at(6))
    await bench.settle()
    expect(brief()).toEqual([['cleared_unack', iso(2), iso(6)]])
    expect(alarms()[0]!.notes.map(({ text }) => text)).toEqual(['its rule is no longer configured'])
  })
})

test('a stack that is seen for ten minutes of an hour neither raises nor clears, and is said not to be watched', async () => {
  const boiler = { id: 'm1', line: 'l', role: 'stack', metrics: { nox_mgm3: { period_s: 60 } } }
  const rule = { id: 'nox', kpi: 'pollutant_mean_nox', window: '1h', above: 150 }
  await open({ devices: [boiler], alarms: [rule] })
  const minutes = (from: number, to: number, value: number) =>
    Array.from({ length: to - from }, (_, i) => reading({ metric: 'nox_mgm3', ts: at(from + i), value }))
  await bench.feed([...minutes(0, 10, 900), ...minutes(60, 120, 160), ...minutes(120, 130, 100)], at(182))
  expect(alarms()).toMatchObject([{ state: 'active_unack', raised_at: iso(120), value: 160, watched: false }])
  await bench.feed([...minutes(180, 240, 140), ...minutes(240, 250, 900)], at(302))
  expect(brief()).toEqual([['cleared_unack', iso(120), iso(240)]])
  expect(await changes()).toEqual([
    '120 active_unack: raised',
    '180 active_unack: not watched: a gap in the data',
    '240 cleared_unack: cleared',
  ])
})

test('an on-delay runs on over a start of the gateway', async () => {
  await open({ alarms: [{ ...RULE, on_delay_s: 120 }] })
  let register = await feed(0, [5, 11, 11])
  expect(alarms()).toEqual([])
  await bench.restart()
  await bench.settle()
  register = await feed(3, [11, 11, 5, 5], register)
  expect(brief()).toEqual([['cleared_unack', iso(4), iso(6)]])
})

describe('a target', () => {
  test('that is a budget is exceeded as soon as its open window says so, because a register only grows', async () => {
    await open({ targets: [{ kpi: 'energy_elec_import', window: '1h', budget: 30 }] })
    await feed(0, [10, 10, 10])
    expect(alarms()).toEqual([])
    await feed(3, [1], 30)
    expect(alarms()).toMatchObject([
      {
        state: 'active_unack',
        severity: 'minor',
        value: 31,
        limit: 30,
        raised_at: iso(4),
        rule: 'energy_elec_import-1h-budget',
      },
    ])
    await bench.restart()
    await bench.settle()
    expect(alarms()).toHaveLength(1)
  })

  test('that is a budget of which more is better raises nothing above it, and an alarm for a whole window below', async () => {
    const targets = [{ kpi: 'energy_elec_onsite', window: '1h', budget: 90 }]
    await open({ devices: [{ ...METER, role: 'pv', metrics: {} }], targets })
    const register = await feed(0, Array(61).fill(2), 0, 'renew_onsite_kwh')
    expect(alarms()).toEqual([])
    await feed(61, Array(62).fill(1), register, 'renew_onsite_kwh')
    expect(alarms()).toMatchObject([{ rule: 'energy_elec_onsite-1h-budget', limit: 90, raised_at: iso(120) }])
  })

  test('that is a minimum waits for the whole window', async () => {
    await open({ targets: [{ kpi: 'energy_elec_import', window: '15m', min: 30, severity: 'warning' }] })
    const register = await feed(0, [1, 1, 1])
    expect(alarms()).toEqual([])
    await feed(3, Array(13).fill(1), register)
    expect(alarms()).toMatchObject([{ state: 'active_unack', severity: 'warning', value: 15, raised_at: iso(15) }])
  })

  test('with max and warn makes two alarms, one before the other', async () => {
    await open({ targets: [{ kpi: 'peak_demand_15', window: '1h', max: 600, warn: 0.9 }] })
    // 15 minutes of 9.25 kWh a minute are 555 kW: above 540, not above 600.
    await feed(0, Array(61).fill(9.25))
    expect(alarms().map(({ rule, severity, limit }) => [rule, severity, limit])).toEqual([
      ['peak_demand_15-1h-warn', 'warning', 540],
    ])
  })
})

test('an alarm says what it was raised with, and how it is now', async () => {
  await open({ alarms: [RULE] })
  await feed(0, [5, 11, 12.5, 30])
  expect(alarms()[0]).toMatchObject({
    text: { en: 'Electricity import above 10 kWh: 11 kWh', zh: expect.stringMatching(/高于 10 kWh：11 kWh$/) },
    value: 11,
    current: 30,
    current_at: iso(4),
  })
  await feed(4, [1, 1, 1], 58.5)
  expect(alarms()[0]).toMatchObject({ cleared_at: iso(5), value: 11, current: null, current_at: null })
})

test('a peak that is expected is an alarm of the plant at once, with the time until then, and clears with its end', async () => {
  const expected = (minute: number, isBad: boolean, value: number): DeviceFact => {
    return { plant: 'p', device: '', what: 'demand', atMs: at(minute), isBad, value }
  }
  await open({ targets: [{ kpi: 'peak_demand_15', window: '1d', max: 600 }] })
  await bench.note([expected(0, true, 5370)])
  bench.tick(at(1))
  await bench.cycle()
  expect(alarms()).toMatchObject([
    { rule: 'demand-expected', scope: 'plant', scope_id: 'p', severity: 'minor', raised_at: iso(0), value: 5370 },
  ])
  expect(alarms()[0]!.text).toEqual({
    en: 'Demand above its limit is expected, chance at least 70 %: in 1 h 30 min',
    zh: '预计需量将超过限值，概率至少 70 %：1 小时 30 分钟后',
  })
  await bench.note([expected(40, false, 0)])
  await bench.cycle()
  await bench.note([expected(50, true, 0)])
  bench.tick(at(51))
  await bench.cycle()
  expect(brief()).toEqual([
    ['active_unack', iso(50), null],
    ['cleared_unack', iso(0), iso(40)],
  ])
  expect(alarms()[0]!.text.en).toMatch(/: now$/)
})

describe('a device', () => {
  const fact = (minute: number, isBad: boolean, what: DeviceFact['what'] = 'silence'): DeviceFact => {
    return { plant: 'p', device: 'm1', what, atMs: at(minute), isBad, value: 180 }
  }
  beforeEach(() => open({ alarm_defaults: { ...QUIET, silence: { delay_s: 300 } } }))

  test('that is silent for longer than the delay raises an alarm at its end, one that comes back before does not', async () => {
    await bench.note([fact(0, true), fact(4, false), fact(10, true)])
    bench.tick(at(14))
    await bench.cycle()
    expect(alarms()).toEqual([])
    bench.tick(at(20))
    await bench.cycle()
    const silence = { rule: 'device-silence', scope: 'device', scope_id: 'm1' }
    // It was silent for 180 s when it was seen.
    expect(alarms()).toMatchObject([{ ...silence, raised_at: iso(15), value: 480, limit: 300 }])
    expect(alarms()[0]).toMatchObject({ text: { en: 'Device is silent: 8 min' }, current: 780, current_at: iso(20) })
    await bench.note([fact(30, false)])
    await bench.cycle()
    expect(brief()).toEqual([['cleared_unack', iso(15), iso(30)]])
  })

  test('facts that were committed and not judged when the gateway was killed are judged after the start', async () => {
    await bench.note([fact(0, true), fact(10, false), fact(20, true)])
    await bench.restart()
    bench.tick(at(21))
    await bench.cycle()
    expect(brief()).toEqual([['cleared_unack', iso(5), iso(10)]])
    await bench.restart()
    bench.tick(at(30))
    await bench.cycle()
    expect(brief()).toEqual([
      ['active_unack', iso(25), null],
      ['cleared_unack', iso(5), iso(10)],
    ])
    expect(await changes()).toEqual(['5 active_unack: raised', '10 cleared_unack: cleared', '25 active_unack: raised'])
  })

  test('that was found silent by a clock that was ahead raises its alarm when the delay has passed since', async () => {
    await bench.note([fact(3 * 1440, true)])
    bench.setBack(at(1))
    await bench.cycle()
    bench.tick(at(5))
    await bench.cycle()
    expect(alarms()).toEqual([])
    bench.tick(at(7))
    await bench.cycle()
    expect(brief()).toEqual([['active_unack', iso(6), null]])
  })

  describe('that was silent when the gateway was stopped', () => {
    /** The silence of `bad` is said again at `minute`, with so many minutes of it watched. */
    const again = (minute: number, watchedMin: number): DeviceFact => {
      return { ...fact(minute, true), value: 180 + watchedMin * 60 }
    }

    test('raises an alarm when it has been watched for the whole delay, in two pieces', async () => {
      await bench.note([fact(0, true)])
      await bench.note([again(600, 2)])
      bench.tick(at(602))
      await bench.cycle()
      expect(alarms()).toEqual([])
      bench.tick(at(603))
      await bench.cycle()
      expect(brief()).toEqual([['active_unack', iso(603), null]])
    })

    test('raises none when it is back before that, over however many stops', async () => {
      await bench.note([fact(0, true), again(600, 2), again(1200, 4), fact(1200.9, false)])
      await bench.cycle()
      expect(alarms()).toEqual([])
    })

    test.each([false, true])(
      'keeps the alarm that it had: it clears when it is back (restarts: %s)',
      async (hasRestarts) => {
        const restart = async () => hasRestarts && (await bench.restart())
        await bench.note([fact(0, true)])
        bench.tick(at(6))
        await bench.cycle()
        expect(brief()).toEqual([['active_unack', iso(5), null]])
        await restart()
        await bench.note([again(600, 7)])
        await bench.cycle()
        await restart()
        await bench.note([again(1200, 17)])
        bench.tick(at(1300))
        await bench.cycle()
        expect(brief()).toEqual([['active_unack', iso(5), null]])
        await restart()
        await bench.note([fact(1400, false)])
        await bench.cycle()
        expect(brief()).toEqual([['cleared_unack', iso(5), iso(1400)]])
      },
    )

    test('has the alarm that was due before the stop, also when that is noticed after it', async () => {
      await bench.note([fact(0, true), again(600, 7)])
      await bench.restart()
      bench.tick(at(601))
      await bench.cycle()
      expect(brief()).toEqual([['active_unack', iso(5), null]])
    })
  })

  test('whose plant switched that off raises none', async () => {
    await bench.note([fact(0, true, 'clock')])
    bench.tick(at(600))
    await bench.cycle()
    expect(alarms()).toEqual([])
  })
})

test('an alarm that is made again from the archive is the same, acknowledged as it was', async () => {
  await open({ alarms: [RULE] })
  await feed(0, [5, 11, 12, 5, 5, 11, 11, 11])
  await act('ack', 9)
  const before = alarms()
  expect(brief()).toEqual([
    ['active_ack', iso(6), null],
    ['cleared_unack', iso(2), iso(4)],
  ])
  // A rebuild of the database leaves readings, configurations and acts; nothing that is computed.
  await bench.database.write(async (connection) => {
    for (const table of ['alarm', 'alarm_change', 'kpi_point', 'kpi_stream', 'checkpoint']) {
      await connection.run(`DELETE FROM ${table}`)
    }
    await connection.run("DELETE FROM progress WHERE name IN ('kpi', 'alarms')")
  })
  await bench.restart()
  await bench.settle()
  expect(alarms()).toEqual(before)
})
