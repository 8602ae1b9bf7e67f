import { expect, test } from 'vitest'
import { configJsonSchema, formatProblem } from '../../../src/config/config.js'
import { isSecret, shownValue } from '../../../src/config/problems.js'
import { DECODING_EDITION } from '../../../src/decode/decode.js'
import { accepted, refused } from '../../support/house-config.js'

const plant = 'id: suzhou-1, name: {}, timezone: Asia/Shanghai'

test('an unknown setting is named with its line and the setting that was meant', () => {
  const [problem, ...others] = refused({ yaml: 'data_dir: ./x\nmqtt:\n  prt: 1884\n' })
  expect(others).toEqual([])
  expect(problem).toMatchObject({ path: 'mqtt.prt', value: '1884', remedy: 'did you mean port?' })
  expect(problem?.where).toMatch(/greengauge\.yaml:3$/)
})

test('a setting that resembles none is answered with those there are', () => {
  expect(refused({ yaml: 'http: { zzzzzzzz: 1 }' })[0]?.remedy).toMatch(/use one of .*port/)
})

test('a number out of its range says the bound', () => {
  expect(refused({ yaml: 'http: { port: 99999 }' })).toMatchObject([
    { path: 'http.port', value: '99999', problem: 'is too large', remedy: expect.stringContaining('at most 65535') },
  ])
})

test('a mistyped word is answered with the word that was meant and all there are', () => {
  const [problem] = refused({ yaml: 'log: { level: wran }' })
  expect(problem?.remedy).toMatch(/did you mean warn\? use trace, debug, info/)
})

test('what is missing is said in the line where it should stand', () => {
  const problems = refused({ yaml: 'plants:\n  - name: {}\n    timezone: Asia/Shanghai\n' })
  expect(problems).toMatchObject([{ path: 'plants[0].id', value: '', problem: 'is missing' }])
  expect(problems[0]?.where).toMatch(/:2$/)
})

test('all problems are said at once, contradictions beside slips', () => {
  const yaml = `
log: { level: loud }
mqtt: { port: 7000 }
http: { port: 7000 }
plants: [ { ${plant}, timezon: UTC }, { id: B, name: {}, timezone: Nowhere/City } ]
`
  const paths = refused({ yaml }).map((problem) => problem.path)
  expect(paths.sort()).toEqual(['http.port', 'log.level', 'plants[0].timezon', 'plants[1].id', 'plants[1].timezone'])
})

test('a problem is one line of place, setting, value, fault and remedy', () => {
  const [problem] = refused({ env: { GREENGAUGE_HTTP__PORT: 'abc' } })
  expect(formatProblem(problem!)).toMatch(
    /^environment GREENGAUGE_HTTP__PORT: http\.port = "abc" is not a number; give a number/,
  )
})

test('a secret is never shown, the name of the file it lies in is', () => {
  expect(shownValue(['store', 0, 'token'], 'hunter2')).toBe('(secret)')
  expect(shownValue(['mqtt', 'password'], 'hunter2')).toBe('(secret)')
  expect(isSecret(['store', 0, 'token_file'])).toBe(false)
  for (const yaml of ['mqtt: { api_token: hunter2 }', 'mqtt: { password: [hunter2', 'http: { secret: [ hunter2 ] }']) {
    expect(JSON.stringify(refused({ yaml }))).not.toContain('hunter2')
  }
})

test('what people name is no secret, whatever it is called: it is journaled', () => {
  const { content } = accepted({ yaml: 'sparkplug: { groups: { hall-token: suzhou-1 } }' })
  expect(JSON.parse(content).sparkplug.groups).toEqual({ 'hall-token': 'suzhou-1' })
})

test('the JSON Schema for editors describes what it offers', () => {
  const schema = configJsonSchema()
  expect(schema.properties?.data_dir).toMatchObject({ type: 'string', default: './data' })
  expect(schema.additionalProperties).toBe(false)
  expect(JSON.stringify(schema)).toContain('IANA zone of the plant')
})

test('the journaled text is JSON with every default filled in', () => {
  const { content, config } = accepted({ yaml: `plants: [ { ${plant} } ]` })
  expect(JSON.parse(content)).toMatchObject({ data_dir: './data', plants: [{ id: 'suzhou-1', devices: [] }] })
  expect(JSON.parse(content)).toEqual(
    JSON.parse(JSON.stringify({ ...config, data_dir: './data', decoding: DECODING_EDITION })),
  )
})
