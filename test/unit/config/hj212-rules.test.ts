import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadConfig } from '../../../src/config/config.js'

function load(yaml: string) {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-'))
  try {
    const file = join(dir, 'greengauge.yaml')
    writeFileSync(file, yaml)
    return loadConfig({ file, env: {}, flags: {} })
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** Path and problem of all that is wrong, or doubtful, with a section `hj212`. */
function found(hj212: string): string[] {
  const loaded = load(`plants: [{ id: suzhou-1, name: {}, timezone: UTC }]\nhj212: { ${hj212} }\n`)
  const problems = 'problems' in loaded ? loaded.problems : loaded.warnings
  return problems.map(({ path, problem, remedy }) => `${path} ${problem}; ${remedy}`)
}

const PLACE = 'plant: suzhou-1, line: boilers, device: stack-1'
const OPEN = 'port: 9212, host: 0.0.0.0'

test.each([
  [`stations: [{ mn: A1, ${PLACE} }]`, []],
  [`${OPEN}, stations: [{ mn: A1, ${PLACE}, password: x }, { mn: A2, ${PLACE}, password_file: /x }]`, []],
  [`host: 0.0.0.0, stations: [{ mn: A1, ${PLACE} }]`, []],
  [
    `${OPEN}, stations: [{ mn: A1, ${PLACE} }]`,
    ['hj212.stations[0].password is missing, while hj212.host 0.0.0.0 lets other machines in'],
  ],
  [
    `stations: [{ mn: A1, ${PLACE} }, { mn: A1, ${PLACE} }]`,
    ['hj212.stations[1].mn is already used at hj212.stations[0].mn'],
  ],
  [
    `stations: [{ mn: A1, ${PLACE}, password: x, password_file: /x }]`,
    ['hj212.stations[0].password is given twice, here and by password_file'],
  ],
  ['port: 1883', ['hj212.port is the port of mqtt.port too']],
  [
    'stations: [{ mn: A1, plant: suzhou-2, line: boilers, device: stack-1 }]',
    ['hj212.stations[0].plant is not a configured plant; did you mean suzhou-1?'],
  ],
  [`stations: [{ mn: "a b", ${PLACE} }]`, ['hj212.stations[0].mn is not allowed']],
  [`stations: [{ mn: A1, ${PLACE}, flow_unit: m3 }]`, ['hj212.stations[0].flow_unit is not one of the allowed words']],
  [
    `stations: [{ mn: A1, ${PLACE}, codes: { a05001: { metric: co2_pct, units: "%" } } }]`,
    ['hj212.stations[0].codes.a05001.units is not a setting; did you mean unit?'],
  ],
])('%s', (section, expected) => {
  const problems = found(section)
  for (const [i, text] of expected.entries()) expect(problems[i]).toContain(text)
  if (expected.length === 0) expect(problems).toEqual([])
})

test('a password is in no message and not in what the journal keeps', () => {
  const loaded = load(`hj212: { stations: [{ mn: A1, ${PLACE}, password: hunter2 }] }`)
  expect('problems' in loaded).toBe(false)
  expect(JSON.stringify('content' in loaded && loaded.content)).not.toContain('hunter2')
})

test('the configuration on the page about HJ 212 is right', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'use', 'hj212.md'), 'utf8')
  const yaml = /```yaml\n(.*?)```/s.exec(page)![1]!
  const loaded = load(yaml)
  expect('problems' in loaded ? loaded.problems : loaded.warnings).toEqual([])
})
