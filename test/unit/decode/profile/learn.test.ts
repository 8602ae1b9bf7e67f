import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { reasonText } from '../../../../src/base/proposal-reasons.js'
import { differencesOf } from '../../../../src/decode/profile/cases.js'
import { guessOf } from '../../../../src/decode/profile/learn/guess.js'
import { leavesOf } from '../../../../src/decode/profile/learn/leaves.js'
import { propose } from '../../../../src/decode/profile/learn/propose.js'
import { shapesOf } from '../../../../src/decode/profile/learn/shapes.js'
import { profileOptions } from '../../../../src/decode/profile/profile.js'

const CAME = Date.parse('2026-11-24T08:00:05Z')
const DAY = '2026-11-24'
const sample = (topic: string, content: unknown, receivedAt = CAME) => ({
  topic,
  payload: typeof content === 'string' ? content : JSON.stringify(content),
  receivedAt,
})

function proposed(...samples: readonly ReturnType<typeof sample>[]) {
  const proposal = propose(samples, DAY)!
  const profile = profileOptions.parse(proposal.profile)
  // Its cases are made of the samples, and it passes them.
  expect(profile.cases.flatMap((one) => differencesOf('learned/device', profile, one))).toEqual([])
  const values = profile.messages.map(({ values: all }) =>
    Object.fromEntries(
      all.map(({ metric, at, sum, unit }) => [
        at ?? sum?.join() ?? '',
        unit === undefined ? metric : `${metric} ${unit}`,
      ]),
    ),
  )
  return { ...proposal, profile, values, topics: profile.messages.map(({ topic }) => topic) }
}

describe('topics', () => {
  const shapes = (...topics: readonly string[]) =>
    shapesOf(
      topics.map((topic) => ({ ...sample(topic, { w: 1 }), format: 'json' as const, leaves: leavesOf({ w: 1 }) })),
    ).map(({ topic, device }) => `${topic} ${device}`)

  test.each([
    ['the level that differs is the device', ['tele/a/SENSOR', 'tele/b/SENSOR'], ['tele/{device}/SENSOR {device}']],
    ['of one topic it is the last one with a digit', ['acme/meter-7/data'], ['acme/{device}/data {device}']],
    ['else the one before the last', ['acme/press/data'], ['acme/{device}/data {device}']],
    [
      'where two differ together it is the one that differs more',
      ['f/n/a', 'f/n/b', 'f/s/c'],
      ['f/{level2}/{device} {device}'],
    ],
    [
      'two that differ by themselves make the name',
      ['f/n/a', 'f/n/b', 'f/s/a'],
      ['f/{level2}/{device} {level2}-{device}'],
    ],
    [
      'one level that is as it is written is needed',
      ['a/x', 'b/x', 'c/y', 'd/y'],
      ['{device}/x {device}', '{device}/y {device}'],
    ],
    ['a topic of one level is the device itself', ['meter7'], ['meter7 meter7']],
  ])('%s', (_, topics, expected) => expect(shapes(...topics)).toEqual(expected))
})

test('a value is found by the path that a profile writes', () => {
  expect(
    leavesOf({ a: { 'b.c': 1, 'd"e': [{ f: '2' }], $: 3 }, p: [1, 2], q: [1, 'x'], t: true, n: null }),
  ).toMatchObject([
    { path: 'a."b.c"', value: 1 },
    { path: 'a."d\\"e"[0].f', value: '2' },
    { path: 'a."$"', value: 3 },
    { path: 'p', value: [1, 2] },
    { path: 'q[0]', value: 1 },
    { path: 'q[1]', value: 'x' },
  ])
})

describe('a name suggests a metric, and a unit where it says one', () => {
  const guessed = (path: string, sentUnit?: string, levels: readonly string[] = []) => {
    const sent = sentUnit === undefined ? undefined : { unit: sentUnit, isShared: false }
    const { guess, asks } = guessOf(path.split('.'), sent, levels)!
    return `${guess.metric}${guess.unit === undefined ? '' : ` ${guess.unit}`}${asks === null ? '' : ' ?'}`
  }

  test.each([
    ['power_kW', 'elec_import_kw kW'],
    ['powerW', 'elec_import_kw W'],
    ['energy (Wh)', 'elec_import_kwh Wh'],
    ['total_kwh', 'elec_import_kwh kWh'],
    ['energy_watt_hours', 'elec_import_kwh Wh'],
    ['export_energy_kWh', 'elec_export_kwh kWh'],
    ['kW', 'elec_import_kw kW'],
    ['Wh', 'elec_import_kwh Wh'],
    ['MWh', 'elec_import_kwh MWh'],
    ['meter.kWh', 'elec_import_kwh kWh'],
    ['parts', 'parts_total'],
    ['I1', 'i1'],
    ['voltage_V', 'voltage_v V'],
    ['shoe', 'shoe'],
    ['quality', 'quality_sent'],
    ['elec_import_kwh.x', 'elec_import_kwh_x'],
    ['ENERGY.Period', 'energy_period'],
    ['energy_today_kWh', 'energy_today_k_wh kWh'],
    ['phases.a.power_w', 'phases_a_power_w W'],
    ['power_A', 'power_a'],
  ])('%s: %s', (path, expected) => expect(guessed(path)).toBe(expected))

  test.each([
    ['ENERGY.Total', 'energy_total ?'],
    ['ENERGY.Power', 'energy_power ?'],
    ['apower', 'apower ?'],
    ['aenergy.total', 'aenergy_total ?'],
    ['energy.export', 'energy_export ?'],
    ['water', 'water ?'],
    // A thousandth of a Wh, or a million of them.
    ['energy_mwh', 'energy_mwh ?'],
    ['TOTAL_MWH', 'total_mwh ?'],
    // A milliwatt, or a megawatt: capitals say nothing where all are capitals.
    ['POWER_MW', 'power_mw ?'],
    ['so2', 'so2 ?'],
    ['co', 'co ?'],
    // Nothing says °C, V or A either.
    ['temperature', 'temperature'],
    ['Voltage', 'voltage'],
  ])('%s says no unit, so none is guessed: %s', (path, expected) => expect(guessed(path)).toBe(expected))

  test.each([
    ['energy_wmin', 'energy_wmin Wmin'],
    ['power_percent', 'power_percent %'],
    ['load %', 'load %'],
    ['soc', 'soc'],
    ['pv.energy_kWh', 'renew_onsite_kwh kWh'],
    ['production.energy_Wh', 'renew_onsite_kwh Wh'],
    ['solar_power_w', 'solar_power_w W'],
    ['battery.charge_energy_kWh', 'storage_charge_kwh kWh'],
    ['battery.discharged_energy_kWh', 'storage_discharge_kwh kWh'],
    ['battery.energy_kWh', 'battery_energy_k_wh kWh ?'],
    ['session_energy_Wh', 'session_energy_wh Wh'],
  ])('%s is no import: %s', (path, expected) => expect(guessed(path)).toBe(expected))

  test('what a charger calls Wh may be a session, what it calls a total is none', () => {
    expect(guessed('wh', undefined, ['go-eCharger', 'wh'])).toBe('wh Wh ?')
    expect(guessed('total_wh', undefined, ['wallbox'])).toBe('elec_import_kwh Wh')
  })

  test('what the message says goes before the key', () => {
    expect(guessed('energy', 'kWh')).toBe('elec_import_kwh kWh')
    // A unit that is none of energy: it is no register of energy.
    expect(guessed('energy', '°C')).toBe('energy °C')
    expect(guessed('power', '%')).toBe('power %')
  })

  test.each([
    ['so2_mg_m3', 'so2_mgm3 mg/m3'],
    ['NOx (mg/Nm3)', 'nox_mgm3 mg/Nm3'],
    ['co_ppm', 'co_mgm3 ppm'],
    // The weight of a million of them is not known of dust.
    ['dust_ppm', 'dust_ppm ppm'],
    // A flow is no register of a volume.
    ['water_flow_m3_h', 'water_flow_m3_h m3/h'],
    ['water_l_min', 'water_l_min L/min'],
    ['water_litres', 'water_fresh_m3 L'],
    ['energy_kWh_per_part', 'energy_k_wh_per_part ?'],
    ['VA', 'va'],
  ])('%s is not read as another unit: %s', (path, expected) => expect(guessed(path)).toBe(expected))

  test('where key and message say two units, none is taken', () => {
    const { guess, asks } = guessOf(['power_W'], { unit: 'kW', isShared: false })!
    expect(guess).toEqual({ metric: 'power_w', class: 'energy' })
    expect(asks).toContain('the key says W and the message kW')
  })

  test('each guess has a reason', () => {
    const reasons = (path: string) => guessOf(path.split('.'))!.reasons.map((reason) => reasonText(reason, 'en'))
    expect(reasons('power_kW')).toEqual([
      'the name power_kW is one that elec_import_kw goes by',
      'the unit kW stands in the key power_kW',
    ])
    expect(reasons('pv.energy_kWh')[0]).toBe('stands beside words for generation: pv')
    expect(reasons('voltage')).toEqual(['no metric of the table goes by voltage: it is kept under its own name'])
  })

  test('an id is no value', () => expect(guessOf(['device_id'])).toBeNull())
})

describe('a proposal', () => {
  test('reads what it was made of', () => {
    const content = (w: number) => ({
      Time: '2026-11-24T08:00:00',
      ENERGY: { Total: 12.5, Power: w, Current: 0.5 },
      on: true,
    })
    const { values, topics, decoded, samples, seen, asks, left } = proposed(
      sample('tele/plug-1/SENSOR', content(100)),
      sample('tele/plug-2/SENSOR', content(250)),
      sample('shop/door', 'open'),
    )
    expect(topics).toEqual(['tele/{device}/SENSOR'])
    expect(values).toEqual([
      {
        'ENERGY.Total': 'energy_total',
        'ENERGY.Power': 'energy_power',
        'ENERGY.Current': 'energy_current',
      },
    ])
    expect(seen).toEqual([[[12.5], [100, 250], [0.5]]])
    expect(asks).toEqual([
      [
        'may be elec_import_kwh, but nothing says its unit: find out whether it is kWh, Wh or MWh, then write metric and unit',
        'may be elec_import_kw, but nothing says its unit: find out whether it is kW or W, then write metric and unit',
        null,
      ],
    ])
    expect({ decoded, samples, left }).toEqual({ decoded: 2, samples: 3, left: ['shop/door'] })
  })

  test.each([
    ['2026-11-24T08:00:00Z', 'rfc3339', 'UTC'],
    ['2026-11-24T08:00:00', 'local', 'UTC'],
    ['2026-11-24T16:00:01', 'local', 'Etc/GMT-8'],
    ['2026-11-24T02:00:01', 'local', 'Etc/GMT+6'],
    [CAME / 1000 - 3.5, 'epoch_s', 'UTC'],
    [CAME - 3500, 'epoch_ms', 'UTC'],
    ['2026-11-20T08:00:00Z', undefined, 'UTC'],
    [1234, undefined, 'UTC'],
  ])('a time of %s is %s, in the zone %s', (ts, format, timezone) => {
    const { profile } = proposed(sample('acme/7', { ts, power: 5 }))
    expect(profile.messages[0]!.time?.format).toBe(format)
    expect(profile.cases[0]!.timezone).toBe(timezone)
  })

  test('a number alone is called by its topic', () => {
    const { topics, values, profile } = proposed(sample('a1/sensor/power_w', '12.5'), sample('a2/sensor/power_w', '13'))
    expect(topics).toEqual(['{device}/sensor/power_w'])
    expect(values).toEqual([{ '': 'elec_import_kw W' }])
    expect(profile.messages[0]!.format).toBe('number')
  })

  test('a unit beside a value is taken, a list of phases is added up, and of two totals one is it', () => {
    const { values } = proposed(
      sample('a/7/data', { energy: { value: 5.5, unit: 'MWh' }, power_kw: [1, 2, 3], power_total_kw: 6, id: 7 }),
    )
    expect(values).toEqual([
      { 'energy.value': 'elec_import_kwh MWh', power_kw: 'power_kw kW', power_total_kw: 'elec_import_kw kW' },
    ])
  })

  test('one unit beside several numbers is of those alone that it fits', () => {
    const { values } = proposed(sample('a/7/data', { energy: 12.5, power: 3, voltage: 230, unit: 'kWh' }))
    expect(values).toEqual([{ energy: 'elec_import_kwh kWh', power: 'power', voltage: 'voltage' }])
  })

  test('a key for the unit of one value goes before the unit of all', () => {
    const { values } = proposed(sample('a/7/data', { energy: 12500, energy_unit: 'Wh', unit: 'kWh' }))
    expect(values).toEqual([{ energy: 'elec_import_kwh Wh' }])
  })

  test('what the decoder would refuse is not in it', () => {
    const { values } = proposed(sample('a/7/data', { energy_kwh: -5, voltage: 230 }))
    expect(values).toEqual([{ voltage: 'voltage' }])
  })

  test('there is none where no number is', () => {
    expect(propose([sample('a', 'x'), sample('b', { c: 'd' }), sample('e', 'hex: 08 ff')], DAY)).toBeNull()
    expect(propose([], DAY)).toBeNull()
  })

  test('whatever comes, it is sound by the schema, and its cases pass', () => {
    const level = fc.stringMatching(/^[^+#/]{0,8}$/u)
    const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'))
    const number = fc.double({ noNaN: true, noDefaultInfinity: true })
    const name = fc.constantFrom('power', 'energy', 'value', 'unit', 'time', 'ts', 'a.b', '$', '"', '', '电压', 'total')
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        number,
        fc.string(),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(name, tie('tree'), { maxKeys: 5 }),
      ),
    }))
    const samples = fc.array(fc.tuple(topic, tree), { maxLength: 6 })
    fc.assert(
      fc.property(samples, (all) => {
        const proposal = propose(
          all.map(([name, content]) => sample(name, JSON.stringify(content))),
          DAY,
        )
        if (proposal === null) return
        const profile = profileOptions.parse(proposal.profile)
        expect(profile.cases.flatMap((one) => differencesOf('learned/device', profile, one))).toEqual([])
      }),
      { numRuns: 200, seed: 7 },
    )
  })
})
