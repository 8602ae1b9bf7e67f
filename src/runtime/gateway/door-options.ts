import { join } from 'node:path'
import type { Credential } from '../../access/credentials.js'
import type { RegisteredDevice } from '../../access/registry.js'
import type { Config } from '../../config/config.js'
import { pollPlansOf } from '../../decode/modbus/meters.js'
import { opcuaPlansOf } from '../../decode/opcua/nodes.js'
import type { IngressOptions } from '../../intake/ingress.js'
import { ownTopicRules } from '../../results/topics.js'

/** Settings of the ingress; what was left at external brokers stays in the data directory of the start. */
export function ingressOptions(
  { mqtt, auth, brokers, hj212, sparkplug, modbus, opcua, results }: Config,
  registry: readonly RegisteredDevice[],
  credentials: readonly Credential[],
  dataDir: string,
): IngressOptions {
  return {
    mqtt: { ...mqtt, acl: [...mqtt.acl, ...ownTopicRules(results)] },
    auth,
    registry,
    credentials,
    brokers,
    brokersDir: join(dataDir, 'brokers'),
    hj212,
    sparkplugHostId: sparkplug.host_id ?? null,
    pollPlans: pollPlansOf(modbus),
    opcuaPlans: opcuaPlansOf(opcua),
    opcuaDir: join(dataDir, 'opcua'),
  }
}
