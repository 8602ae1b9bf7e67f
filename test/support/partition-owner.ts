import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { loadConfig } from '../../src/config/config.js'
import { LeaseMark } from '../../src/nats/lease-mark.js'
import type { Gateway } from '../../src/runtime/gateway.js'
import { freePort } from './gateway.js'

/** A gateway that owns a partition, in this process: what a node starts, but for the node. */
export interface PartitionOwner {
  readonly httpUrl: string
  readonly mqttUrl: string
  readonly dir: string
  /** Makes its lease certain, as it sees it, or not. */
  hold(isHeld: boolean): void
  close(): Promise<void>
}

const DAY_NS = 86_400_000_000_000n
const dist = join(import.meta.dirname, '..', '..', 'dist', 'src')

/** Starts the compiled gateway on a data directory of its own, or on that of an earlier owner. */
export async function startOwner(options: {
  readonly config: Readonly<Record<string, unknown>>
  readonly partition: number
  readonly partitions: number
  readonly epoch: number
  readonly dir?: string
}): Promise<PartitionOwner> {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'greengauge-'))
  const ports = { mqtt: { port: await freePort() }, http: { port: await freePort() } }
  const file = join(dir, 'greengauge.yaml')
  writeFileSync(file, stringify({ data_dir: join(dir, 'data'), ...options.config, ...ports, log: { level: 'error' } }))
  const loaded = loadConfig({ file, env: {}, flags: {} })
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems))
  const { config, registry, people, hash, content } = loaded
  const lease = LeaseMark.create()
  const hold = (isHeld: boolean) => lease.renew(isHeld ? process.hrtime.bigint() + DAY_NS : 0n)
  hold(true)
  const { startGateway } = (await import(join(dist, 'runtime', 'gateway.js'))) as {
    startGateway(options: object): Promise<Gateway>
  }
  const { partition, partitions, epoch } = options
  const gateway = await startGateway({
    config,
    registry,
    people,
    configText: { hash, content },
    version: { version: '0.0.0', commit: '', node: process.version },
    partition: {
      partition,
      partitions,
      epoch,
      replicas: config.cluster.replicas,
      nats: config.journal,
      lease: lease.shared,
    },
  })
  return {
    httpUrl: `http://127.0.0.1:${gateway.httpPort}`,
    mqttUrl: `mqtt://127.0.0.1:${ports.mqtt.port}`,
    dir,
    hold,
    close: () => gateway.close(),
  }
}

export function removeOwner({ dir }: PartitionOwner): void {
  rmSync(dir, { recursive: true, force: true })
}
