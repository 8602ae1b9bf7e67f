import { expect, test } from 'vitest'
import type { AuditNote } from '../../../src/base/audit-log.js'
import type { LoadedConfig } from '../../../src/config/config.js'
import { rereadNotes } from '../../../src/runtime/audit-notes.js'
import { RereadDoor, rereading } from '../../../src/runtime/reread.js'
import { accepted, refused } from '../../support/house-config.js'

const plant = (devices: string) => `plants: [ { id: a, name: {}, timezone: UTC, devices: [ ${devices} ] } ]`

/** A gateway started with one file; `read` reads another in its place and gives what was said. */
function started(yaml: string) {
  let file = yaml
  // Each is read from a folder of its own, and the data stay where they are.
  const flags = { data_dir: './data' }
  const applied: LoadedConfig[] = []
  const notes: AuditNote[] = []
  let said: string[] = []
  const reread = rereading({
    load: () => {
      try {
        return accepted({ yaml: file, flags })
      } catch {
        return { problems: refused({ yaml: file, flags }) }
      }
    },
    started: accepted({ yaml, flags }),
    apply: (loaded) => applied.push(loaded),
    note: (note) => notes.push(note),
    say: (line) => said.push(line),
  })
  const read = (next: string) => {
    file = next
    said = []
    reread()
    return said
  }
  return { applied, notes, read }
}

test('a bad file is refused with every problem, and the one after it is taken', () => {
  const { applied, read } = started(plant('{ id: m1 }'))
  const said = read('plants: [ { id: A } ]\nmqtt: { prt: 1 }')
  expect(said).toHaveLength(5)
  expect(said.join('\n')).toMatch(/plants\[0\]\.id = "A" .*\n?/)
  expect(said.join('\n')).toContain('mqtt.prt = 1 is not a setting; did you mean port?')
  expect(said.at(-1)).toBe('error: The configuration has 4 problems; the gateway goes on with the one it has.')
  expect(applied).toEqual([])
  expect(read(plant('{ id: m2 }'))).toEqual(['The configuration was read again; changed: plants.'])
  expect(applied[0]!.config.plants[0]!.devices[0]!.id).toBe('m2')
})

test('the same again changes nothing', () => {
  const { applied, read } = started(plant('{ id: m1 }'))
  expect(read(`# a comment\n${plant('{ id: m1, on_change: false }')}`)).toEqual([
    'The configuration was read again; nothing has changed.',
  ])
  expect(applied).toEqual([])
})

test('another password is taken over, and not said', () => {
  const hj212 = (password: string) =>
    `hj212: { stations: [ { mn: A1, plant: a, line: l, device: s, password: ${password} } ] }\n${plant('{ id: s }')}`
  const { applied, notes, read } = started(hj212('before'))
  expect(read(hj212('after'))).toEqual(['The configuration was read again; changed: hj212.stations.'])
  expect(applied[0]!.config.hj212.stations[0]!.password).toBe('after')
  expect(notes.map(({ act, subject }) => [act, subject.replace(/ \w{16}:/, ' …:')])).toEqual([
    ['config_changed', 'configuration …: hj212.stations'],
  ])
})

test('what needs a start is named each time until it has one', () => {
  const { applied, read } = started('http: { port: 8080 }')
  expect(read('http: { port: 8081 }\nlog: { level: debug }')).toEqual([
    'The configuration was read again; changed: log.level, http.port.',
    'http.port takes effect with the next start.',
  ])
  expect(read('http: { port: 8081 }\nmqtt: { acl: [ { deny: publish, topic: x } ] }')).toEqual([
    'The configuration was read again; changed: log.level, mqtt.acl.',
    'http.port takes effect with the next start.',
  ])
  expect(read('http: { port: 8080 }')).toEqual(['The configuration was read again; changed: mqtt.acl, http.port.'])
  expect(applied).toHaveLength(3)
})

test('a probable slip is said and taken', () => {
  const { applied, read } = started(plant('{ id: m1 }'))
  expect(read(plant('{ id: m1, line: press }'))[0]).toMatch(/^warning: .*plants\[0\]\.devices\[0\]\.line/)
  expect(applied).toHaveLength(1)
})

test('the audit log hears which settings changed, by the ids of what they are in, and of factors once more', () => {
  const factor = (value: number) =>
    `{ id: own.grid, activity: grid_electricity, value: ${value}, unit: kgCO2/kWh, region: CN-JS, valid_from: 2026-01-01, published: 2026-01-01, source: s }`
  const yaml = (value: number, ids: readonly string[]) =>
    `plants: [ { id: a, name: {}, timezone: UTC, factors: [ ${factor(value)} ], devices: [ ${ids.map((id) => `{ id: ${id} }`)} ] } ]`
  const { notes, read } = started(yaml(0.5, ['m1', 'm2']))
  read(yaml(0.6, ['m2', 'm3']))
  expect(notes.map(({ act, subject }) => [act, subject.replace(/ \w{16}:/, ' …:')])).toEqual([
    [
      'config_changed',
      'configuration …: plants[a].factors[own.grid].value, plants[a].devices[m1], plants[a].devices[m3]',
    ],
    ['factors_changed', 'plants[a].factors[own.grid].value'],
  ])
})

test('the audit log gets names of accounts, devices and credentials that changed, and nothing of them', () => {
  const before = accepted({ yaml: '' })
  const since = '2026-11-26T08:00:00Z'
  const account = { name: 'wei', role: 'operator', password: '$scrypt$x', disabled: false, since, sessions_from: since }
  const device = { plant: 'a', line: 'l', device: 'm1', client: 'plc-7', topics: [], disabled: false, since }
  const token = { sha256: 'a'.repeat(64), since, until: null }
  const credential = { client: 'plc-7', role: 'device' as const, tokens: [token], subject: null, disabled: false }
  const now: LoadedConfig = {
    ...before,
    people: [{ ...account, role: 'operator', tokens: [] }],
    registry: [device],
    credentials: [credential],
  }
  const rotated = { ...now, credentials: [{ ...credential, tokens: [{ ...token, sha256: 'b'.repeat(64) }] }] }
  expect(rereadNotes(before, now)).toEqual([
    { act: 'people_changed', actor: '', subject: 'added wei' },
    { act: 'devices_changed', actor: '', subject: 'added a/m1; added credential of plc-7' },
  ])
  expect(rereadNotes(now, rotated)).toEqual([
    { act: 'devices_changed', actor: '', subject: 'changed credential of plc-7' },
  ])
})

test('who asks before the gateway can read is answered once it can, and nobody is when it stops', () => {
  const door = new RereadDoor()
  const asked: string[] = []
  door.ask('ada')
  door.ask()
  door.open((by) => asked.push(by))
  expect(asked).toEqual(['ada'])
  door.ask('bob')
  door.close()
  door.ask('eve')
  expect([asked, door.isClosed]).toEqual([['ada', 'bob'], true])
})

test('a change of the file is its saver’s, an account that changed meanwhile is not', () => {
  let people: LoadedConfig['people'] = []
  const notes: AuditNote[] = []
  const at = (yaml: string) => ({ ...accepted({ yaml, flags: { data_dir: './data' } }), people })
  let file = plant('{ id: m1 }')
  const reread = rereading({
    load: () => at(file),
    started: at(file),
    apply: () => {},
    note: (note) => notes.push(note),
    say: () => {},
  })
  file = plant('{ id: m2 }')
  people = [{ name: 'eve' } as LoadedConfig['people'][number]]
  reread('ada')
  expect(notes.map(({ act, actor }) => [act, actor])).toEqual([
    ['config_changed', 'ada'],
    ['people_changed', ''],
  ])
})
