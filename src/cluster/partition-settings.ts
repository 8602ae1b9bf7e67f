import { join } from 'node:path'
import { type Config, configTextOf, type LoadedConfig } from '../config/config.js'
import { partitionOf } from '../nats/partition.js'
import type { PartitionSettings } from './partition-messages.js'

/**
 * The settings of a node as the gateway of one of its partitions has them: its plants alone, its own folder, no ingress but NATS. Meters
 * and servers of OPC UA stand in `content`, by which what gateways in plants have read of them is understood, and not in
 * `config`, by which they are asked.
 * `hash` and `content` are the same on every node with the same plants, so a take-over is no change of the configuration.
 */
export function settingsOfPartition(
  loaded: Pick<LoadedConfig, 'config' | 'registry' | 'people' | 'credentials'>,
  partition: number,
): PartitionSettings {
  const { config, people, credentials } = loaded
  const isOurs = (plant: string): boolean => partitionOf(plant, config.cluster.partitions) === partition
  const registry = loaded.registry.filter(({ plant }) => isOurs(plant))
  const own: Config = {
    ...config,
    data_dir: join(config.data_dir, 'partitions', String(partition)),
    http: { ...config.http, host: '127.0.0.1', port: 0, tls: null },
    mqtt: { ...config.mqtt, enabled: false },
    modbus: { ...config.modbus, connections: [] },
    opcua: { ...config.opcua, servers: [] },
    plants: config.plants.filter(({ id }) => isOurs(id)),
  }
  const { node: _node, ...cluster } = config.cluster
  const connections = config.modbus.connections.flatMap((connection) => {
    const units = connection.units.filter(({ plant }) => isOurs(plant))
    return units.length === 0 ? [] : [{ ...connection, units }]
  })
  const modbus = { ...config.modbus, connections }
  const servers = config.opcua.servers.flatMap((server) => {
    const devices = server.devices.filter(({ plant }) => isOurs(plant))
    return devices.length === 0 ? [] : [{ ...server, devices }]
  })
  const opcua = { ...config.opcua, servers }
  const shared: Config = { ...own, data_dir: `partitions/${partition}`, cluster, modbus, opcua }
  return { config: own, ...configTextOf(shared, registry), registry, people, credentials }
}
