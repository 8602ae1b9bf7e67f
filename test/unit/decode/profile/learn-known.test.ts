import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { METRICS } from '../../../../src/base/metrics.js'
import { profilesFolder } from '../../../../src/config/config.js'
import { profilesIn } from '../../../../src/config/profile-files.js'
import { knownProfiles } from '../../../../src/decode/profile/learn/known.js'
import { propose } from '../../../../src/decode/profile/learn/propose.js'
import { type Profile, profileOptions } from '../../../../src/decode/profile/profile.js'

/** A profile that is there is named, instead of one being proposed that has its units wrong. */

const profiles = new Map(
  profilesIn([profilesFolder]).flatMap((id): [string, Profile][] => {
    const parsed = profileOptions.safeParse(parse(readFileSync(join(profilesFolder, `${id}.yaml`), 'utf8')))
    return parsed.success ? [[id, parsed.data]] : []
  }),
)
const sample = (topic: string, content: unknown) => ({
  topic,
  payload: typeof content === 'string' ? content : JSON.stringify(content),
  receivedAt: Date.parse('2026-11-24T08:00:05Z'),
})

test('watt-minutes of the first Shelly and Wh of the second are left to their profiles', () => {
  const relay = ['94736', '94800'].map((text) => sample('shellies/shelly-plug-s1/relay/0/energy', text))
  const status = sample('shellyplus1pm-1/status/switch:0', { id: 0, apower: 5, aenergy: { total: 123.585 } })
  const other = sample('acme/7/data', { kW: 3.2 })
  const { known, rest } = knownProfiles([...relay, status, other], profiles)
  expect(known).toEqual([
    { profile: 'shelly/gen1', samples: 2, topics: ['shellies/shelly-plug-s1/relay/0/energy'] },
    { profile: 'shelly/gen2', samples: 1, topics: ['shellyplus1pm-1/status/switch:0'] },
  ])
  expect(rest).toEqual([other])
})

test('topics that begin in another way are known by the rest of them, with what they begin with', () => {
  const { known } = knownProfiles([sample('hall2/shellies/plug-1/relay/0/energy', '94736')], profiles)
  expect(known).toMatchObject([{ profile: 'shelly/gen1', prefix: 'hall2/shellies' }])
})

test('what no profile reads without a rejection is not known', () => {
  const samples = [sample('shellies/a/relay/0/energy', 'on'), sample('x/y', { power: 5 })]
  expect(knownProfiles(samples, profiles)).toEqual({ known: [], rest: samples })
})

test.each([
  ['watts in kW', { kW: 3.2 }, [{ metric: 'elec_import_kw', unit: 'kW' }]],
  ['Wh', { Wh: 12345 }, [{ metric: 'elec_import_kwh', unit: 'Wh' }]],
  ['MWh', { MWh: 5.1 }, [{ metric: 'elec_import_kwh', unit: 'MWh' }]],
  ['a percentage', { power: { value: 45, unit: '%' } }, [{ metric: 'power_value', unit: '%' }]],
  ['production', { pv: { kWh: 5 } }, [{ metric: 'renew_onsite_kwh', unit: 'kWh' }]],
  ['nothing', { energy: 5e6 }, [{ metric: 'energy' }]],
])('a message that says %s is proposed so', (_, content, expected) => {
  const values = propose([sample('acme/7/data', content)], '2026-11-24')!.profile.messages[0]!.values
  expect(values.map(({ metric, unit }) => ({ metric, ...(unit !== undefined && { unit }) }))).toEqual(expected)
})

test('the session of a charger is no register', () => {
  const { profile, asks } = propose([sample('go-eCharger/222819/wh', '2345.6')], '2026-11-24')!
  expect(profile.messages[0]!.values).toMatchObject([{ metric: 'wh', unit: 'Wh' }])
  expect(asks[0]![0]).toContain('one charging session')
})

describe('what the cases of a profile hold', () => {
  const cases = [...profiles].flatMap(([id, { cases }]) => cases.map((one) => ({ id, ...one })))
  const unread = ({ topic, payload, received_at: came, readings }: (typeof cases)[number]) => ({
    topic,
    payload,
    receivedAt: Date.parse(came ?? readings[0]?.ts ?? '2026-11-26T00:00:00Z') + 1000,
  })

  test.each(cases)('leads to $id: $name', (one) => {
    const { known, rest } = knownProfiles([unread(one)], profiles)
    expect(known).toMatchObject([{ profile: one.id, ...(one.prefix === undefined ? {} : { prefix: one.prefix }) }])
    expect(rest).toEqual([])
  })

  // The names that wmbusmeters gives end in their units, which are no guess.
  const unnamed = cases.filter(({ id }) => id !== 'wmbusmeters/meters')
  test.each(unnamed)('has no unit guessed without its profile $id: $name', (one) => {
    const values = propose([unread(one)], '2026-11-24')?.profile.messages.flatMap(({ values }) => values) ?? []
    // None of them writes a unit of energy, power or volume into its messages; a channel `a` of currents reads like ampere, which it is in.
    expect(values.filter(({ at, unit }) => unit !== undefined && at !== 'current_a')).toEqual([])
    expect(values.filter(({ metric }) => METRICS.has(metric))).toEqual([])
  })
})

test('a topic that a profile takes nothing from is known, and proposes no other', () => {
  const { known, rest } = knownProfiles([sample('zigbee2mqtt/z1/energy', '12.05')], profiles)
  expect(known).toEqual([{ profile: 'zigbee2mqtt/plug', samples: 0, understood: 1, topics: ['zigbee2mqtt/z1/energy'] }])
  expect(rest).toEqual([])
})
