import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { profilesFolder } from '../../../../src/config/config.js'
import type { DecodeRules } from '../../../../src/decode/decode.js'
import { profilesOptions } from '../../../../src/decode/profile/options.js'
import { decodedBy } from '../../../support/block-decoding.js'

/** Shipped profiles beside each other: what one has no use for is for the other, in whichever order they stand. */

const shipped = (id: string) => parse(readFileSync(join(profilesFolder, `${id}.yaml`), 'utf8')) as object
function rulesOf(ids: readonly string[], own: Readonly<Record<string, object>> = {}): DecodeRules {
  const profiles = profilesOptions.parse({
    use: ids.map((profile) => ({ profile, plant: 'p', line: 'l' })),
    defined: Object.fromEntries(ids.map((id) => [id, own[id] ?? shipped(id)])),
  })
  return { registered: null, settings: { profiles }, timezones: new Map([['p', 'UTC']]) }
}
const bothOrders = (a: string, b: string) => [
  [a, b],
  [b, a],
]

describe.each(bothOrders('shelly/gen1', 'shelly/gen2'))('%s before %s', (...ids: string[]) => {
  const rules = rulesOf(ids)

  test('a Gen2 device under the topic prefix of Gen1 is read', () => {
    const sent = { id: 0, apower: 11.5, aenergy: { total: 152669.987 } }
    const { readings, taken } = decodedBy(rules, 'shellies/plug-1/status/switch:0', sent)
    expect(readings.map(({ device, metric }) => [device, metric])).toEqual([
      ['shellies-plug-1-switch-0', 'elec_submeter_kwh'],
      ['shellies-plug-1-switch-0', 'elec_import_kw'],
    ])
    expect(taken.ignoredBy).toBeNull()
  })

  test('a Gen1 register is read', () => {
    const { readings } = decodedBy(rules, 'shellies/em-1/emeter/0/total', '64541.0')
    expect(readings).toMatchObject([{ device: 'em-1-emeter-0', value: 64.541 }])
  })
})

describe.each(bothOrders('victron/gx', 'victron/gx-system'))('%s before %s', (...ids: string[]) => {
  const rules = rulesOf(ids)

  test('the power at the grid that the system sums up is read, feeding in too', () => {
    const { readings } = decodedBy(rules, 'N/e0ff50a097c0/system/0/Ac/Grid/L1/Power', { value: -120 })
    expect(readings.map(({ device, metric, value }) => [device, metric, value])).toEqual([
      ['e0ff50a097c0-system-0-grid-l1', 'elec_import_kw', 0],
      ['e0ff50a097c0-system-0-grid-l1', 'elec_export_kw', 0.12],
    ])
  })

  test('what neither takes is told with the rule', () => {
    const { taken } = decodedBy(rules, 'N/e0ff50a097c0/battery/512/Soc', { value: 50 })
    expect(taken.ignoredBy).toEqual({ profile: 'victron/gx', rule: '{prefix}/{portal}/#' })
  })
})

test('a question to a Shelly is no answer: it is ignored, and told', () => {
  const asked = { id: 1, src: 'me', method: 'Shelly.GetStatus' }
  const { taken } = decodedBy(rulesOf(['shelly/gen2']), 'shellyplus1pm-1/rpc', asked)
  expect(taken.ignoredBy).toEqual({ profile: 'shelly/gen2', rule: '{asker*}/rpc, conditions' })
})

test('a Tasmota read head whose map has no name is refused while its clock was not set, and read after that', () => {
  const rules = rulesOf(['tasmota/energy'])
  const answer = (Time: string) => ({ StatusSNS: { Time, '': { Total_in: 2173.5, Power_curr: -136.39 } } })
  const before = decodedBy(rules, 'stat/head/STATUS10', answer('1970-06-11T05:35:26'))
  expect(before).toMatchObject({ readings: [], rejected: [expect.stringMatching(/^ts_too_old: /)] })
  const { readings } = decodedBy(rules, 'stat/head/STATUS10', answer('2026-11-24T07:59:00'))
  expect(readings.map(({ metric, value }) => [metric, value])).toEqual([
    ['elec_import_kwh', 2173.5],
    ['elec_import_kw', 0],
    ['elec_export_kw', expect.closeTo(0.13639, 12)],
  ])
})

describe('tasmota/energy', () => {
  const about = { name: { en: 'Own' }, source: { url: 'x', date: '2026-01-01' } }
  const climate = {
    ...about,
    messages: [
      {
        topic: 'tele/{device}/SENSOR',
        partial: true,
        values: [{ metric: 'room_c', class: 'energy', at: 'AM2301.Temperature', unit: 'C' }],
      },
    ],
  }

  test.each(bothOrders('tasmota/energy', 'own/climate'))(
    '%s before %s: each takes what it names',
    (...ids: string[]) => {
      const rules = rulesOf(ids, { 'own/climate': climate })
      const time = { Time: '2026-11-24T07:59:00' }
      const room = decodedBy(rules, 'tele/a/SENSOR', { ...time, AM2301: { Temperature: 20.5 } })
      expect(room.readings).toMatchObject([{ metric: 'room_c', value: 20.5 }])
      // One that says only what has changed, and has nothing, leaves it to the next.
      const meter = decodedBy(rules, 'tele/a/SENSOR', { ...time, ENERGY: { Total: 1.5, Power: 20 } })
      expect(meter.readings.map(({ metric }) => metric)).toEqual(['elec_submeter_kwh', 'elec_import_kw'])
      // One that is in order and says nothing to either is no fault.
      expect(decodedBy(rules, 'tele/a/SENSOR', time)).toMatchObject({ readings: [], rejected: [] })
    },
  )
})
