import { Document } from 'yaml'
import { isId } from '../../base/topic.js'
import { type Guessed, guessOf } from '../../decode/profile/learn/guess.js'
import { deviceIdOf } from '../../decode/profile/names.js'
import type { OpcuaVariable } from '../../intake/opcua/browse.js'

/** Types of which a reading can be made. */
const READABLE = /^(?:Boolean|S?Byte|U?Int(?:16|32|64)|Float|Double)$/
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
  const devices = new Map<string, { readonly node: string; readonly guessed: Guessed }[]>()
  for (const variable of variables.filter(({ type }) => READABLE.test(type)).slice(0, PROPOSED_MAX)) {
    const guessed = guessOf(variable.path.slice(-2), sentUnit(variable))
    if (guessed === null) continue
    const name = deviceIdOf(variable.path.at(-2) ?? 'server')
    const device = isId(name) ? name : 'device'
    const nodes = devices.get(device) ?? []
    devices.set(device, nodes)
    nodes.push({ node: variable.node, guessed: ownMetric(guessed, variable, nodes) })
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

function sentUnit({ unit }: OpcuaVariable): { readonly unit: string; readonly isShared: false } | undefined {
  return unit === null || unit === '' || unit.length > 32 ? undefined : { unit, isShared: false }
}

/** A device has each metric once: what comes second has the name of its own. */
function ownMetric(
  guessed: Guessed,
  { path }: OpcuaVariable,
  nodes: readonly { readonly guessed: Guessed }[],
): Guessed {
  const taken = new Set(nodes.map(({ guessed: { guess } }) => guess.metric))
  if (!taken.has(guessed.guess.metric)) return guessed
  const own = guessOf([...path.slice(-2), 'value'])?.guess.metric ?? 'value'
  let metric = own
  for (let n = 2; taken.has(metric); n++) metric = `${own.slice(0, 56)}_${n}`
  return { ...guessed, guess: { ...guessed.guess, metric } }
}
