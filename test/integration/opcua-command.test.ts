// @module-tag slow

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { EXIT } from '../../src/base/exit-codes.js'
import { greengauge } from '../support/cli.js'
import { startOpcuaServer, type TestOpcuaServer } from '../support/opcua-server.js'

/** Proves that the command opcua lists what a server has, proposes settings that are accepted, and finds nodes that are not there. */

let server: TestOpcuaServer
let dir: string

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'greengauge-'))
  server = await startOpcuaServer({
    variables: [
      { name: 'Oil', unit: 'degree_celsius', history: 10 },
      { name: 'Power', type: 'Float' },
      { name: 'Label', type: 'String' },
    ],
  })
  await server.set({ name: 'Oil', value: 61.5 }, { name: 'Power', type: 'Float', value: 4500 })
})
afterAll(async () => {
  rmSync(dir, { recursive: true, force: true })
  await server.close()
})

const file = (config: object): string => {
  const path = join(dir, 'greengauge.yaml')
  writeFileSync(
    path,
    stringify({ data_dir: join(dir, 'data'), plants: [{ id: 'a', name: {}, timezone: 'UTC' }], ...config }),
  )
  return path
}
const browse = (...args: readonly string[]) =>
  greengauge(
    'opcua',
    'browse',
    server.endpoint,
    '--security-mode',
    'none',
    '--config',
    file({}),
    '--plant',
    'a',
    ...args,
  )

test('the variables of a server are listed with type, unit and value', async () => {
  const { stdout, code } = await browse('--json')
  expect(code).toBe(EXIT.ok)
  const { items } = JSON.parse(stdout) as { items: { path: string[] }[] }
  const ours = items.filter(({ path }) => path[0] === 'Line' && path.length === 2)
  expect(ours).toEqual([
    {
      node: 'nsu=urn:test:opcua-server;s=Oil',
      path: ['Line', 'Oil'],
      type: 'Double',
      value: 61.5,
      unit: '°C',
      status: 'Good',
      hasHistory: true,
    },
    expect.objectContaining({ path: ['Line', 'Power'], type: 'Float', value: 4500, unit: null, hasHistory: false }),
    expect.objectContaining({ path: ['Line', 'Label'] }),
  ])
})

test('and the settings that are proposed for them are accepted, and read', async () => {
  const { stdout } = await browse()
  const [, proposal = ''] = stdout.split(/\n\n/)
  const { opcua } = parse(proposal) as { opcua: { servers: { devices: { nodes: object[] }[] }[] } }
  expect(opcua.servers[0]!.devices[0]!.nodes).toContainEqual(
    expect.objectContaining({ node: 'nsu=urn:test:opcua-server;s=Oil', unit: '°C' }),
  )
  const { stdout: checked, code } = await greengauge('opcua', 'check', '--json', '--config', file({ opcua }))
  const { items } = JSON.parse(checked) as { items: { node: string; reading: object }[] }
  expect(items.find(({ node }) => node.endsWith('s=Oil'))).toMatchObject({
    reading: { value: 61.5, unit: '°C', quality: 'good' },
  })
  expect(code).toBe(EXIT.ok)
})

test('a node that is not there, and one that is no metric, are told with a code for programs', async () => {
  const nodes = [
    { node: 'ns=1;s=Nothing', metric: 'nothing' },
    { node: 'ns=1;s=Oil', element: 3, metric: 'oil_c', unit: '°C' },
  ]
  const servers = [
    {
      id: 'hall',
      endpoint: server.endpoint,
      security_mode: 'none',
      devices: [{ plant: 'a', line: 'l', device: 'd', nodes }],
    },
  ]
  const { stdout, code } = await greengauge('opcua', 'check', '--config', file({ opcua: { servers } }))
  expect(code).toBe(EXIT.badData)
  expect(stdout).toMatch(/ns=1;s=Nothing\ta\/l\/d\tnothing\t.*0x8034/)
  expect(stdout).toMatch(/ns=1;s=Oil\[3\]/)
})

test('a server that is not there, and one that is not trusted, are told', async () => {
  const nobody = await greengauge(
    'opcua',
    'browse',
    'opc.tcp://127.0.0.1:9',
    '--security-mode',
    'none',
    '--config',
    file({}),
  )
  expect(nobody.code).toBe(EXIT.unavailable)
  expect(nobody.stderr).toContain('no connection')
  const stranger = await greengauge('opcua', 'browse', server.endpoint, '--config', file({}))
  expect(stranger.code).toBe(EXIT.unavailable)
  expect(stranger.stderr).toContain('the certificate of the server is not trusted')
})
