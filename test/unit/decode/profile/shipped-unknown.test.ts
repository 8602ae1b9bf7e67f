import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { profilesFolder } from '../../../../src/config/config.js'
import type { DecodeRules } from '../../../../src/decode/decode.js'
import { profilesOptions } from '../../../../src/decode/profile/options.js'
import { decodedBy } from '../../../support/block-decoding.js'

/** Messages of makers whose profiles are there, but that these cannot be sure of: refused or told, and never a wrong figure. */

function decoded(id: string, topic: string, sent: unknown) {
  const defined = { [id]: parse(readFileSync(join(profilesFolder, `${id}.yaml`), 'utf8')) }
  const profiles = profilesOptions.parse({ use: [{ profile: id, plant: 'p', line: 'l' }], defined })
  const rules: DecodeRules = { registered: null, settings: { profiles }, timezones: new Map([['p', 'Europe/Berlin']]) }
  return decodedBy(rules, topic, sent)
}

test('a wireless meter whose driver has other names is refused', () => {
  // Source: https://github.com/wmbusmeters/wmbusmeters/issues/957, as it was published to wmbusmeters/NAME.
  const sent =
    '{"media":"electricity","meter":"c5isf","name":"Licznik_pompa_ciepla","id":"12345678","status":"OK","timestamp":"2023-08-29T20:31:07Z","device":"MAIN","rssi_dbm":0}'
  const { readings, rejected } = decoded('wmbusmeters/meters', 'wmbusmeters/Licznik_pompa_ciepla', sent)
  expect(readings).toEqual([])
  expect(rejected).toEqual([expect.stringMatching(/^bad_profile: .*none of its values is there/)])
})

test('a Growatt with a battery, whose register is not that of the sun, is left and told', () => {
  const values = { pvstatus: 6, pvpowerout: 0, eactotal: 138743, epvtotal: 107934, edischarge1_tot: 67936 }
  const sent = { device: 'NWCPA47006', time: '2023-03-01T21:32:34', buffered: 'no', values }
  const { readings, taken } = decoded('growatt/grott', 'energy/growatt', sent)
  expect(readings).toEqual([])
  expect(taken.ignoredBy).toEqual({ profile: 'growatt/grott', rule: '{prefix}, conditions' })
})

test('an SMA inverter whose clock is written the American way is refused where that can be told', () => {
  const sent = { Timestamp: '11/24/2026 08:00:00', ETotal: 5, PACTot: 1 }
  expect(decoded('sma/sbfspot', 'sbfspot_1', sent).rejected).toEqual([
    expect.stringContaining('the time Timestamp is "11/24/2026 08:00:00", which cannot be read'),
  ])
})

test('a Z-Wave value comes with its time, bare, or is none', () => {
  const topic = 'zwave/Hall/Plug/50/0/value/66049'
  const timed = decoded('zwave-js/ui', topic, { time: Date.UTC(2026, 10, 24, 7), value: 16.61 })
  expect(timed.readings).toMatchObject([{ device: 'hall-plug-0', value: 0.01661, tsAssumed: false }])
  expect(decoded('zwave-js/ui', topic, '16.61').readings).toMatchObject([{ value: 0.01661, tsAssumed: true }])
  expect(decoded('zwave-js/ui', topic, 'null')).toMatchObject({ readings: [], rejected: [] })
  expect(decoded('zwave-js/ui', topic, { value: null })).toMatchObject({ readings: [], rejected: [] })
})

test('of a go-e charger the total of nrg is read', () => {
  const nrg = [230, 231, 229, 0, 10, 10, 10, 2300, 2310, 2290, 0, 6900, 100, 100, 100, 0]
  expect(decoded('go-e/charger', 'go-eCharger/1/nrg', nrg).readings).toMatchObject([
    { metric: 'elec_import_kw', value: 6.9 },
  ])
})

test('registers of Sungrow are one device a serial number', () => {
  const sent = {
    serial_number: 'A1',
    total_power_yields: 4618.1,
    total_active_power: 706,
    timestamp: '2026-11-4 7:0:9',
  }
  expect(decoded('sungrow/sungather', 'SunGather/A1', sent).readings).toMatchObject([
    { device: 'a1', metric: 'renew_onsite_kwh', value: 4618.1, tsAssumed: true },
    { metric: 'renew_onsite_kw', value: 0.706, unit: 'kW' },
  ])
})
