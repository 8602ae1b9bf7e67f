import { describe, expect, test } from 'vitest'
import { clusterContradictions, clusterDoubts } from '../../../src/config/cluster-rules.js'
import { oidcDoubts } from '../../../src/config/oidc-rules.js'
import { contradictions } from '../../../src/config/rules.js'
import { configSchema } from '../../../src/config/schema.js'
import { pathText } from '../../../src/config/shape.js'
import { partitionOf } from '../../../src/nats/partition.js'

const SERVERS = ['nats://10.0.0.1:4222', 'nats://10.0.0.2:4222']
const INFLUX = { type: 'influxdb2', url: 'http://10.0.0.9:8086', org: 'o', bucket: 'b', token: 't' }

const of = (settings: object) => configSchema.parse({ journal: { type: 'jetstream', servers: SERVERS }, ...settings })
const paths = (settings: object) => clusterContradictions(of(settings)).map(({ path }) => pathText(path))
const doubted = (settings: object) => clusterDoubts(of(settings)).map(({ path }) => pathText(path))

describe('a process of a cluster', () => {
  test('needs servers, and nothing else', () => {
    expect(paths({})).toEqual([])
    expect(paths({ journal: { type: 'jetstream' } })).toEqual(['journal.servers'])
    expect(paths({ journal: { servers: SERVERS } })).toEqual(['journal.servers'])
    expect(paths({ journal: {} })).toEqual([])
  })

  test('takes nothing but what comes by NATS, so an embedded broker that is off is no closed door', () => {
    expect(
      paths({ brokers: [{ id: 'b', url: 'mqtt://10.0.0.5:1883', client_id: 'c', topics: ['plants/#'] }] }),
    ).toEqual(['brokers'])
    expect(paths({ hj212: { port: 9000 } })).toEqual(['hj212.port'])
    const units = [{ unit_id: 1, profile: 'eastron/sdm630', plant: 'p', line: 'l', device: 'd' }]
    // Meters are polled in the plant; a node has to know what they are.
    expect(paths({ modbus: { connections: [{ id: 'hall', host: '10.0.0.7', units }] } })).toEqual([])
    expect(paths({ forward: { servers: SERVERS } })).toEqual(['forward.servers'])
    expect(contradictions(of({ mqtt: { enabled: false } }))).toEqual([])
  })

  test('knows a plant in its own partition only, so a group of Sparkplug has to be of the same', () => {
    const groups = { PlantA: 'suzhou-1', 'suzhou-1': 'suzhou-1' }
    expect(partitionOf('PlantA', 8)).not.toBe(partitionOf('suzhou-1', 8))
    expect(paths({ sparkplug: { groups } })).toEqual(['sparkplug.groups.PlantA'])
  })

  test('without a server for history viewers depend on owners; one server of several is not enough to find the others', () => {
    expect(doubted({ store: [INFLUX] })).toEqual([])
    expect(doubted({})).toEqual(['store'])
    expect(doubted({ store: [INFLUX], journal: { type: 'jetstream', servers: SERVERS.slice(1) } })).toEqual([
      'journal.servers',
    ])
  })
})

test('single sign-on is said not to be offered by the pages of a cluster', () => {
  const oidc = {
    issuer: 'https://id.example',
    client_id: 'g',
    public_url: 'https://g.example',
    default_role: 'auditor',
  }
  const found = oidcDoubts(of({ auth: { required: true, oidc } }))
  expect(found).toMatchObject([{ path: ['auth', 'oidc', 'issuer'] }])
  expect(found[0]!.problem).toContain('is not offered by the pages of a cluster')
  expect(oidcDoubts(configSchema.parse({ auth: { required: true, oidc } }))).toEqual([])
})
