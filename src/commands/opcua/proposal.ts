import { Document } from 'yaml'
import { type ProposedNode, proposedNodes } from '../../decode/opcua/proposed-nodes.js'
import type { OpcuaVariable } from '../../intake/opcua/browse.js'

/** Variables of one proposal: beyond, somebody has to choose. */
const PROPOSED_MAX = 500

export interface ProposalPlace {
  readonly endpoint: string
  /** Settings of the connection that are not as they are by default. */
  readonly connection: Readonly<Record<string, unknown>>
  readonly plant: string
  readonly line: string
}

/**
 * A section `opcua` to begin with: one device for each object that has variables, with a metric for each that is a number. Every
 * guess is to be looked at, and where a unit is missing that is said.
 */
export function proposalText(variables: readonly OpcuaVariable[], place: ProposalPlace): string {
  const { endpoint, connection, plant, line } = place
  const devices = new Map<string, ProposedNode[]>()
  for (const proposed of proposedNodes(variables, PROPOSED_MAX)) {
    devices.set(proposed.device, [...(devices.get(proposed.device) ?? []), proposed])
  }
  const document = new Document({
    opcua: {
      servers: [
        {
          id: 'server-1',
          endpoint,
          ...connection,
          devices: [...devices].map(([device, nodes]) => ({
            ...{ plant, line, device },
            nodes: nodes.map(({ node, guessed: { guess } }) => ({
              node,
              metric: guess.metric,
              class: guess.class,
              ...(guess.unit === undefined ? {} : { unit: guess.unit }),
            })),
          })),
        },
      ],
    },
  })
  const asks = [...devices.values()]
    .flat()
    .flatMap(({ node, guessed: { asks } }) => (asks === null ? [] : [`# ${node}: ${asks}`]))
  return [
    '# A proposal by names and units: look at every metric, unit and device. Devices of OPC UA send changes alone: give them',
    '# on_change: true in the plant.',
    ...asks,
    document.toString({ lineWidth: 0 }).trimEnd(),
  ].join('\n')
}
