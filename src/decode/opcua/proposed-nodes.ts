import { isId } from '../../base/topic.js'
import type { OpcuaVariable } from '../../intake/opcua/browse.js'
import { type Guessed, guessOf } from '../profile/learn/guess.js'
import { deviceIdOf } from '../profile/names.js'

/** Types of which a reading can be made. */
const READABLE = /^(?:Boolean|S?Byte|U?Int(?:16|32|64)|Float|Double)$/

/** Device and metric that a variable of a server may be: a proposal that a person has to look at. */
export interface ProposedNode {
  readonly node: string
  readonly device: string
  readonly guessed: Guessed
}

/** Proposals for the first variables that are numbers; each device has a metric once. */
export function proposedNodes(variables: readonly OpcuaVariable[], proposedMax: number): readonly ProposedNode[] {
  const taken = new Map<string, Set<string>>()
  return variables
    .filter(({ type }) => READABLE.test(type))
    .slice(0, proposedMax)
    .flatMap((variable) => {
      const guessed = guessOf(variable.path.slice(-2), sentUnit(variable))
      if (guessed === null) return []
      const name = deviceIdOf(variable.path.at(-2) ?? 'server')
      const device = isId(name) ? name : 'device'
      const metrics = taken.get(device) ?? new Set()
      taken.set(device, metrics)
      const own = ownMetric(guessed, variable, metrics)
      metrics.add(own.guess.metric)
      return [{ node: variable.node, device, guessed: own }]
    })
}

function sentUnit({ unit }: OpcuaVariable): { readonly unit: string; readonly isShared: false } | undefined {
  return unit === null || unit === '' || unit.length > 32 ? undefined : { unit, isShared: false }
}

/** A device has each metric once: what comes second has the name of its own. */
function ownMetric(guessed: Guessed, { path }: OpcuaVariable, taken: ReadonlySet<string>): Guessed {
  if (!taken.has(guessed.guess.metric)) return guessed
  const own = guessOf([...path.slice(-2), 'value'])?.guess.metric ?? 'value'
  let metric = own
  for (let n = 2; taken.has(metric); n++) metric = `${own.slice(0, 56)}_${n}`
  return { ...guessed, guess: { ...guessed.guess, metric } }
}
