import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { formatProblem, loadConfig } from '../../../src/config/config.js'

const MN = '010000A8900016F000169DC0'
const CITY = `id: city, host: h, port: 9010, password_file: /pw, stacks: [{ id: boiler-1, mn: ${MN} }]`

function load(authorities: string, timezone = 'Asia/Shanghai') {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-'))
  try {
    const file = join(dir, 'greengauge.yaml')
    const plant = `id: p, name: {}, timezone: ${timezone}, devices: [{ id: boiler-1 }, { id: boiler-2 }]`
    writeFileSync(file, `plants: [{ ${plant}, authorities: [${authorities}] }]\n`)
    return loadConfig({ file, env: {}, flags: {} })
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** All that is wrong, without the file and line. */
function wrong(authorities: string, timezone?: string): string[] {
  const loaded = load(authorities, timezone)
  if (!('problems' in loaded)) return []
  return loaded.problems.map((problem) =>
    formatProblem({ ...problem, where: '' }).replaceAll('plants[0].authorities', ''),
  )
}

test.each([
  [`{ ${CITY} }`, []],
  [
    `{ ${CITY.replace('boiler-1', 'boiler-l')} }`,
    ['[0].stacks[0].id = "boiler-l" is not among the devices of p; did you mean boiler-1?'],
  ],
  [
    `{ ${CITY.replace('password_file: /pw, ', '')} }`,
    ['[0].password is missing; add it, or password_file, the name of a file that holds it'],
  ],
  [
    `{ ${CITY}, password: "123456" }`,
    ['[0].password = (secret) is given twice, here and by password_file; take the one out that stands in this file'],
  ],
  [
    `{ ${CITY} }, { ${CITY} }`,
    ['[1].id = "city" is already used at [0].id; authority ids are unique in plant p: rename one of the two'],
  ],
  [
    `{ ${CITY.replace('}]', `}, { id: boiler-2, mn: ${MN} }]`)} }`,
    [
      `[0].stacks[1].mn = "${MN}" is already used at [0].stacks[0].mn; each stack has one MN at an authority, and each MN one stack`,
    ],
  ],
])('%s', (authorities, expected) => {
  expect(wrong(authorities)).toEqual(expected)
})

test('hours and days that are not those of China can be told to nobody', () => {
  expect(wrong(`{ ${CITY} }`, 'Asia/Kolkata')).toEqual([
    'plants[0].timezone = "Asia/Kolkata" is not the time of China, in which the days of HJ 212 are counted; set it to Asia/Shanghai, or take authorities out',
  ])
  expect(wrong(`{ ${CITY} }`, 'PRC')).toEqual([])
})

test.each([
  ['edition: 2016', '[0].edition'],
  ['minute_min: 7', '[0].minute_min'],
  ['password: "1;CP=&&"', '[0].password'],
  ['st: 31', '[0].st'],
  ['send: [hours]', 'did you mean hour?'],
])('%s is refused with its place', (setting, said) => {
  const of = setting.startsWith('password') ? CITY.replace('password_file: /pw, ', '') : CITY
  const lines = wrong(`{ ${of}, ${setting} }`)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain(said)
  expect(lines[0]).not.toContain('CP=')
})

test('an MN of another length than the edition has, and a certificate without TLS, are doubted', () => {
  const loaded = load(`{ ${CITY.replace(MN, '"88888880000001"')}, ca_file: /ca.pem }`)
  const lines = 'problems' in loaded ? [] : loaded.warnings.map(formatProblem)
  expect(lines).toEqual([
    expect.stringContaining('has 14 characters; an MN of 2017 has 24'),
    expect.stringContaining('is for TLS, which is off; set tls: true, or remove it'),
  ])
})

test('a password is kept as a secret: not in what the journal gets', () => {
  const loaded = load(`{ ${CITY.replace('password_file: /pw', 'password: pw-778')} }`)
  const content = 'problems' in loaded ? '' : loaded.content
  expect(content).toContain('"password":"(secret)"')
  expect(content).not.toContain('pw-778')
})
