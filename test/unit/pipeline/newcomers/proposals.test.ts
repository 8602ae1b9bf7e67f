import { describe, expect, test } from 'vitest'
import type { MetricClass } from '../../../../src/base/metrics.js'
import { plantOptions } from '../../../../src/base/plant.js'
import { behaviourOf, periodOf } from '../../../../src/pipeline/newcomers/behaviour.js'
import { proposeDevice, type SenderFacts, type SentSeries } from '../../../../src/pipeline/newcomers/propose-device.js'
import { roleOf } from '../../../../src/pipeline/newcomers/role.js'

const FROM = Date.parse('2026-11-24T08:00:00Z')
const every = (seconds: number, count: number) => Array.from({ length: count }, (_, i) => FROM + i * seconds * 1000)
const codes = (reasons: readonly { readonly code: string }[]) => reasons.map(({ code }) => code)

describe('the values of a series tell how they go in time', () => {
  test.each([
    ['a register that only grows', [1, 2, 2, 3], true, 'cumulative', 'only_grew'],
    ['a register that begins again', [90, 95, 99, 0, 3, 9, 20, 30], true, 'resets', 'fell_to_start'],
    ['amounts per interval under the name of a register', [3, 2, 4, 3, 5], true, 'per_interval', 'per_interval'],
    ['a level', [3, 2, 4, 3], false, 'gauge', 'up_and_down'],
    ['a level that happens to rise', [1, 2, 3, 4], false, null, 'only_grew'],
    ['a switch', [0, 1, 1, 0], false, 'switch', 'zero_or_one'],
    ['a word', ['IDLE', 'RUN'], false, 'state', 'words'],
    ['values that stand still', [5, 5, 5, 5], true, null, 'never_changed'],
    ['three values', [1, 2, 3], true, null, 'few_values'],
    ['no value', [], true, null, 'few_values'],
  ])('%s', (_, values, isCounter, behaviour, code) => {
    const found = behaviourOf({ ts: every(10, values.length), values }, isCounter)
    expect(found.value).toBe(behaviour)
    expect(codes(found.reasons)).toEqual([code])
  })

  test.each([
    ['ten seconds', every(10, 8), 10],
    ['nearly a quarter of an hour, by a clock that is not exact', every(903, 8), 900],
    ['a period that nobody uses', every(47, 8), 47],
    ['two values at one instant', [FROM, ...every(10, 8)], 10],
    ['four readings', every(10, 4), null],
    ['sent on change', [0, 1, 90, 91, 400, 402, 900].map((s) => FROM + s * 1000), null],
  ])('a period: %s', (_, ts, period) => {
    expect(periodOf({ ts, values: ts.map(() => 1) }).value).toBe(period)
  })
})

describe('what a device sends tells its role', () => {
  const plant = (...devices: object[]) =>
    plantOptions.parse({ id: 'p', name: {}, timezone: 'UTC', lines: [{ id: 'l' }], devices })
  const sent = (kind: MetricClass, ...metrics: string[]) => metrics.map((metric) => ({ metric, class: kind }))

  test.each([
    ['so2_mgm3', sent('emissions', 'so2_mgm3', 'o2_pct'), 'stack'],
    ['state as a robot', sent('robot', 'state', 'parts_total'), 'robot'],
    ['state as a machine', sent('production', 'state'), 'machine'],
    ['a submeter', sent('energy', 'elec_submeter_kwh', 'elec_import_kw'), 'sub'],
    ['generation', sent('energy', 'renew_onsite_kwh'), 'pv'],
    ['gas', sent('energy', 'ng_volume_nm3'), null],
    ['what nobody knows', sent('energy', 'soc'), null],
    ['nothing', [], null],
  ])('%s', (_, metrics, role) => expect(roleOf('d-1', metrics, plant(), null).value).toBe(role))

  test('import is that of the grid or behind it, which the plant tells', () => {
    const meter = sent('energy', 'elec_import_kwh')
    expect(roleOf('m-7', meter, plant({ id: 'main-1', role: 'main' }), null)).toEqual({
      value: 'sub',
      reasons: [{ code: 'behind_main', values: { main: 'main-1' } }],
    })
    expect(roleOf('m-7', meter, plant(), null)).toMatchObject({ value: null, reasons: [{ code: 'which_is_main' }] })
  })
})

describe('a proposal', () => {
  const facts: Omit<SenderFacts, 'series'> = {
    plant: 'p',
    line: 'press',
    device: 'm-7',
    since: null,
    last_seen: null,
    messages: 12,
    readings: 24,
    elements_rejected: 0,
    rate_per_min: 6,
    client: 'm-7',
    ignored: null,
    metrics_more: 0,
  }
  const series = (metric: string, unit: string, values: readonly number[]): SentSeries => ({
    metric,
    class: 'energy',
    unit,
    ts: every(60, values.length),
    values,
  })
  const plant = plantOptions.parse({
    id: 'p',
    name: {},
    timezone: 'UTC',
    lines: [{ id: 'press' }],
    devices: [{ id: 'main-1', role: 'main' }],
  })

  test('says role, line, metric, behaviour and period, each with its reason', () => {
    const { proposal, metrics, doubts } = proposeDevice(
      { ...facts, series: [series('elec_import_kwh', 'kWh', [1, 2, 3, 4, 5, 6])] },
      plant,
    )
    expect(proposal).toMatchObject({
      role: { value: 'sub' },
      line: { value: 'press', reasons: [{ code: 'line_of_topic' }] },
      adoptable: true,
    })
    expect(metrics).toMatchObject([
      {
        metric: 'elec_import_kwh',
        last: 6,
        values: 6,
        taken_as: { value: 'elec_import_kwh', reasons: [{ code: 'in_table' }] },
        behaviour: { value: 'cumulative' },
        period_s: { value: 60 },
      },
    ])
    expect(doubts).toEqual([])
  })

  test('an unknown metric takes no part, whatever it may be meant for', () => {
    const { metrics } = proposeDevice(
      { ...facts, series: [series('total_kwh', 'kWh', []), series('shoe', '', []), series('energy', '', [])] },
      plant,
    )
    expect(metrics.map(({ taken_as }) => taken_as)).toEqual([
      { value: null, reasons: [{ code: 'send_as', values: { metric: 'elec_import_kwh', sent: 'total_kwh' } }] },
      { value: null, reasons: [{ code: 'takes_no_part', values: {} }] },
      // No unit, so none is guessed.
      { value: null, reasons: [{ code: 'takes_no_part', values: {} }] },
    ])
  })

  test('a register of Wh that is called kWh does not fit the power beside it', () => {
    const energy = [0, 1000, 2000, 3000, 4000, 5000].map((wh) => wh)
    const power = energy.map(() => 60)
    const doubtsOf = (values: readonly number[]) =>
      proposeDevice(
        { ...facts, series: [series('elec_import_kwh', 'kWh', values), series('elec_import_kw', 'kW', power)] },
        plant,
      ).doubts
    expect(doubtsOf(energy)).toEqual([
      { code: 'power_disagrees', values: { energy: 'elec_import_kwh', power: 'elec_import_kw', times: 1000 } },
    ])
    expect(doubtsOf(energy.map((wh) => wh / 1000))).toEqual([])
  })

  test('a line and a plant that are not there yet are said', () => {
    const { proposal, doubts } = proposeDevice({ ...facts, line: 'new', series: [] }, null, null)
    expect(proposal.adoptable).toBe(false)
    expect(proposal.line.reasons).toEqual([{ code: 'line_not_there', values: { line: 'new' } }])
    expect(codes(doubts)).toEqual(['plant_not_there'])
  })
})
