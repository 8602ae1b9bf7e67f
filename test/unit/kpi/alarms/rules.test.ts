import { expect, test } from 'vitest'
import { type Rule, Rules, rulesOf } from '../../../../src/kpi/alarms/rules.js'
import { CATALOGUE } from '../../../../src/kpi/catalogue.js'
import { plantOf } from '../../../support/engine.js'

const NAMED = new Map(CATALOGUE.map((kpi) => [kpi.id, kpi]))
const rules = (options: Record<string, unknown>): readonly Rule[] => [...rulesOf(plantOf(options), NAMED).byId.values()]
const early = (options: Record<string, unknown>) =>
  rules(options).flatMap((rule) => (rule.kind === 'kpi' && rule.isEarly ? [rule.id] : []))

test('a plant that says nothing of alarms has those for silence, clock, completeness and names that are too many', () => {
  expect(rules({}).map(({ id, severity, onMs }) => [id, severity, onMs])).toEqual([
    ['data-completeness', 'minor', 0],
    ['device-silence', 'major', 300_000],
    ['device-clock', 'warning', 900_000],
    ['device-limit', 'major', 0],
  ])
  const off = { enabled: false }
  expect(rules({ alarm_defaults: { silence: off, completeness: off, clock: off, too_many: off } })).toEqual([])
})

test('a target makes a rule of each of its limits; a rule says what it is in both languages', () => {
  const target = { kpi: 'peak_demand_15', window: '1d', min: 10, max: 1000, warn: 0.95, budget: 900 }
  const made = rules({ targets: [target] }).slice(0, 4)
  expect(made.map((rule) => rule.kind === 'kpi' && [rule.id, rule.side, rule.limit, rule.severity])).toEqual([
    ['peak_demand_15-1d-max', 'above', 1000, 'major'],
    ['peak_demand_15-1d-warn', 'above', 950, 'warning'],
    ['peak_demand_15-1d-min', 'below', 10, 'major'],
    ['peak_demand_15-1d-budget', 'above', 900, 'minor'],
  ])
  const name = NAMED.get('peak_demand_15')!.name.zh
  expect(made[0]!.text).toEqual({ en: 'Highest 15-min demand above 1,000 kW', zh: `${name}高于 1,000 kW` })
  expect(made[3]!.text.en).toBe('Budget used up: Highest 15-min demand above 900 kW')
})

test('a budget of which more is better is missed from below, which no open window can say', () => {
  const targets = ['good_units', 'energy_elec_onsite', 'energy_elec_import'].map((kpi) => ({
    kpi,
    window: '1d',
    budget: 900,
  }))
  const made = rules({ targets }).filter(({ id }) => id.endsWith('-budget'))
  expect(made.map((rule) => rule.kind === 'kpi' && [rule.kpi, rule.side, rule.isEarly])).toEqual([
    ['good_units', 'below', false],
    ['energy_elec_onsite', 'below', false],
    ['energy_elec_import', 'above', true],
  ])
  expect(made[0]!.text).toEqual({
    en: 'Budget not reached: Good units below 900',
    zh: `未达到预算：${NAMED.get('good_units')!.name.zh}低于 900`,
  })
})

test('a plant with a limit of its demand has an alarm before a peak, which says its chance, and can do without', () => {
  const targets = [{ kpi: 'peak_demand_15', window: '1d', max: 1000 }]
  const ahead = (options: object) => rules({ targets, ...options }).find(({ id }) => id === 'demand-expected')
  expect(ahead({})).toMatchObject({ kind: 'demand', severity: 'minor', onMs: 0, unit: 's' })
  expect(ahead({ alarm_defaults: { demand: { chance: 0.9 } } })!.text).toEqual({
    en: 'Demand above its limit is expected, chance at least 90 %',
    zh: '预计需量将超过限值，概率至少 90 %',
  })
  expect(ahead({ alarm_defaults: { demand: { enabled: false } } })).toBeUndefined()
  expect(ahead({ targets: [{ kpi: 'peak_demand_15', window: '1d', budget: 900 }] })).toBeUndefined()
})

test('money is in the currency of the plant', () => {
  const periods = [{ name: 'flat', from: '00:00', to: '24:00', price_per_kwh: 1 }]
  const tariffs = [{ id: 't', valid_from: '2026-01-01', currency: 'CNY', periods }]
  const targets = [{ kpi: 'energy_cost', window: '1d', max: 20_000 }]
  const [rule] = rules({ tariffs, targets })
  expect(rule).toMatchObject({ unit: 'CNY', text: { en: expect.stringMatching(/ above 20,000 CNY$/) } })
})

test('an open window is enough only for an upper limit, without a delay, on a sum that never falls', () => {
  const rule = (kpi: string, of: object) => ({ id: kpi.replaceAll('_', '-'), kpi, window: '1h', ...of })
  const alarms = [
    rule('energy_elec_import', { above: 1 }),
    rule('energy_elec_consumed', { above: 1 }),
    rule('peak_demand_15', { above: 1 }),
    rule('cycles', { below: 1 }),
    rule('time_down_fault', { above: 1, on_delay_s: 60 }),
    rule('time_held', { above: 1 }),
    rule('time_unknown', { above: 1 }),
  ]
  expect(early({ alarms })).toEqual(['energy-elec-import', 'time-held'])
})

test('a virtual meter that takes another one off may fall: its open windows are not enough', () => {
  const virtual_meters = [
    { id: 'sum', plus: ['a', 'b'] },
    { id: 'rest', plus: ['a'], minus: ['b'] },
  ]
  const rule = (id: string, of: object) => ({ id, kpi: 'energy_elec_import', window: '1h', above: 1, ...of })
  const alarms = [
    rule('plant', {}),
    rule('sum', { scope: 'device', of: 'sum' }),
    rule('rest', { scope: 'device', of: 'rest' }),
    rule('each', { scope: 'device' }),
  ]
  expect(early({ devices: [{ id: 'a' }, { id: 'b' }], virtual_meters, alarms })).toEqual(['plant', 'sum'])
})

test('a window is judged by the rules of its time; the first configuration of a plant holds before it too', () => {
  const all = new Rules(CATALOGUE)
  const plant = (above: number) => plantOf({ alarms: [{ id: 'r', kpi: 'cycles', window: '1h', above }] })
  all.add({ fromMs: 100, plants: [] })
  all.add({ fromMs: 200, plants: [plant(1)] })
  all.add({ fromMs: 300, plants: [plant(2)] })
  all.add({ fromMs: 400, plants: [plantOf({})] })
  const limitAt = (ms: number) => {
    const rule = all.at('p', ms).byId.get('r')
    return rule?.kind === 'kpi' ? rule.limit : null
  }
  expect([0, 150, 200, 299, 300, 400].map(limitAt)).toEqual([1, 1, 1, 1, 2, null])
  expect(all.goneMs('p', 'r', 0)).toBe(400)
  expect(all.goneMs('p', 'device-silence', 0)).toBeNull()
  expect(all.at('stranger', 300).byId.size).toBe(0)
})
