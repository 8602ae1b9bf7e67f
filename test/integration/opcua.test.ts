// @module-tag slow

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import type { PlantsAnswer, ReadingPoint } from '../../src/base/wire.js'
import { allReadings, getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { OPCUA_PLANT, startOpcuaServer, type TestOpcuaServer } from '../support/opcua-server.js'
import { openTcpProxy, type TcpProxy } from '../support/tcp-proxy.js'

/** Proves the way of values from a real server of OPC UA to readings: types, quality, time, trust, users, outages and kills. */

const DEVICE = { plant: 'a', line: 'l', device: 'press-1' }
const METRICS = {
  Power: 'elec_import_kw',
  Energy: 'elec_import_kwh',
  Oil: 'oil_c',
  Total: 'parts_total',
  State: 'state',
}
const NODES = [
  { node: 'ns=1;s=Power', metric: METRICS.Power, factor: 0.001 },
  { node: 'ns=1;s=Energy', metric: METRICS.Energy },
  { node: 'nsu=urn:test:opcua-server;s=Oil', metric: METRICS.Oil, unit: '°C' },
  { node: 'ns=1;s=Total', metric: METRICS.Total },
  { node: 'ns=1;s=State', metric: METRICS.State, words: { '3': 'EXECUTE', '4': 'IDLE' } },
  { node: 'ns=1;s=Phases', element: 1, metric: 'phase_2_v', unit: 'V' },
]
const VARIABLES = [
  { name: 'Power', type: 'Float' },
  { name: 'Energy', type: 'Double', history: 5000 },
  { name: 'Oil', type: 'Double' },
  { name: 'Total', type: 'Int64' },
  { name: 'State', type: 'Int32' },
  { name: 'Phases', type: 'Double' },
  { name: 'When', type: 'DateTime' },
]

interface ServerSettings {
  readonly endpoint: string
  readonly [setting: string]: unknown
}

const opcuaOf = (server: ServerSettings, nodes: readonly object[] = NODES) => ({
  servers: [
    {
      id: 'hall',
      security_mode: 'none',
      sampling_ms: 0,
      publishing_ms: 50,
      queue: 1000,
      timeout_s: 10,
      devices: [{ ...DEVICE, nodes }],
      ...server,
    },
  ],
})

const startedWith = (server: ServerSettings, nodes?: readonly object[]): Promise<TestGateway> =>
  startGateway({ config: { plants: [OPCUA_PLANT], opcua: opcuaOf(server, nodes) } })

const readingsOf = (gateway: TestGateway, metric: string): Promise<ReadingPoint[]> =>
  allReadings(gateway, { ...DEVICE, metric })

async function metricOf(gateway: TestGateway, name: string, labels: string): Promise<number> {
  const text = await (await fetch(`${gateway.httpUrl}/metrics`)).text()
  const line = text.split('\n').find((one) => one.startsWith(`greengauge_opcua_${name}{${labels}} `))
  return Number(line?.split(' ').at(-1))
}
const isConnected = async (gateway: TestGateway): Promise<boolean> =>
  (await metricOf(gateway, 'connected', 'id="hall"')) === 1

async function stateOf(gateway: TestGateway): Promise<string | undefined> {
  const { plants } = await getJson<PlantsAnswer>(gateway, '/api/v1/plants')
  return plants[0]!.lines.flatMap((line) => line.devices).find(({ id }) => id === DEVICE.device)?.state
}

async function ended(gateway: TestGateway): Promise<void> {
  await gateway.stop('SIGKILL')
  removeData(gateway)
}

describe('a gateway that is subscribed to nodes of a server', () => {
  let server: TestOpcuaServer
  let proxy: TcpProxy
  let gateway: TestGateway
  const from = Date.now()

  beforeAll(async () => {
    server = await startOpcuaServer({ variables: VARIABLES })
    proxy = await openTcpProxy(server.port)
    gateway = await startedWith({ endpoint: `opc.tcp://127.0.0.1:${proxy.port}/` })
    await until(() => isConnected(gateway))
  })
  afterAll(async () => {
    await ended(gateway)
    await proxy.close()
    await server.close()
  })

  test('has readings of their values, of each type, at the times of their sources', async () => {
    await server.set(
      { name: 'Power', type: 'Float', value: 4500, source_ms: from },
      { name: 'Energy', value: 100.25, source_ms: from },
      { name: 'Oil', value: 61.5, source_ms: from },
      { name: 'Total', type: 'Int64', value: [0, 77], source_ms: from },
      { name: 'State', type: 'Int32', value: 3, source_ms: from },
      { name: 'Phases', value: [230, 231.5, 232], source_ms: from },
    )
    const expected = { [METRICS.Power]: 4.5, [METRICS.Energy]: 100.25, [METRICS.Oil]: 61.5, [METRICS.Total]: 77 }
    for (const [metric, value] of [
      ...Object.entries(expected),
      [METRICS.State, 'EXECUTE'],
      ['phase_2_v', 231.5],
    ] as const) {
      await expect
        .poll(async () => (await readingsOf(gateway, metric)).filter((one) => one.value === value))
        .toMatchObject([{ value, quality: 'good', ts: new Date(from).toISOString() }])
    }
    expect(await stateOf(gateway)).toBe('online')
  })

  test.each([
    ['Good', 71.5, ['good']],
    ['UncertainLastUsableValue', 72.5, ['uncertain']],
    ['BadSensorFailure', 73.5, ['fault', undefined]],
    ['BadNoCommunication', 74.5, ['comm_fault', undefined]],
  ])('has them with the quality that %s means', async (status, value, qualities) => {
    await server.set({ name: 'Oil', value, status }, { name: 'Phases', value: [0, value, 0] })
    // A value that is bad may be kept back by the server: the other one says that all of it has come.
    await until(async () => (await readingsOf(gateway, 'phase_2_v')).some((one) => one.value === value))
    await settled(gateway)
    const found = (await readingsOf(gateway, METRICS.Oil)).find((one) => one.value === value)
    expect(qualities).toContain(found?.quality)
  })

  test('a server whose clock is hours ahead has its values refused, one that is behind has them at its time', async () => {
    const hours = 3 * 3_600_000
    await server.set(
      { name: 'Oil', value: 62, source_ms: from + hours },
      { name: 'Oil', value: 63, source_ms: from - hours },
    )
    await expect
      .poll(async () => (await readingsOf(gateway, METRICS.Oil)).filter(({ value }) => value === 63))
      .toMatchObject([{ ts: new Date(from - hours).toISOString() }])
    expect((await readingsOf(gateway, METRICS.Oil)).filter(({ value }) => value === 62)).toEqual([])
    const { items } = await getJson<{ items: { reason: string }[] }>(gateway, '/api/v1/quarantine')
    expect(items.map(({ reason }) => reason)).toContain('ts_future')
  })

  test('that is cut off leaves its device offline, and is subscribed to again', async () => {
    await server.kill()
    await until(async () => (await stateOf(gateway)) === 'offline')
    expect(await isConnected(gateway)).toBe(false)
    await expect.poll(() => gateway.log()).toContain('an OPC UA server is lost; it is tried again')
    const { port, dir } = server
    server = await startOpcuaServer({ variables: VARIABLES, port, dir })
    await until(async () => (await stateOf(gateway)) === 'online')
    await server.set({ name: 'Power', type: 'Float', value: 5500 })
    await until(async () => (await readingsOf(gateway, METRICS.Power)).some(({ value }) => value === 5.5))
  })

  test('that does not have a node says so, and the others are read', async () => {
    const file = join(gateway.dir, 'greengauge.yaml')
    const more = [
      ...NODES,
      { node: 'ns=1;s=Nothing', metric: 'nothing' },
      { node: 'nsu=urn:nobody;s=Power', metric: 'nobody' },
      { node: 'ns=1;s=When', metric: 'moment' },
    ]
    const config = parse(readFileSync(file, 'utf8')) as object
    writeFileSync(
      file,
      stringify({ ...config, opcua: opcuaOf({ endpoint: `opc.tcp://127.0.0.1:${proxy.port}/` }, more) }),
    )
    gateway.process.kill('SIGHUP')
    await until(async () => (await metricOf(gateway, 'nodes', 'id="hall",state="unread"')) === 2)
    expect(await metricOf(gateway, 'nodes', 'id="hall",state="monitored"')).toBe(NODES.length + 1)
    await expect.poll(() => gateway.log()).toContain('the server has no such node (BadNodeIdUnknown)')
    await expect.poll(() => gateway.log()).toContain('the server has no namespace urn:nobody')
    await server.set({ name: 'Power', type: 'Float', value: 6500 }, { name: 'When', type: 'DateTime', value: from })
    await until(async () => (await readingsOf(gateway, METRICS.Power)).some(({ value }) => value === 6.5))
  })
})

test('a server that is not trusted is not read, and told with the file that it takes', async () => {
  const server = await startOpcuaServer({ variables: VARIABLES })
  const gateway = await startedWith({ endpoint: server.endpoint, security_mode: 'sign_and_encrypt' })
  try {
    await until(async () => (await metricOf(gateway, 'connections_total', 'id="hall",result="untrusted"')) > 0)
    await expect.poll(() => gateway.log()).toContain('the certificate of the server is not trusted')
    expect(await isConnected(gateway)).toBe(false)
    const pki = join(gateway.dataDir, 'opcua', 'pki')
    const [file] = readdirSync(join(pki, 'rejected'))
    await expect.poll(() => gateway.log()).toContain(join(pki, 'rejected', file!))
    const trusted = join(pki, 'trusted', 'certs')
    if (!existsSync(trusted)) mkdirSync(trusted, { recursive: true })
    renameSync(join(pki, 'rejected', file!), join(trusted, file!))
    await until(() => isConnected(gateway))
    await server.set({ name: 'Energy', value: 5 })
    await until(async () => (await readingsOf(gateway, METRICS.Energy)).some(({ value }) => value === 5))
  } finally {
    await ended(gateway)
    await server.close()
  }
})

test('a server that does not trust the gateway is told with the certificate that it has to take', async () => {
  const server = await startOpcuaServer({ variables: VARIABLES, trusts: false })
  const gateway = await startedWith({ endpoint: server.endpoint, security_mode: 'sign', trust_any: true })
  try {
    await until(async () => (await metricOf(gateway, 'connections_total', 'id="hall",result="refused"')) > 0)
    await expect.poll(() => gateway.log()).toContain('the server refuses the certificate of the gateway')
    await expect.poll(() => gateway.log()).toContain(join('opcua', 'pki', 'own', 'certs', 'urn_greengauge_gateway.pem'))
  } finally {
    await ended(gateway)
    await server.close()
  }
})

test('a wrong password is told without it, and the right one is taken from its file without a restart', async () => {
  const server = await startOpcuaServer({ variables: VARIABLES, users: { reader: 'opens-it' } })
  const secret = join(server.dir, 'password')
  writeFileSync(secret, 'opens-nothing\n')
  const gateway = await startedWith({ endpoint: server.endpoint, username: 'reader', password_file: secret })
  try {
    await until(async () => (await metricOf(gateway, 'connections_total', 'id="hall",result="refused"')) > 0)
    await expect.poll(() => gateway.log()).toContain('the server refuses the user')
    expect(gateway.log()).not.toContain('opens-nothing')
    writeFileSync(secret, 'opens-it\n')
    await until(() => isConnected(gateway))
  } finally {
    await ended(gateway)
    await server.close()
  }
})

describe('what a server has sent while nobody listened', () => {
  let server: TestOpcuaServer
  let proxy: TcpProxy
  let gateway: TestGateway
  let next = 0
  let lastMs = 0
  /** Sets so many more values, each with a time of its own. */
  const count = async (times: number): Promise<void> => {
    const values = Array.from({ length: times }, () => {
      lastMs = Math.max(lastMs + 1, Date.now())
      return { name: 'Energy', value: next++, source_ms: lastMs }
    })
    await server.set(...values)
  }
  const values = async (): Promise<unknown[]> => (await readingsOf(gateway, METRICS.Energy)).map(({ value }) => value)
  /** Everything that was counted from a number on has come, and nothing is there twice. */
  const untilAllFrom = async (from: number): Promise<void> => {
    const wanted = Array.from({ length: next - from }, (_, i) => from + i)
    await expect.poll(values).toEqual(expect.arrayContaining(wanted))
    const found = await values()
    expect(new Set(found).size).toBe(found.length)
  }

  beforeAll(async () => {
    server = await startOpcuaServer({ variables: VARIABLES })
    proxy = await openTcpProxy(server.port)
    gateway = await startedWith({ endpoint: `opc.tcp://127.0.0.1:${proxy.port}/` }, NODES.slice(1, 2))
    await until(() => isConnected(gateway))
    await count(10)
    await until(async () => (await values()).includes(9))
  })
  afterAll(async () => {
    await ended(gateway)
    await proxy.close()
    await server.close()
  })

  test('is fetched from its history after the network was cut, and nothing is there twice', async () => {
    const from = next
    proxy.cut()
    await count(50)
    await until(async () => !(await isConnected(gateway)))
    await count(50)
    proxy.heal()
    await untilAllFrom(from)
  })

  test('is fetched from its history after the gateway was killed, and nothing is there twice', async () => {
    const from = next
    await count(20)
    await gateway.stop('SIGKILL')
    await count(20)
    gateway = await gateway.restart()
    await untilAllFrom(from)
  })
})
