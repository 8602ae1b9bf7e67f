import { expect, test } from 'vitest'
import { valueAt } from '../../../src/config/problems.js'
import { SCALAR_SETTINGS } from '../../../src/config/shape.js'
import { envName } from '../../../src/config/sources.js'
import { quietConfig } from '../../../src/runtime/quiet.js'
import { accepted } from '../../support/house-config.js'

/** Proves that the gateway which a command starts for itself listens to nobody, asks nobody, tells nobody and keeps no dates. */

const LOUD = `
mqtt: { port: 1883, ws_port: 8083 }
brokers: [ { id: b, client_id: gg, url: "mqtt://127.0.0.1:1", topics: [ "a/#" ] } ]
hj212: { port: 9013 }
http: { port: 8080, livez_port: 8081 }
modbus: { connections: [ { id: m, host: 127.0.0.1, port: 502, every_s: 1, units: [ { unit_id: 1, profile: eastron/sdm120, plant: a, line: l, device: d } ] } ] }
opcua: { servers: [ { id: o, endpoint: "opc.tcp://127.0.0.1:1", devices: [ { plant: a, line: l, device: e, nodes: [ { node: i=1, metric: elec_import_kwh } ] } ] } ] }
forward: { servers: [ "nats://127.0.0.1:4222" ] }
store: [ { type: influxdb1, url: "http://127.0.0.1:8086", database: d } ]
notify: { channels: [ { id: hook, type: webhook, url: "http://127.0.0.1:1/x" } ] }
reports: { schedules: [ { plants: [ a ], profile: ghg, period: month, cron: "0 6 3 * *" } ] }
plants: [ { id: a, name: {}, timezone: UTC } ]
`

test('no listener but that of the API, on loopback and a free port', () => {
  const { config } = accepted({ yaml: LOUD })
  const quiet = quietConfig(config)
  const ports = SCALAR_SETTINGS.filter(({ path }) => /(^|_)port$/.test(String(path.at(-1))))
  expect(ports.map(envName)).toContain('GREENGAUGE_HJ212__PORT')
  expect(
    ports.flatMap(({ path }) => valueAt(quiet, path) || []),
    'every port of the settings',
  ).toEqual([])
  expect(quiet.mqtt.enabled).toBe(false)
  expect(quiet.http).toMatchObject({ host: '127.0.0.1', port: 0, tls: null })
})

test('nobody is asked, nothing is sent, and no report is made by its date', () => {
  const { config } = accepted({ yaml: LOUD })
  const { brokers, modbus, opcua, forward, store, notify, reports, plants, journal } = quietConfig(config)
  expect([brokers, modbus.connections, opcua.servers, forward.servers, notify.channels, reports.schedules]).toEqual([
    [],
    [],
    [],
    [],
    [],
    [],
  ])
  expect([store, journal.servers, plants.flatMap(({ authorities }) => authorities)]).toEqual([
    [{ type: 'duckdb' }],
    [],
    [],
  ])
})

test('what the figures are made of stays', () => {
  const { config } = accepted({ yaml: LOUD })
  const quiet = quietConfig(config)
  expect(Object.keys(quiet).sort()).toEqual(Object.keys(config).sort())
  for (const section of ['data_dir', 'archive', 'limits', 'profiles', 'sparkplug', 'plants'] as const) {
    expect(quiet[section]).toEqual(config[section])
  }
})
