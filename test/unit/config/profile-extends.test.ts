import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { formatProblem, loadConfig } from '../../../src/config/config.js'
import { checkProfile } from '../../../src/config/profile-check.js'
import { tempFile } from '../../support/house-config.js'

/** Own profiles by maker/model beside a configuration that uses the first, and perhaps defines others itself. */
function withOwn(profiles: Readonly<Record<string, object>>, defined: object = {}) {
  const use = [{ profile: Object.keys(profiles)[0] ?? Object.keys(defined)[0], plant: 'p', line: 'l' }]
  const plants = [{ id: 'p', name: {}, timezone: 'Europe/Berlin' }]
  const file = tempFile('greengauge.yaml', stringify({ plants, profiles: { dir: './own', use, defined } }))
  const own = join(dirname(file), 'own')
  for (const [id, profile] of Object.entries(profiles)) {
    mkdirSync(join(own, dirname(id)), { recursive: true })
    writeFileSync(join(own, `${id}.yaml`), stringify(profile))
  }
  return { file, own }
}
function loaded(profiles: Readonly<Record<string, object>>, defined?: object) {
  const { file } = withOwn(profiles, defined)
  const result = loadConfig({ file, env: {}, flags: {} })
  if ('problems' in result) throw new Error(result.problems.map(formatProblem).join('\n'))
  return result
}
function problemsOf(profiles: Readonly<Record<string, object>>, defined?: object): readonly string[] {
  const { file, own } = withOwn(profiles, defined)
  const result = loadConfig({ file, env: {}, flags: {} })
  if (!('problems' in result)) throw new Error('accepted although a refusal was expected')
  return result.problems.map((one) => formatProblem(one).replaceAll(own, 'own').replaceAll(file, 'greengauge.yaml'))
}

const base = {
  name: { en: 'Meter' },
  source: { url: 'x', date: '2026-01-01' },
  prefix: 'acme',
  messages: [
    {
      topic: '{prefix}/{device}',
      values: [
        { metric: 'elec_import_kwh', at: 'e', unit: 'Wh' },
        { metric: 'elec_import_kw', sum: ['a', 'b'], unit: 'W' },
      ],
    },
    { topic: '{prefix}/{device}/lwt', format: 'text', status: { online: ['1'], offline: ['0'] } },
  ],
  ignored: ['{prefix}/log'],
}

describe('a profile that extends another', () => {
  test('adds values, messages and ignored topics, changes what it says again, and has all the rest', () => {
    const own = {
      extends: 'acme/meter',
      name: { en: 'Large meter' },
      messages: [
        {
          topic: '{prefix}/{device}',
          time: { at: 't', format: 'epoch_s' },
          values: [
            { metric: 'elec_import_kw', at: 'p', unit: 'kW' },
            { metric: 'elec_export_kwh', at: 'x', unit: 'Wh' },
          ],
        },
        { topic: '{prefix}/{device}/more', values: [{ metric: 'water_fresh_m3', at: 'w' }] },
      ],
      ignored: ['{prefix}/log', '{prefix}/debug'],
    }
    const { config, content, files } = loaded({ 'acme/large': own, 'acme/meter': base })
    const profile = config.profiles.defined['acme/large']!
    expect(profile).toMatchObject({ name: { en: 'Large meter' }, prefix: 'acme', source: { url: 'x' }, cases: [] })
    expect(profile.messages).toMatchObject([
      {
        topic: '{prefix}/{device}',
        time: { format: 'epoch_s' },
        values: [
          { metric: 'elec_import_kwh', at: 'e', unit: 'Wh' },
          { metric: 'elec_import_kw', at: 'p', unit: 'kW' },
          { metric: 'elec_export_kwh', at: 'x' },
        ],
      },
      { topic: '{prefix}/{device}/lwt', status: { online: ['1'] } },
      { topic: '{prefix}/{device}/more' },
    ])
    expect(profile.messages[0]!.values[1]!.sum).toBeUndefined()
    expect(profile.ignored).toEqual(['{prefix}/log', '{prefix}/debug'])
    // The journal keeps it written out: a base that changes later decodes nothing of before.
    expect(JSON.parse(content).profiles.defined['acme/large'].extends).toBeUndefined()
    expect(files).toEqual(expect.arrayContaining([expect.stringMatching(/own\/acme\/meter\.yaml$/)]))
  })

  test('may be an own one of the name of the one that comes with the program', () => {
    const values = [{ metric: 'today_kwh', class: 'energy', sum: ['ENERGY.Today'], unit: 'kWh' }]
    const when = [{ at: 'ENERGY' }]
    const messages = [{ topic: '{prefix}/{device}/SENSOR', when, values }]
    const { config } = loaded({ 'tasmota/energy': { extends: 'tasmota/energy', messages } })
    const profile = config.profiles.defined['tasmota/energy']!
    expect(profile.messages.length).toBeGreaterThan(4)
    expect(profile.messages[0]!.values.map(({ metric }) => metric)).toContain('today_kwh')
    // Conditions tell kinds of one topic apart: the others have nothing more than before.
    expect(profile.messages.filter(({ values: all }) => all.some(({ metric }) => metric === 'today_kwh'))).toHaveLength(
      1,
    )
  })

  test('may stand in the configuration, and so may the one that it extends', () => {
    const { config } = loaded({}, { 'acme/a': { extends: 'acme/b', prefix: 'other' }, 'acme/b': base })
    expect(config.profiles.defined['acme/a']).toMatchObject({ prefix: 'other', messages: base.messages })
  })

  test('is checked by its file alone, with its cases', () => {
    const one = { name: 'one', source: 'https://x', topic: 'acme/m', payload: '{"e":5,"a":1,"b":2}' }
    const readings = [
      { device: 'm', metric: 'elec_import_kwh', value: 0.005 },
      { device: 'm', metric: 'elec_import_kw', value: 0.003 },
    ]
    const { own } = withOwn({
      'acme/large': { extends: 'acme/meter', cases: [{ ...one, readings }] },
      'acme/meter': { ...base, cases: [{ ...one, readings: [] }] },
    })
    expect(checkProfile(join(own, 'acme/large.yaml'))).toMatchObject({ profile: { cases: [{}] } })
  })
})

describe('what is wrong is said with the line and what to do', () => {
  test.each([
    ['a base that is not there', { extends: 'tasmota/enrgy' }, 'is no profile; did you mean tasmota/energy?'],
    ['no name of a profile', { extends: 'tasmota' }, 'is no name of a profile'],
    ['itself', { extends: 'acme/a' }, 'is the profile itself, and no later folder has another'],
    ['a map of registers', { extends: 'eastron/sdm630' }, 'is a map of registers'],
  ])('%s', (_, profile, said) => {
    const [first, ...more] = problemsOf({ 'acme/a': profile })
    expect(first).toContain('own/acme/a.yaml:1: profiles.defined.acme/a.extends = ')
    expect(first).toContain(said)
    expect(more).toEqual([])
  })

  test('a circle', () => {
    const round = { 'acme/a': { extends: 'acme/b' }, 'acme/b': { extends: 'acme/c' }, 'acme/c': { extends: 'acme/a' } }
    expect(problemsOf(round)).toEqual([
      expect.stringContaining('goes round in a circle: acme/a extends acme/b extends acme/c extends acme/a'),
    ])
  })

  test('more than eight in a row', () => {
    const row = Array.from({ length: 10 }, (_, i) => [`acme/p${i}`, i === 9 ? base : { extends: `acme/p${i + 1}` }])
    expect(problemsOf(Object.fromEntries(row))).toEqual([expect.stringContaining('is one of more than 8 in a row')])
  })

  test('a value that is wrong, in the file that says it', () => {
    const values = [
      { metric: 'elec_import_kwh', at: 'e', unit: 'W' },
      { metric: 'elec_export_kwh', at: 'x', unit: 'W' },
    ]
    const own = { extends: 'acme/meter', messages: [{ topic: '{prefix}/{device}', values }] }
    const said = problemsOf({ 'acme/a': own, 'acme/meter': base })
    expect(said).toHaveLength(2)
    expect(said[0]).toMatch(/^own\/acme\/a\.yaml:7: profiles\.defined\.acme\/a\.messages\[0\]\.values\[0\]\.unit = "W"/)
    expect(said[1]).toMatch(
      /^own\/acme\/a\.yaml:10: profiles\.defined\.acme\/a\.messages\[0\]\.values\[2\]\.unit = "W"/,
    )
    const broken = { ...base, messages: [{ ...base.messages[0], format: 'xml' }] }
    expect(problemsOf({ 'acme/a': { extends: 'acme/meter' }, 'acme/meter': broken })[0]).toMatch(
      /^own\/acme\/meter\.yaml:/,
    )
  })
})
