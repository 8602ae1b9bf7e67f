// @module-tag slow
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ReadingPoint } from '../../src/base/wire.js'
import { loadOpcua } from '../../src/intake/opcua/library.js'
import { allReadings, getJson, removeData, startGateway, type TestGateway, until } from '../support/gateway.js'
import type { TestOpcuaServer } from '../support/opcua-server.js'
import { OPCUA_PLANT } from '../support/opcua-server.js'
import { compiledOpen62541, hasOpen62541, startOpen62541 } from '../support/open62541.js'
import { openTcpProxy, type TcpProxy } from '../support/tcp-proxy.js'

/** Proves the client of OPC UA with a server that has no line in common with its library: trust, times, statuses, cuts and kills. */

const DEVICE = { plant: 'a', line: 'l', device: 'press-1' }
const NODES = [
  { node: 'nsu=urn:test:open62541;s=Oil', metric: 'oil_c', unit: '°C' },
  { node: 'ns=1;s=Energy', metric: 'elec_import_kwh' },
  { node: 'ns=1;s=Power', metric: 'elec_import_kw', factor: 0.001 },
]
/** Codes that say that the device could not be asked. Source: OPC 10000-6 annex A.2. */
const NOT_REACHED = [0x8005, 0x800a, 0x800d, 0x8031, 0x808a, 0x80ae]
/** Bits beside the code: none, structure changed, semantics changed, and a limit. Source: OPC 10000-4 7.39.1. */
const INFO_BITS = [0, 0x8000, 0x4000, 0x500]

const startedWith = (endpoint: string, settings: object): Promise<TestGateway> => {
  const devices = [{ ...DEVICE, nodes: NODES }]
  const connection = { sampling_ms: 0, publishing_ms: 50, queue: 5000, timeout_s: 10, ...settings }
  const servers = [{ id: 'hall', endpoint, ...connection, devices }]
  return startGateway({ config: { plants: [OPCUA_PLANT], opcua: { servers } } })
}

async function figureOf(gateway: TestGateway, name: string, labels = ''): Promise<number> {
  const text = await (await fetch(`${gateway.httpUrl}/metrics`)).text()
  const line = text.split('\n').find((one) => one.startsWith(`greengauge_opcua_${name}{id="hall"${labels}} `))
  return Number(line?.split(' ').at(-1))
}
const isConnected = async (gateway: TestGateway) => (await figureOf(gateway, 'connected')) === 1

const qualityOf = (code: number): string => {
  if (code < 0x4000_0000) return 'good'
  if (code < 0x8000_0000) return 'uncertain'
  return NOT_REACHED.includes(code >>> 16) ? 'comm_fault' : 'fault'
}

describe.skipIf(!hasOpen62541())('a server by open62541', () => {
  let dir: string
  let program: string
  let server: TestOpcuaServer
  let proxy: TcpProxy
  let gateway: TestGateway
  let lastMs = Date.now() - 60_000
  let count = 1

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'greengauge-open62541-'))
    program = compiledOpen62541(dir)
    server = await startOpen62541({ program })
    proxy = await openTcpProxy(server.port)
    gateway = await startedWith(`opc.tcp://127.0.0.1:${proxy.port}/`, { security_mode: 'sign_and_encrypt' })
  })
  afterAll(async () => {
    await gateway?.stop('SIGKILL')
    if (gateway !== undefined) removeData(gateway)
    await proxy?.close()
    await server?.close()
    rmSync(dir, { recursive: true, force: true })
  })

  /** Without the 0 that each variable has when the server begins. */
  const readingsOf = async (metric: string): Promise<ReadingPoint[]> =>
    (await allReadings(gateway, { ...DEVICE, metric })).filter(({ value }) => value !== 0)
  /** Moves what was rejected to what is trusted, as a person does. */
  const trustAll = (): void => {
    const pki = join(gateway.dataDir, 'opcua', 'pki')
    const trusted = join(pki, 'trusted', 'certs')
    mkdirSync(trusted, { recursive: true })
    for (const file of readdirSync(join(pki, 'rejected'))) renameSync(join(pki, 'rejected', file), join(trusted, file))
  }
  const untrusted = () => figureOf(gateway, 'connections_total', ',result="untrusted"')
  /** Sets so many more values, each with a time of its own. */
  const counted = async (times: number): Promise<void> => {
    const values = Array.from({ length: times }, () => {
      lastMs = Math.max(lastMs + 1, Date.now())
      return { name: 'Energy', value: count++, source_ms: lastMs }
    })
    await server.set(...values)
  }
  const untilAllFrom = async (from: number): Promise<void> => {
    const wanted = Array.from({ length: count - from }, (_, i) => from + i)
    const values = async () => (await readingsOf('elec_import_kwh')).map(({ value }) => value)
    await expect.poll(values).toEqual(expect.arrayContaining(wanted))
    const found = await values()
    expect(new Set(found).size).toBe(found.length)
  }

  test('is not read until its certificate is trusted', async () => {
    await until(async () => (await untrusted()) > 0)
    expect(await isConnected(gateway)).toBe(false)
    trustAll()
    await until(() => isConnected(gateway))
    expect(await figureOf(gateway, 'nodes', ',state="monitored"')).toBe(NODES.length)
  })

  test('gives values with the times of their sources, and one whose clock is ahead is refused', async () => {
    const hours = 3 * 3_600_000
    const values = [
      { name: 'Power', value: 4500, source_ms: lastMs },
      { name: 'Power', value: 9000, source_ms: lastMs + hours },
      { name: 'Power', value: 5500, source_ms: lastMs - hours },
    ]
    await server.set(...values)
    const found = async () => (await readingsOf('elec_import_kw')).map(({ value, ts }) => [value, ts])
    const iso = (ms: number) => new Date(ms).toISOString()
    const expected = [
      [5.5, iso(lastMs - hours)],
      [4.5, iso(lastMs)],
    ]
    await expect.poll(found).toEqual(expect.arrayContaining(expected))
    expect((await found()).map(([value]) => value)).not.toContain(9)
    const { items } = await getJson<{ items: { reason: string }[] }>(gateway, '/api/v1/quarantine')
    expect(items.map(({ reason }) => reason)).toContain('ts_future')
  })

  test('gives 1,000 status codes, and no value is taken for a better one than it is', async () => {
    const { StatusCodes } = await loadOpcua()
    const table = Object.values(StatusCodes as unknown as Record<string, { readonly value: number }>)
    const codes = new Set(table.flatMap(({ value }) => INFO_BITS.map((bits) => (value | bits) >>> 0)))
    const some = [...codes].filter((code) => !Number.isNaN(code)).slice(0, 1000)
    expect(some).toHaveLength(1000)
    const fromMs = lastMs
    lastMs += some.length
    await server.set(...some.map((status, i) => ({ name: 'Oil', value: i + 0.5, status, source_ms: fromMs + i })))
    const found = async () => {
      const readings = (await readingsOf('oil_c')).filter(({ ts }) => Date.parse(ts) >= fromMs)
      return readings.map(({ value, quality }) => [value, quality])
    }
    await expect.poll(async () => (await found()).length).toBe(some.length)
    expect(await found()).toEqual(some.map((code, i) => [i + 0.5, qualityOf(code)]))
  })

  test('has its history read page by page after a cut, and nothing is there twice', async () => {
    await counted(10)
    await untilAllFrom(1)
    const from = count
    proxy.cut()
    await counted(250)
    await until(async () => !(await isConnected(gateway)))
    await counted(250)
    proxy.heal()
    await untilAllFrom(from)
    // The server keeps history of one of the three nodes.
    await expect.poll(() => figureOf(gateway, 'gaps_total', ',result="partly"')).toBeGreaterThan(0)
  })

  test('has its history read after the gateway was killed, and nothing is there twice', async () => {
    const from = count
    await counted(20)
    await gateway.stop('SIGKILL')
    await counted(20)
    gateway = await gateway.restart()
    await untilAllFrom(from)
  })

  test('that was killed and comes back with another certificate is read when that is trusted', async () => {
    await server.kill()
    await until(async () => !(await isConnected(gateway)))
    const before = await untrusted()
    server = await startOpen62541({ program, port: server.port })
    await until(async () => (await untrusted()) > before)
    trustAll()
    await until(() => isConnected(gateway))
    const from = count
    await counted(10)
    await untilAllFrom(from)
  })

  test('that does not trust the gateway is told with the certificate that it has to take', async () => {
    const strict = await startOpen62541({ program, trusts: false })
    const other = await startedWith(strict.endpoint, { security_mode: 'sign', trust_any: true })
    try {
      await until(async () => (await figureOf(other, 'connections_total', ',result="refused"')) > 0)
      await expect.poll(() => other.log()).toContain('the server refuses the certificate of the gateway')
    } finally {
      await other.stop('SIGKILL')
      removeData(other)
      await strict.close()
    }
  })
})
