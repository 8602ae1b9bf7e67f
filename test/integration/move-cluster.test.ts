// @module-tag deep
/** Proves the procedure of docs/understand/cluster/README.md, "Moving": a gateway into a real cluster, and what a cluster has back. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { greengauge } from '../support/cli.js'
import { getJson, removeData, settled, startGateway, type TestGateway, until } from '../support/gateway.js'
import { correct, figuresOf, PARTITIONS, PLANTS, plantsOf, samplesOf, send } from '../support/moved-plants.js'
import { type NatsServers, startNats } from '../support/nats.js'
import { findServer } from '../support/servers.js'

/** Most of a minute; the files themselves move in `move.test.ts`, at every run. */
const program = findServer('nats-server')

describe.skipIf(program === null)('moving into a cluster and back', () => {
  const root = mkdtempSync(join(tmpdir(), 'greengauge-move-'))
  const gateways: TestGateway[] = []
  let nats: NatsServers
  let single: TestGateway
  let expected: Awaited<ReturnType<typeof figuresOf>>[]

  const start = async (of: Parameters<typeof startGateway>[0]) => {
    const gateway = await startGateway(of)
    gateways.push(gateway)
    return gateway
  }
  const configOf = ({ dir }: TestGateway) => join(dir, 'greengauge.yaml')
  const done = async (...args: string[]) => {
    const { code, stderr } = await greengauge(...args)
    expect(code, stderr).toBe(0)
  }

  beforeAll(async () => {
    nats = await startNats(program!, { partitions: PARTITIONS })
    single = await start({ config: { data_dir: join(root, 'single'), plants: plantsOf(PLANTS, false) } })
    for (const plant of PLANTS) {
      const samples = samplesOf(plant)
      await send(single, plant, [samples.slice(0, 35), samples.slice(70)])
      await settled(single)
      await correct(single, plant, 1)
      await send(single, plant, [samples.slice(35, 70)])
    }
    await settled(single)
    expected = await Promise.all(PLANTS.map((plant) => figuresOf(single, plant)))
    await single.stop()
    await done('settle', '--config', configOf(single))
  })
  afterAll(async () => {
    for (const gateway of gateways) await gateway.stop('SIGKILL')
    for (const gateway of gateways) removeData(gateway)
    await nats?.remove()
    rmSync(root, { recursive: true })
  })

  test('each plant has the figures it had', async () => {
    const dataDir = join(root, 'node')
    const to = ['--to', join(dataDir, 'partitions'), '--partitions', String(PARTITIONS)]
    await done('move', '--from', single.dataDir, ...to)
    const node = await start({
      config: {
        data_dir: dataDir,
        plants: plantsOf(PLANTS, false),
        journal: { type: 'jetstream', servers: nats.urls },
        cluster: { node: 'n1', partitions: PARTITIONS, replicas: 1, checkpoint_s: 2 },
      },
      args: ['--role', 'pipeline'],
    })
    const ports = new Map<number, number>()
    await until(async () => {
      const { partitions } = await getJson<{ partitions: { partition: number; httpPort: number | null }[] }>(
        node,
        '/api/v1/node',
      )
      for (const { partition, httpPort } of partitions) if (httpPort !== null) ports.set(partition, httpPort)
      return ports.size === PARTITIONS
    })
    for (const [partition, plant] of PLANTS.entries()) {
      const owner = { ...node, httpUrl: `http://127.0.0.1:${ports.get(partition)}` }
      expect(await settled(owner)).toMatchObject({ closes: true, readings: { archived: 210 } })
      expect(await figuresOf(owner, plant)).toEqual(expected[partition])
      const out = join(root, `fetched-${partition}`)
      await until(async () => {
        rmSync(out, { recursive: true, force: true })
        const of = ['--partition', String(partition), '--out', out, '--config', configOf(node)]
        const { code, stderr } = await greengauge('cluster', 'fetch', ...of)
        if (code !== 0) expect(stderr).toContain('wait for its first checkpoint')
        return code === 0
      })
    }
    await node.stop()
  })

  test('and has them again in the gateway that they are moved back into', async () => {
    const from: string[] = []
    for (const partition of PLANTS.keys()) {
      const dataDir = join(root, `restored-${partition}`)
      const into = ['--config', configOf(single), '--set', `data_dir=${dataDir}`]
      await done('restore', join(root, `fetched-${partition}`), ...into)
      await done('settle', ...into)
      from.push('--from', dataDir)
    }
    await done('move', ...from, '--to', join(root, 'back'))
    const gateway = await start({ config: { data_dir: join(root, 'back'), plants: plantsOf(PLANTS, false) } })
    expect(await settled(gateway)).toMatchObject({ closes: true, readings: { archived: 420 } })
    for (const [i, plant] of PLANTS.entries()) expect(await figuresOf(gateway, plant)).toEqual(expected[i])
  })
})
