import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { formatProblem, loadConfig } from '../../../src/config/config.js'

function load(settings: string) {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-'))
  try {
    const file = join(dir, 'greengauge.yaml')
    writeFileSync(file, settings)
    return loadConfig({ file, env: {}, flags: {} })
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** Path and problem or remedy of all that is wrong with these brokers. */
function wrong(brokers: string): string[] {
  const loaded = load(`brokers: [${brokers}]`)
  return 'problems' in loaded ? loaded.problems.map(formatProblem).map((line) => line.replace(/^\S+:\d+: /, '')) : []
}

const HALL = 'id: hall, client_id: gw, url: "mqtt://10.0.0.5"'

test.each([
  [`{ ${HALL} }`],
  [`{ ${HALL}, version: 4, username: u, password_file: /x, topics: [a/+/b, "c/#"], share: g, status_topic: s }`],
  ['{ id: a, client_id: gw, url: "wss://b:8084/mqtt", tls: { ca_file: /x } }'],
])('%s is right', (broker) => {
  expect(wrong(broker)).toEqual([])
})

test.each([
  ['{ id: hall, url: "mqtt://b" }', 'client_id is missing'],
  ['{ id: a, client_id: gw, url: "http://b" }', 'begins with mqtt://, mqtts://, ws:// or wss://'],
  ['{ id: a, client_id: gw, url: "mqtt://b/path" }', 'have no path'],
  ['{ id: a, client_id: gw, url: "mqtt://u:hunter2@b" }', 'give user and password as username and password_file'],
  [`{ ${HALL}, version: 3 }`, 'use 5, 4'],
  [`{ ${HALL}, qos: 2 }`, 'use 0, 1'],
  [`{ ${HALL}, topics: ["a/#/b"] }`, 'the whole of the last level'],
  [`{ ${HALL}, share: a/b }`, 'a name without "/"'],
  [`{ ${HALL}, status_topic: "a/#" }`, 'a wildcard in a topic'],
  [`{ ${HALL}, status_topic: plants/x }`, 'is among what is subscribed to'],
  [`{ ${HALL}, username: u, password: p, password_file: /x }`, 'is given twice'],
  [`{ ${HALL}, password: p }`, 'username is missing'],
  [`{ ${HALL}, tls: { ca_file: /x } }`, 'is for mqtts:// and wss://'],
  ['{ id: a, client_id: gw, url: "mqtts://b", tls: { cert_file: /x } }', 'has one of cert_file and key_file'],
  [`{ ${HALL} }, { ${HALL} }`, 'is already used at brokers[0].id'],
  [`{ ${HALL} }, { id: b, client_id: gw, url: "mqtt://10.0.0.5:1883/" }`, 'each would end the other'],
])('%s: %s', (broker, said) => {
  const problems = wrong(broker)
  expect(problems.join('\n')).toContain(said)
  expect(problems.join()).not.toContain('hunter2')
})

test('a password that goes over the network as it is gets a warning, on this machine it does not', () => {
  const warnings = (host: string) => {
    const loaded = load(`brokers: [{ id: a, client_id: gw, url: "mqtt://${host}", username: u, password: p }]`)
    return 'problems' in loaded ? loaded.problems : loaded.warnings.map(({ path }) => path)
  }
  expect(warnings('10.0.0.5')).toEqual(['brokers[0].url'])
  expect(warnings('127.0.0.1')).toEqual([])
})

test.each([
  ['host_id: scada', '[a, "spBv1.0/G/#"]', ['brokers[0].status_topic']],
  ['host_id: scada', '["+/x"]', ['brokers[0].status_topic']],
  ['host_id: scada', '[a, "spBv1.0x/#"]', []],
  ['', '["spBv1.0/#"]', []],
])('sparkplug { %s }, a status topic and topics %s: problems at %j', (sparkplug, topics, paths) => {
  const loaded = load(`sparkplug: { ${sparkplug} }\nbrokers: [{ ${HALL}, status_topic: s, topics: ${topics} }]`)
  const problems = 'problems' in loaded ? loaded.problems : []
  expect(problems.map(({ path }) => path)).toEqual(paths)
  for (const { problem, remedy } of problems) {
    expect(problem).toContain('a last will beside that of sparkplug.host_id scada')
    expect(remedy).toContain('spBv1.0/STATE/scada says the same')
  }
})

const METER = 'unit_id: 1, profile: eastron/sdm630, plant: p, line: l, device: d'

test.each([
  ['', ['mqtt.enabled']],
  ['hj212: { stations: [] }', ['mqtt.enabled']],
  [`brokers: [{ ${HALL} }]`, []],
  ['hj212: { port: 0 }', []],
  [`modbus: { connections: [{ id: m, host: 127.0.0.1, units: [{ ${METER} }] }] }`, []],
])('without a broker of our own and with "%s" there are problems at %j', (ingress, paths) => {
  const loaded = load(`mqtt: { enabled: false }\n${ingress}`)
  expect('problems' in loaded ? loaded.problems.map(({ path }) => path) : []).toEqual(paths)
})

test('the address of a broker of our own that is not there is not looked at', () => {
  const other = load(`mqtt: { enabled: false, host: 0.0.0.0, port: 8080 }\nbrokers: [{ ${HALL} }]`)
  expect('problems' in other).toBe(false)
})

test('the journal keeps the configuration without the password', () => {
  const loaded = load(`brokers: [{ ${HALL}, username: u, password: hunter2 }]`)
  expect('content' in loaded && loaded.content).toMatch(/"password":"\(secret\)"/)
})
