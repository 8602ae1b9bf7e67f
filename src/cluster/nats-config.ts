import { subjectMappings } from '../nats/names.js'

/**
 * The part of a configuration of nats-server that divides the topics of devices among partitions: for the account of the devices,
 * the same on all servers.
 */
export function natsConfig(partitions: number): string {
  const mappings = [...subjectMappings(partitions)].map(([source, to]) => `  "${source}": "${to}"`)
  return [
    `# Made by "greengauge cluster nats-config" for cluster.partitions: ${partitions}. Another number divides otherwise: it must stay.`,
    'mappings {',
    ...mappings,
    '}',
    '',
  ].join('\n')
}
