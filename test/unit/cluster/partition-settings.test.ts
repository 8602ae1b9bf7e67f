import { expect, test } from 'vitest'
import { settingsOfPartition } from '../../../src/cluster/partition-settings.js'
import { configSchema } from '../../../src/config/schema.js'
import { partitionOf } from '../../../src/nats/partition.js'

const PARTITIONS = 4
const [OURS, THEIRS] = ['suzhou-1', 'wuxi-1']
const OWN = partitionOf(OURS, PARTITIONS)

const unit = (plant: string, unit_id: number) => ({ unit_id, profile: 'eastron/sdm630', plant, line: 'l', device: 'd' })
const served = (id: string, ...plants: string[]) => ({
  id,
  endpoint: 'opc.tcp://10.3.0.1:4840',
  devices: plants.map((plant) => ({
    plant,
    line: 'l',
    device: 'd',
    nodes: [{ node: `ns=2;s=${plant}`, metric: 'elec_import_kwh' }],
  })),
})
const config = configSchema.parse({
  journal: { type: 'jetstream', servers: ['nats://10.0.0.1:4222'] },
  cluster: { partitions: PARTITIONS, node: 'a' },
  plants: [OURS, THEIRS].map((id) => ({ id, name: { en: id }, timezone: 'UTC' })),
  modbus: {
    connections: [
      { id: 'both', host: '10.1.0.1', units: [unit(OURS, 1), unit(THEIRS, 2)] },
      { id: 'theirs', host: '10.2.0.1', units: [unit(THEIRS, 1)] },
    ],
  },
  opcua: { servers: [served('both', OURS, THEIRS), served('theirs', THEIRS)] },
})

test('the gateway of a partition asks no meters, and has those of its plants in what its messages are understood by', () => {
  expect(partitionOf(THEIRS, PARTITIONS)).not.toBe(OWN)
  const settings = settingsOfPartition({ config, registry: [], people: [], credentials: [] }, OWN)
  expect(settings.config.modbus.connections).toEqual([])
  expect(settings.config.opcua.servers).toEqual([])
  expect(settings.config.plants.map(({ id }) => id)).toEqual([OURS])
  const { modbus, opcua, plants } = JSON.parse(settings.content) as Pick<typeof config, 'modbus' | 'opcua' | 'plants'>
  expect(plants.map(({ id }) => id)).toEqual([OURS])
  expect(modbus.connections).toMatchObject([{ id: 'both', units: [{ plant: OURS, unit_id: 1 }] }])
  expect(modbus.connections[0]!.units).toHaveLength(1)
  expect(opcua.servers.map(({ id, devices }) => [id, devices.map(({ plant }) => plant)])).toEqual([['both', [OURS]]])
})
