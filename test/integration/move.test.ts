// @module-tag deep
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { movePlants } from '../../src/commands/move/move.js'
import { greengauge } from '../support/cli.js'
import { removeData, settled, startGateway, type TestGateway } from '../support/gateway.js'
import { correct, figuresOf, PARTITIONS, PLANTS, plantsOf, samplesOf, send } from '../support/moved-plants.js'

/** Two plants of one gateway, moved into the two partitions of a cluster, and back into one gateway. */

const root = mkdtempSync(join(tmpdir(), 'greengauge-move-'))
const gateways: TestGateway[] = []
let single: TestGateway
let expected: Awaited<ReturnType<typeof figuresOf>>[]

async function start(dataDir: string, ids: readonly string[], fourEyes = true): Promise<TestGateway> {
  const gateway = await startGateway({
    config: { data_dir: dataDir, plants: plantsOf(PLANTS, fourEyes).filter(({ id }) => ids.includes(id)) },
  })
  gateways.push(gateway)
  return gateway
}

const moving = (from: readonly string[], to: string) =>
  movePlants({
    ...{ from, to, counts: () => true, version: 'test' },
    ...{ signal: new AbortController().signal, tell: () => undefined },
  })
const configOf = (gateway: TestGateway) => join(gateway.dir, 'greengauge.yaml')
const dataOf = (partition: number) => join(root, 'partitions', String(partition))

beforeAll(async () => {
  single = await start(join(root, 'single'), PLANTS, false)
  for (const plant of PLANTS) {
    const samples = samplesOf(plant)
    // The middle comes late, and one reading once more with another value and a lower counter.
    await send(single, plant, [samples.slice(0, 35), samples.slice(70)])
    await settled(single)
    await correct(single, plant, 1)
    await send(single, plant, [samples.slice(35, 70), { ...samples[40], metrics: { elec_import_kwh: 7 }, seq: 3 }])
  }
  await settled(single)
  await single.stop()
  // From now on somebody else has to approve what is corrected: what was corrected before stands without that.
  single = await single.restart({ plants: plantsOf(PLANTS, true) })
  gateways.push(single)
  for (const plant of PLANTS) await correct(single, plant, 2, true)
  await settled(single)
  expected = await Promise.all(PLANTS.map((plant) => figuresOf(single, plant)))
  await single.stop('SIGKILL')
})
afterAll(async () => {
  for (const gateway of gateways) await gateway.stop('SIGKILL')
  for (const gateway of gateways) removeData(gateway)
  rmSync(root, { recursive: true })
})

test('the figures that are moved are made of late data, a conflict and corrections of both kinds', () => {
  for (const { corrections, readings, hours } of expected) {
    expect(corrections.map(({ why }) => why)).toEqual(['', ''])
    expect(readings.map((points) => points.length)).toEqual([105, 105])
    expect(hours).toHaveLength(24)
  }
})

test('what is still in the journal is not left behind', async () => {
  await expect(moving([single.dataDir], join(root, 'early'))).rejects.toThrow('run "greengauge settle" on it before')
})

test('moved into partitions a plant has the figures it had, and a repeat changes nothing', async () => {
  expect(await greengauge('settle', '--config', configOf(single))).toMatchObject({ code: 0 })
  const into = ['--to', join(root, 'partitions'), '--partitions', String(PARTITIONS)]
  const moved = await greengauge('move', '--from', single.dataDir, ...into, '--json')
  expect(moved).toMatchObject({ code: 0 })
  expect(JSON.parse(moved.stdout)).toMatchObject({
    moved: PLANTS.map((plant) => ({ plants: [plant], readings: 210, conflicts: 1, events: 3 })),
  })
  const [plant] = PLANTS as [string]
  const gateway = await start(dataOf(0), [plant])
  const before = await settled(gateway)
  expect(before).toMatchObject({ closes: true, readings: { decoded: 211, archived: 210, conflict: 1 } })
  expect(await figuresOf(gateway, plant)).toEqual(expected[0])
  await send(gateway, plant, [samplesOf(plant).slice(50)])
  expect(await settled(gateway)).toMatchObject({ closes: true, readings: { archived: 210, duplicate: 110 } })
  expect(await figuresOf(gateway, plant)).toEqual(expected[0])
  await gateway.stop()
  // With the configuration of the single gateway, which names the other plant too.
  const settle = ['settle', '--config', configOf(single), '--set', `data_dir=${dataOf(0)}`]
  expect(await greengauge(...settle)).toMatchObject({ code: 0 })
})

test('moved back into one gateway both have them again; what is there already is not moved twice', async () => {
  const from = [dataOf(0), dataOf(1)]
  const back = join(root, 'back')
  expect(await moving(from, back)).toMatchObject({ plants: [...PLANTS].sort(), readings: 420, conflicts: 2, events: 6 })
  await expect(moving(from, back)).rejects.toThrow('nothing was moved')
  const gateway = await start(back, PLANTS)
  expect(await settled(gateway)).toMatchObject({ closes: true, readings: { archived: 420, conflict: 2 } })
  for (const [i, plant] of PLANTS.entries()) expect(await figuresOf(gateway, plant)).toEqual(expected[i])
})
