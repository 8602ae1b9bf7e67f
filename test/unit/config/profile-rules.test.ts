import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { formatProblem, loadConfig } from '../../../src/config/config.js'
import { checkProfile } from '../../../src/config/profile-check.js'
import { accepted, refused, tempFile } from '../../support/house-config.js'

const PLANT = 'plants: [{ id: p, name: {}, timezone: Europe/Berlin }]\n'
const using = (use: string) => `${PLANT}profiles: { use: [{ plant: p, line: l, ${use} }] }`

const good = {
  name: { en: 'Meter' },
  source: { url: 'x', date: '2026-01-01' },
  messages: [{ topic: 'acme/{device}', values: [{ metric: 'elec_import_kwh', at: 'e', unit: 'Wh' }] }],
}

/** A configuration file that uses an own profile acme/meter, which says this. */
function withOwn(profile: unknown, more = ''): string {
  const file = tempFile(
    'greengauge.yaml',
    `${PLANT}profiles: { dir: ./own, use: [{ profile: acme/meter, plant: p, line: l ${more} }] }`,
  )
  mkdirSync(join(dirname(file), 'own', 'acme'), { recursive: true })
  writeFileSync(own(file), typeof profile === 'string' ? profile : stringify(profile))
  return file
}
const own = (file: string) => join(dirname(file), 'own', 'acme', 'meter.yaml')
/** Watched with every configuration, in the data directory beside it. */
const REGISTRY = ['devices.json', 'access/people.json', 'access/credentials.json'].map((name): string =>
  expect.stringMatching(`^/.*/greengauge-config-\\w+/data/${name}$`),
)

function load(file: string) {
  return loadConfig({ file, env: {}, flags: {} })
}

/** Problems of a wrong profile as text, with paths from the folder `own` on. */
function saidOf(profile: unknown): string[] {
  const file = withOwn(profile)
  const loaded = load(file)
  if (!('problems' in loaded)) throw new Error('accepted although a refusal was expected')
  return loaded.problems.map((problem) => formatProblem(problem).replaceAll(join(dirname(file), 'own'), 'own'))
}

test('a profile that comes with the program is found by its name, and is part of what the journal keeps', () => {
  const { content, config, files } = accepted({ yaml: using('profile: tasmota/energy') })
  const kept = JSON.parse(content).profiles.defined['tasmota/energy']
  expect(kept.messages[0]).toMatchObject({ topic: '{prefix}/{device}/SENSOR', time: { at: 'Time', format: 'local' } })
  expect(kept).toMatchObject({ cases: [] })
  expect(kept.notes).toBeUndefined()
  expect(config.profiles.defined['tasmota/energy']!.cases.length).toBeGreaterThan(0)
  expect(files).toEqual([expect.stringMatching(/devices\/tasmota\/energy\.yaml$/), ...REGISTRY])
})

test('a device whose name looks like a secret is no secret', () => {
  const { content } = accepted({ yaml: using('profile: tasmota/energy, devices: { lab_token: m-1 }') })
  expect(JSON.parse(content).profiles.use[0].devices).toEqual({ lab_token: 'm-1' })
})

test('an own profile goes before one of the program, and another content is another configuration', () => {
  const file = withOwn(good)
  const before = load(file)
  if ('problems' in before) throw new Error(formatProblem(before.problems[0]!))
  expect(before.files).toEqual([own(file), expect.stringMatching(/devices\/acme\/meter\.yaml$/), ...REGISTRY])
  writeFileSync(own(file), stringify({ ...good, prefix: 'x' }))
  const after = load(file)
  if ('problems' in after) throw new Error(formatProblem(after.problems[0]!))
  expect(after.hash).not.toBe(before.hash)
})

test('a profile may be written in the configuration itself', () => {
  const yaml = `${PLANT}${stringify({ profiles: { use: [{ profile: 'acme/meter', plant: 'p', line: 'l' }], defined: { 'acme/meter': good } } })}`
  expect(accepted({ yaml })).toMatchObject({ files: REGISTRY, warnings: [] })
})

describe('a use that is wrong is refused with path, value and remedy', () => {
  const first = (use: string) => formatProblem(refused({ yaml: using(use) })[0]!).replace(/^.*?yaml:\d+: /, '')

  test.each([
    [
      'profile: tasmota/enegry',
      'profiles.use[0].profile = "tasmota/enegry" is no profile; did you mean tasmota/energy?',
    ],
    [
      'profile: ../../etc/passwd',
      'profiles.use[0].profile = "../../etc/passwd" is not allowed; a profile is maker/model',
    ],
    [
      'profile: demo/greengauge',
      'profiles.use[0].profile = "demo/greengauge" is not allowed; a profile is maker/model',
    ],
    ['profile: tasmota/energy, prefx: t', 'profiles.use[0].prefx = "t" is not a setting; did you mean prefix?'],
    ["profile: tasmota/energy, prefix: 'a/#'", 'profiles.use[0].prefix = "a/#" is not allowed; levels of a topic'],
    ['profile: tasmota/energy, devices: { a: B }', 'profiles.use[0].devices.a = "B"'],
    [
      'profile: tasmota/energy, metrics: { elec_submeter_kwh: ng_volume_nm3 }',
      'profiles.use[0].metrics.elec_submeter_kwh = "ng_volume_nm3" cannot be; ng_volume_nm3 takes Nm3',
    ],
    [
      'profile: tasmota/energy, devices: { a: { id: a, metrics: { elec_import_kw: { metric: elec_import_kw, unit: kWh } } } }',
      'profiles.use[0].devices.a.metrics.elec_import_kw = (a map) cannot be; elec_import_kw takes kW, W, MW; "kWh" came',
    ],
  ])('%s', (use, said) => expect(first(use)).toContain(said))

  test('a plant that is not there has no zone', () => {
    const yaml = `${PLANT}profiles: { use: [{ profile: tasmota/energy, plant: q, line: l }] }`
    expect(formatProblem(refused({ yaml })[0]!)).toContain(
      'profiles.use[0].plant = "q" is not among the plants; did you mean p?',
    )
  })

  test('a metric that the profile does not have is a slip that does not stop the start', () => {
    const { warnings } = accepted({
      yaml: using('profile: tasmota/energy, metrics: { elec_submetr_kwh: elec_import_kwh }'),
    })
    expect(warnings.map(formatProblem)).toEqual([
      expect.stringContaining(
        'profiles.use[0].metrics.elec_submetr_kwh = "elec_import_kwh" is no metric of tasmota/energy; did you mean elec_submeter_kwh?',
      ),
    ])
  })
})

describe('a profile that is wrong is refused with file, line, path, value and remedy', () => {
  const message = good.messages[0]!
  const value = message.values[0]!
  const withMessage = (more: object) => ({ ...good, messages: [{ ...message, ...more }] })
  const withValue = (more: object) => withMessage({ values: [{ ...value, ...more }] })
  const at = 'profiles.defined.acme/meter.'

  test.each([
    ['no YAML', 'a: [', 'own/acme/meter.yaml:1: is not YAML'],
    ['a list', '- a', 'own/acme/meter.yaml: is not a map of settings'],
    ['no messages', { ...good, messages: [] }, `${at}messages = (a list of 0) is too small; give at least 1`],
    ['no source', { ...good, source: undefined }, `${at}source is missing; add it`],
    ['another key', { ...good, mesages: [] }, `${at}mesages = (a list of 0) is not a setting; did you mean messages?`],
    [
      'a wrong topic',
      withMessage({ topic: 'a/{device}{x}' }),
      `${at}messages[0].topic = "a/{device}{x}" is not allowed; the level`,
    ],
    ['a name that is nowhere', withMessage({ topic: 'a/{meter}' }), `${at}messages[0].device is missing`],
    [
      'another name for the device',
      withMessage({ device: '{x}' }),
      `${at}messages[0].device = "{x}" is not allowed; {x} is in neither topic nor each; there are {device}`,
    ],
    ['a prefix that is not said', withMessage({ topic: '{prefix}/{device}' }), `${at}prefix is missing`],
    [
      'a wrong path',
      withValue({ at: 'a..b' }),
      `${at}messages[0].values[0].at = "a..b" is not allowed; a path is written like`,
    ],
    [
      'a path of many for a time',
      withMessage({ time: { at: 'a.*', format: 'local' } }),
      `${at}messages[0].time.at = "a.*" is not allowed; it goes to one place`,
    ],
    [
      'a time format',
      withMessage({ time: { at: 'a', format: 'epoch' } }),
      `${at}messages[0].time.format = "epoch" is not allowed; rfc3339, epoch_s, epoch_ms, local, or a pattern of YYYY`,
    ],
    [
      'a pattern of a time with two years',
      withMessage({ time: { at: 'a', format: 'YYYYMMDDhhmmYY' } }),
      `${at}messages[0].time.format = "YYYYMMDDhhmmYY" is not allowed; it has one year, YYYY or YY`,
    ],
    [
      'a register that is split by its sign',
      withMessage({ values: [{ metric: 'elec_import_kwh', at: 'a', split_sign: 'elec_export_kwh' }] }),
      'only a level can be split',
    ],
    [
      'a part below 0 in a unit that it does not take',
      withMessage({ values: [{ metric: 'p_kw', class: 'energy', at: 'a', unit: 'VA', split_sign: 'elec_export_kw' }] }),
      `split_sign = "elec_export_kw" is not allowed; elec_export_kw takes kW, W, MW`,
    ],
    [
      'a zone',
      withMessage({ time: { at: 'a', format: 'local', zone: 'CET+1' } }),
      `${at}messages[0].time.zone = "CET+1" is not allowed; an IANA zone`,
    ],
    [
      'a unit that cannot become the metric',
      withValue({ unit: 'm3' }),
      `${at}messages[0].values[0].unit = "m3" is not allowed; elec_import_kwh takes kWh, Wh`,
    ],
    [
      'a counter said to be a level',
      withValue({ kind: 'gauge' }),
      `${at}messages[0].values[0].kind = "gauge" is not allowed; elec_import_kwh is a counter`,
    ],
    [
      'another class',
      withValue({ class: 'robot' }),
      `${at}messages[0].values[0].class = "robot" is not allowed; elec_import_kwh belongs to energy`,
    ],
    ['no class of an own metric', withValue({ metric: 'own' }), `${at}messages[0].values[0].class is missing`],
    [
      'two places for one value',
      withValue({ sum: ['a'] }),
      `${at}messages[0].values[0].sum = (a list of 1) is not allowed; give either at or sum`,
    ],
    ['no place in JSON', withValue({ at: undefined }), `${at}messages[0].values[0].at is missing`],
    [
      'a place in a number',
      withMessage({ format: 'number' }),
      `${at}messages[0].values[0].at = "e" is not allowed; a payload that is a number has no paths`,
    ],
    [
      'a factor of nothing',
      withValue({ factor: 0 }),
      `${at}messages[0].values[0].factor = 0 is not allowed; another number than 0`,
    ],
    [
      'values and a status',
      withMessage({ status: { online: ['a'], offline: ['b'] } }),
      `${at}messages[0].values = (a list of 1) is not allowed; a message says either values or a status`,
    ],
    [
      'a metric of a name that is nowhere',
      withValue({ metric: '{x}', class: 'energy' }),
      `${at}messages[0].values[0].metric = "{x}" is not allowed; {x} is in neither topic, each nor at`,
    ],
  ])('%s', (_what, profile, said) => {
    const [first] = saidOf(profile)
    expect(first).toContain(said)
    expect(first).toMatch(/^own\/acme\/meter\.yaml(:\d+)?: .+; .+/)
  })

  test('in the line where it stands', () => {
    const text = stringify(withValue({ unit: 'm3' }))
    const line = text.split('\n').findIndex((one) => one.includes('unit:')) + 1
    expect(saidOf(text)[0]).toMatch(new RegExp(`^own/acme/meter\\.yaml:${line}: `))
  })

  test('a file that is far too large is not read', () => {
    expect(saidOf(`# ${'x'.repeat(300_000)}`)[0]).toContain(
      'own/acme/meter.yaml: has 300002 bytes; give at most 262144',
    )
  })

  test('a case that fails is said by profile check, with its line', () => {
    const readings = [{ device: 'a', metric: 'elec_import_kwh', value: 2 }]
    const failing = { name: 'one', source: 'x', topic: 'acme/a', payload: '{"e":1000}', readings }
    const file = own(withOwn({ ...good, cases: [failing] }))
    const checked = checkProfile(file)
    const said = 'problems' in checked ? checked.problems.map(formatProblem) : []
    expect(said).toEqual([
      expect.stringMatching(
        /meter\.yaml:\d+: cases\[0\] = "one" fails: reading 0 is a elec_import_kwh = 1 kWh .* expected is a elec_import_kwh = 2 kWh/,
      ),
    ])
  })
})

test('a change of profiles takes effect without a start', async () => {
  const { waitingForRestart } = await import('../../../src/config/changes.js')
  expect(waitingForRestart(['profiles.use', 'profiles.defined.tasmota/energy.messages', 'http.port'])).toEqual([
    'http.port',
  ])
})
