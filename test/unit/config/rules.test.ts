import { expect, test } from 'vitest'
import { editDistance, nearest } from '../../../src/config/did-you-mean.js'
import { accepted, refused } from '../../support/house-config.js'

const plant = 'name: {}, timezone: Asia/Shanghai'

test('two plants of one id are refused', () => {
  expect(refused({ yaml: `plants: [ { id: a, ${plant} }, { id: a, ${plant} } ]` })).toMatchObject([
    { path: 'plants[1].id', value: '"a"', problem: 'is already used at plants[0].id' },
  ])
})

test('two devices of one id are refused in a plant, even on two lines, and allowed in two plants', () => {
  const lines = 'lines: [ { id: l1 }, { id: l2 } ]'
  const twice = `plants: [ { id: a, ${plant}, ${lines}, devices: [ { id: r, line: l1 }, { id: r, line: l2 } ] } ]`
  expect(refused({ yaml: twice })).toMatchObject([{ path: 'plants[0].devices[1].id' }])
  const apart = `plants: [ { id: a, ${plant}, devices: [ { id: r } ] }, { id: b, ${plant}, devices: [ { id: r } ] } ]`
  expect(accepted({ yaml: apart }).config.plants).toHaveLength(2)
})

test('two lines of one id are refused', () => {
  const yaml = `plants: [ { id: a, ${plant}, lines: [ { id: l }, { id: l } ] } ]`
  expect(refused({ yaml })).toMatchObject([{ path: 'plants[0].lines[1].id' }])
})

test('a device on a line that is not listed is a warning', () => {
  const yaml = `plants: [ { id: a, ${plant}, lines: [ { id: press } ], devices: [ { id: r, line: pres } ] } ]`
  expect(accepted({ yaml }).warnings).toMatchObject([
    { path: 'plants[0].devices[0].line', value: '"pres"', remedy: 'did you mean press?' },
  ])
})

test.each(['0.0.0.0', '192.168.1.20', '::', 'gateway.example.com'])(
  'a listener on %s is refused while nobody has to prove who they are',
  (host) => {
    expect(refused({ flags: { 'mqtt.host': host } })).toMatchObject([
      { path: 'mqtt.host', remedy: expect.stringContaining('127.0.0.1') },
    ])
    expect(refused({ flags: { 'http.host': host } })).toMatchObject([{ path: 'http.host' }])
  },
)

test.each(['127.0.0.1', '127.8.0.1', 'localhost', '::1'])('a listener on %s is on loopback', (host) => {
  expect(accepted({ flags: { 'mqtt.host': host, 'http.host': host } }).config.http.host).toBe(host)
})

test('who has to prove who they are may come from other machines; without TLS that is doubted', () => {
  const everywhere = { 'auth.required': 'true', 'mqtt.host': '0.0.0.0', 'http.host': '::' }
  expect(accepted({ flags: everywhere }).warnings).toMatchObject([
    { path: 'mqtt.port', problem: expect.stringContaining('without TLS') },
    { path: 'http.host', problem: expect.stringContaining('without TLS') },
  ])
  expect(accepted({ flags: { 'auth.required': 'true' } }).warnings).toEqual([])
  const withStation = { ...everywhere, 'hj212.port': '9002', 'hj212.host': '0.0.0.0' }
  const yaml = 'hj212: { stations: [ { mn: 010000A8900016F000169DC0, plant: p, line: l, device: s } ] }'
  expect(refused({ yaml, flags: withStation })).toMatchObject([{ path: 'hj212.stations[0].password' }])
})

test.each([
  ['CST', 'is short for several zones'],
  ['IST', 'is short for several zones'],
  ['UTC', null],
  ['PRC', null],
  ['Asia/Shanghai', null],
])('a zone of %s is doubted: %s', (zone, problem) => {
  const { warnings } = accepted({ yaml: `plants: [ { id: a, name: {}, timezone: ${zone} } ]` })
  const expected = { path: 'plants[0].timezone', problem: expect.stringContaining(problem ?? '') }
  expect(warnings).toMatchObject(problem === null ? [] : [expected])
})

test('two listeners on one port are refused, two that ask for any free port are not', () => {
  expect(refused({ flags: { 'mqtt.port': '8080' } })).toMatchObject([
    { path: 'http.port', problem: 'is the port of mqtt.port too' },
  ])
  expect(accepted({ flags: { 'mqtt.port': '0', 'http.port': '0' } }).config.mqtt.port).toBe(0)
})

test('the distance of two words is the number of letters to put in, take out, change or swap', () => {
  expect(editDistance('port', 'prot')).toBe(1)
  expect(editDistance('port', 'trop')).toBe(3)
  expect(editDistance('port', 'ports')).toBe(1)
  expect(editDistance('', 'abc')).toBe(3)
})

test('a word is near another when at most a third of its letters differ', () => {
  expect(nearest('oeee', ['oee', 'peak_demand_15'])).toBe('oee')
  expect(nearest('colour', ['port', 'host'])).toBeUndefined()
})

const server = (of: string) => `{ type: influxdb1, url: "http://127.0.0.1:8086", database: g, ${of} }`

test('two stores of one name are refused, and a name of its own is enough', () => {
  expect(refused({ yaml: `store: [ ${server('')}, ${server('')} ]` })).toMatchObject([
    {
      path: 'store[1]',
      problem: 'is already used at store[0]',
      remedy: 'give one of the two a name of its own: name: central',
    },
  ])
  expect(accepted({ yaml: `store: [ ${server('')}, ${server('name: central')} ]` }).config.store).toHaveLength(2)
})

test('a secret in the file and in a file of its own is one too many, and neither is shown', () => {
  const [problem] = refused({ yaml: `store: [ ${server('password: hush, password_file: p')} ]` })
  expect(problem).toMatchObject({ path: 'store[0].password', value: '(secret)' })
})

test('the mark that stands for a secret in shown texts is refused where the secret itself has to be', () => {
  expect(refused({ yaml: `store: [ ${server('password: (secret)')} ]` })).toMatchObject([
    { path: 'store[0].password', problem: 'is the mark that stands for a secret where one is shown' },
  ])
  accepted({ yaml: `plants: [ { id: a, timezone: Asia/Shanghai, name: { en: (secret) } } ]` })
})

test('a secret whose name is misspelled is not shown either', () => {
  const [problem] = refused({ yaml: `store: [ ${server('pasword: hush')} ]` })
  expect(problem).toMatchObject({ value: '(secret)', remedy: 'did you mean password?' })
})

test('two alarms with one id, or one with two limits, are refused', () => {
  const rule = (more: string) => `{ id: nox, kpi: oee, window: 1d, ${more} }`
  const yaml = (...rules: string[]) => `plants: [ { id: a, ${plant}, alarms: [ ${rules.join(', ')} ] } ]`
  expect(refused({ yaml: yaml(rule('above: 1'), rule('below: 1')) })).toMatchObject([
    { path: 'plants[0].alarms[1].id', problem: 'is already used at plants[0].alarms[0].id' },
  ])
  expect(refused({ yaml: yaml(rule('above: 1, below: 0')) })).toMatchObject([{ path: 'plants[0].alarms[0].above' }])
  expect(refused({ yaml: yaml('{ id: nox, kpi: oee, window: 1d }') })).toMatchObject([
    { path: 'plants[0].alarms[0].above' },
  ])
})

test('what is forwarded in the clear is a warning, except on this machine', () => {
  const warnings = (servers: string) => accepted({ yaml: `forward: { servers: [ ${servers} ] }` }).warnings
  expect(warnings('"nats://127.0.0.1:4222", "tls://centre:4222"')).toEqual([])
  expect(warnings('"tls://centre:4222", "nats://centre:4223"')).toMatchObject([{ path: 'forward.servers[1]' }])
})
