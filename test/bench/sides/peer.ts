import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { until } from '../../support/gateway.js'
import { end, start } from '../measure/processes.js'
import { scratchDir } from '../measure/scratch.js'
import type { Influxd } from './influxd.js'
import { startMosquitto } from './mosquitto.js'
import { type FlowShape, flowOf } from './node-red-flow.js'
import type { Side } from './side.js'

const PACKAGES = ['node-red@4', 'node-red-contrib-influxdb@0.7']
const START_MS = 60_000

export const PEER_DATABASE = 'peer'

/** Node-RED and its InfluxDB nodes from npm, in a folder outside the repository. */
export interface NodeRed {
  readonly dir: string
  readonly versions: Readonly<Record<string, string>>
}

/** Installs them into `dir`, or finds them there; without one into a folder that goes with the bench. */
export async function installNodeRed(dir = scratchDir('node-red')): Promise<NodeRed> {
  mkdirSync(dir, { recursive: true })
  if (!existsSync(join(dir, 'node_modules', 'node-red'))) {
    writeFileSync(join(dir, 'package.json'), '{ "private": true }\n')
    await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', ...PACKAGES], { cwd: dir })
  }
  const versionOf = (name: string): string =>
    (JSON.parse(readFileSync(join(dir, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version
  return {
    dir,
    versions: {
      'node-red': versionOf('node-red'),
      'node-red-contrib-influxdb': versionOf('node-red-contrib-influxdb'),
    },
  }
}

/** Starts what a user would build today without us: mosquitto, Node-RED and InfluxDB. Nothing of it is durable before InfluxDB. */
export async function startPeer(nodeRed: NodeRed, shape: FlowShape, influxd: Influxd): Promise<Side> {
  await influxd.createDatabase(PEER_DATABASE)
  const mosquitto = await startMosquitto()
  const place = { mqttPort: mosquitto.port, influxPort: influxd.port, database: PEER_DATABASE }
  writeFileSync(join(nodeRed.dir, 'flows.json'), JSON.stringify(flowOf(shape, place)))
  writeFileSync(
    join(nodeRed.dir, 'settings.js'),
    `module.exports = {
  flowFile: 'flows.json', uiHost: '127.0.0.1', uiPort: 0, httpAdminRoot: false, httpNodeRoot: false,
  credentialSecret: false, telemetry: { enabled: false, updateNotification: false },
  logging: { console: { level: 'info', metrics: false, audit: false } },
}\n`,
  )
  const { dir } = nodeRed
  const program = join(dir, 'node_modules', 'node-red', 'red.js')
  const child = start(process.execPath, [program, '--userDir', dir, '--settings', join(dir, 'settings.js')], {
    cwd: dir,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-20_000)
    })
  }
  await until(() => {
    if (child.exitCode !== null) throw new Error(`Node-RED ended with ${child.exitCode}:\n${log}`)
    return log.includes('Started flows') && log.includes('Connected to broker')
  }, START_MS)
  return {
    name: 'mosquitto + Node-RED',
    mqttPort: mosquitto.port,
    pids: { mosquitto: mosquitto.process.pid!, 'node-red': child.pid!, influxd: influxd.pid },
    settled: () => {
      if (/\[error\]|Error:/.test(log)) throw new Error(`Node-RED complains:\n${log}`)
      return Promise.resolve()
    },
    log: () => log,
    close: async () => {
      await end(child)
      await mosquitto.close()
    },
  }
}
