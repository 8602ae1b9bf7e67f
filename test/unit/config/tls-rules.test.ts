import { expect, test } from 'vitest'
import { configSchema } from '../../../src/config/schema.js'
import { tlsContradictions, tlsDoubts } from '../../../src/config/tls-rules.js'

const FILES = { cert_file: 'c.pem', key_file: 'k.pem' }
const wrong = (config: object) => tlsContradictions(configSchema.parse(config)).map(({ path }) => path.join('.'))
const doubted = (config: object) => tlsDoubts(configSchema.parse(config)).map(({ path }) => path.join('.'))

test('a broker has a port, and TLS too', () => {
  expect(wrong({})).toEqual([])
  expect(wrong({ mqtt: { port: null } })).toEqual(['mqtt.port'])
  expect(wrong({ mqtt: { port: null, ws_port: 8083 } })).toEqual([])
  expect(wrong({ mqtt: { port: null, tls: FILES } })).toEqual([])
  expect(wrong({ mqtt: { tls: { ...FILES, port: null } } })).toEqual(['mqtt.tls.port'])
  expect(wrong({ mqtt: { tls: { ...FILES, port: null, ws_port: 8084 } } })).toEqual([])
})

test('certificates of clients are required of authorities that are named', () => {
  const tls = { ...FILES, client_certificates: 'required' }
  expect(wrong({ mqtt: { tls } })).toEqual(['mqtt.tls.client_certificates'])
  expect(wrong({ mqtt: { tls: { ...tls, client_ca_file: 'ca.pem' } } })).toEqual([])
})

test('where people and devices have secrets, a port that is open to others in the clear is said', () => {
  const open = { auth: { required: true }, mqtt: { host: '0.0.0.0', ws_port: 8083 }, http: { host: '0.0.0.0' } }
  expect(doubted(open)).toEqual(['mqtt.port', 'mqtt.ws_port', 'http.host'])
  expect(
    doubted({ ...open, mqtt: { host: '0.0.0.0', port: null, tls: FILES }, http: { ...open.http, tls: FILES } }),
  ).toEqual([])
  expect(doubted({ auth: { required: true } })).toEqual([])
})
