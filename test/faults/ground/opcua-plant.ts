import { setTimeout as sleep } from 'node:timers/promises'
import { allReadings, removeData, settled, startGateway, type TestGateway } from '../../support/gateway.js'
import { startOpcuaServer, type TestOpcuaServer } from '../../support/opcua-server.js'
import { openTcpProxy, type TcpProxy } from '../../support/tcp-proxy.js'
import { say } from '../prove/proof.js'

/** Many nodes of one server that count by themselves, and a gateway that is subscribed to all of them over a line that can be cut. */

const NODES_A_DEVICE = 100
/** Nodes whose every value is looked for. */
const LOOKED_AT = 100
const LOOK_MS = 1000
const CATCH_UP_MS = 30 * 60_000

export interface OpcuaPlant {
  readonly server: TestOpcuaServer
  readonly proxy: TcpProxy
  readonly gateway: TestGateway
  readonly nodes: number
  close(): Promise<void>
}

/** @param history values that the server keeps of each node; 0 for none */
export async function openOpcuaPlant(nodes: number, everyMs: number, history: number): Promise<OpcuaPlant> {
  const server = await startOpcuaServer({ many: { count: nodes, every_ms: everyMs, history } })
  const proxy = await openTcpProxy(server.port)
  const devices = Array.from({ length: Math.ceil(nodes / NODES_A_DEVICE) }, (_, d) => ({
    plant: 'p',
    line: 'l',
    device: deviceOf(d * NODES_A_DEVICE),
    nodes: Array.from({ length: Math.min(NODES_A_DEVICE, nodes - d * NODES_A_DEVICE) }, (_, n) => ({
      node: `ns=1;s=C${d * NODES_A_DEVICE + n}`,
      metric: metricOf(d * NODES_A_DEVICE + n),
    })),
  }))
  const gateway = await startGateway({
    config: {
      plants: [
        {
          id: 'p',
          name: { en: 'P' },
          timezone: 'UTC',
          lines: [{ id: 'l' }],
          devices: devices.map(({ device }) => ({ id: device, line: 'l', on_change: true })),
        },
      ],
      opcua: {
        servers: [
          {
            id: 'many',
            endpoint: `opc.tcp://127.0.0.1:${proxy.port}/`,
            security_mode: 'none',
            sampling_ms: 0,
            publishing_ms: everyMs,
            queue: 20,
            timeout_s: 60,
            devices,
          },
        ],
      },
    },
  })
  const close = async (): Promise<void> => {
    await gateway.stop('SIGKILL')
    removeData(gateway)
    await proxy.close()
    await server.close()
  }
  return { server, proxy, gateway, nodes, close }
}

export interface SeriesLook {
  readonly values: number
  /** Values between the first and the last of a series that are not there. */
  readonly missing: number
  readonly doubled: number
}

/** Looks at every value of some nodes, spread over all: each counts by one, so that what is missing shows. */
export async function lookAtSeries({ server, gateway, nodes }: OpcuaPlant): Promise<SeriesLook> {
  // While thousands of values come each second, something always waits.
  await server.hold()
  await settled(gateway, CATCH_UP_MS)
  let [values, missing, doubled] = [0, 0, 0]
  const step = Math.max(1, Math.floor(nodes / LOOKED_AT))
  for (let node = 0; node < nodes; node += step) {
    const place = { plant: 'p', device: deviceOf(node), metric: metricOf(node) }
    const counts = (await allReadings(gateway, place)).map(({ value }) => Number(value)).sort((a, b) => a - b)
    const distinct = new Set(counts)
    values += counts.length
    doubled += counts.length - distinct.size
    if (counts.length > 0) missing += counts.at(-1)! - counts[0]! + 1 - distinct.size
    else missing++
  }
  return { values, missing, doubled }
}

/** A figure of the gateway's page for Prometheus; NaN where it is not there. */
export async function opcuaFigure({ gateway }: OpcuaPlant, name: string): Promise<number> {
  const text = await (await fetch(`${gateway.httpUrl}/metrics`)).text()
  const line = text.split('\n').find((one) => one.startsWith(`${name} `))
  return Number(line?.split(' ').at(-1))
}

export async function untilFigure(
  plant: OpcuaPlant,
  name: string,
  isReached: (figure: number) => boolean,
): Promise<void> {
  const untilMs = performance.now() + CATCH_UP_MS
  while (!isReached(await opcuaFigure(plant, name))) {
    if (performance.now() > untilMs) throw new Error(`${name} did not come to what is waited for`)
    await sleep(LOOK_MS)
  }
  say(`  ${name}: ${await opcuaFigure(plant, name)}`)
}

function deviceOf(node: number): string {
  return `d-${Math.floor(node / NODES_A_DEVICE)}`
}

function metricOf(node: number): string {
  return `count_${node}`
}
