import { expect, test } from 'vitest'
import { formatProblem, type LoadedConfig, loadConfig } from '../../../src/config/config.js'
import { opcuaPlansOf } from '../../../src/decode/opcua/nodes.js'
import { tempFile } from '../../support/house-config.js'

/** Proves what the section `opcua` takes, what it refuses with which words, and what the client is told by it. */

const load = (yaml: string) => loadConfig({ file: tempFile('greengauge.yaml', yaml), env: {}, flags: {} })

const node = (more = '') => `{ node: "ns=2;s=Power", metric: elec_import_kw${more} }`
const device = (nodes: string, name = 'm') => `{ plant: p, line: l, device: ${name}, nodes: [${nodes}] }`
const hall = (devices: string, more = '', id = 'hall') =>
  `{ id: ${id}, endpoint: "opc.tcp://10.0.0.7:4840"${more}, devices: [${devices}] }`
const opcua = (...servers: string[]) =>
  `opcua: { servers: [${servers.join(', ')}] }\nplants: [{ id: p, name: { en: P }, timezone: UTC }]\n`

/** Problems and warnings of a configuration, without the name of its file; empty when it is accepted. */
function said(yaml: string): string[] {
  const loaded = load(yaml)
  const found = 'problems' in loaded ? loaded.problems : loaded.warnings
  return found.map((one) => formatProblem({ ...one, where: '' }))
}

test('a server is secured and its certificate asked for, unless the settings say otherwise', () => {
  const { config } = load(opcua(hall(device(node())))) as LoadedConfig
  expect(opcuaPlansOf(config.opcua)).toMatchObject([
    {
      id: 'hall',
      mode: 'sign_and_encrypt',
      policy: 'Basic256Sha256',
      trustsAny: false,
      user: null,
      samplingMs: 1000,
      publishingMs: 1000,
      timeoutMs: 15_000,
      historyMs: 86_400_000,
      items: [{ key: 'ns=2;s=Power', node: 'ns=2;s=Power', element: null, deadband: 0 }],
    },
  ])
})

test('readings that have the time of their arrival come from no history', () => {
  const { config } = load(opcua(hall(device(node()), ', time: arrival'))) as LoadedConfig
  expect(opcuaPlansOf(config.opcua)[0]!.historyMs).toBe(0)
})

test('a password is not kept with the settings', () => {
  const { content } = load(opcua(hall(device(node()), ', username: u, password: hush-hush'))) as LoadedConfig
  expect(content).not.toContain('hush-hush')
})

test.each([
  [opcua(hall(device(node()))), []],
  [opcua(hall(device(node(', element: 1')))), []],
  [
    opcua(hall(device(node())), hall(device(node(), 'n'))),
    [expect.stringContaining('opcua.servers[1].id = "hall" is already used at opcua.servers[0].id')],
  ],
  [
    opcua(hall(`${device(node())}, ${device(node().replace('elec_import_kw', 'elec_export_kw'), 'n')}`)),
    [expect.stringContaining('is already used at opcua.servers[0].devices[0].nodes[0].node')],
  ],
  [
    opcua(hall(device(`${node()}, ${node().replace('Power', 'Other')}`))),
    [expect.stringContaining('is already used at opcua.servers[0].devices[0].nodes[0].metric')],
  ],
  [
    opcua(hall(device(node(', unit: bar')))),
    [expect.stringMatching(/nodes\[0\]\.metric = "elec_import_kw" cannot be: .*takes kW/)],
  ],
  [
    opcua(hall(device(node().replace('ns=2;s=Power', 'Power')))),
    [expect.stringContaining('a node id is such as ns=2;s=Line1.Power')],
  ],
  [
    opcua(hall(device(node())).replace('opc.tcp:', 'http:')),
    [expect.stringContaining('an endpoint is opc.tcp://HOST:PORT')],
  ],
  [
    opcua(hall(device(node()), ', password: x')),
    [expect.stringContaining('username is missing, while there is a password')],
  ],
  [
    opcua(hall(device(node()), ', username: u, password: x, password_file: f')),
    [expect.stringContaining('is given twice, here and by password_file')],
  ],
  [opcua(hall(device(node()), ', user_key_file: k')), [expect.stringContaining('user_key_file = "k" is one of two')]],
  [
    opcua(hall(device(node()), ', username: u, user_key_file: k, user_cert_file: c')),
    [expect.stringContaining('is given beside a certificate of the user')],
  ],
  [
    opcua(hall(device(node()), ', username: u, security_mode: none')),
    [expect.stringContaining('lets anybody on the way read the password')],
  ],
  [opcua(hall(device(node()), ', trust_any: true')), [expect.stringContaining('pretend to be this server')]],
  [
    opcua(hall(device(node()), ', trust_any: true, username: u, security_mode: none').replace('10.0.0.7', '127.0.0.1')),
    [],
  ],
  [
    opcua(hall(device(node()).replace('plant: p', 'plant: q'))),
    [expect.stringContaining('devices[0].plant = "q" is not a configured plant')],
  ],
  [opcua(hall('')), [expect.stringContaining('is too small')]],
])('%s', (yaml, expected) => expect(said(yaml)).toEqual(expected))
