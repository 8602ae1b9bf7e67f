import { METRICS, type MetricClass } from '../../base/metrics.js'
import { conversion, unitsFor } from '../../base/units.js'
import { type PayloadPath, parsePath } from './path.js'

/** Reason for which a value cannot be split by its sign; null when it can, or is not. */
export function splitProblem(given: {
  readonly metric: string
  readonly unit?: string | undefined
  readonly kind?: string | undefined
  readonly class?: MetricClass | undefined
  readonly split_sign?: string | undefined
}): string | null {
  const other = given.split_sign
  if (other === undefined) return null
  if (given.metric.startsWith('{')) return 'say which metric is split: one that a name or path names cannot be'
  if (other === given.metric) return 'another metric than the one that is split'
  const [one, two] = [METRICS.get(given.metric), METRICS.get(other)]
  const kinds = [given.kind, one?.kind, two?.kind]
  if (kinds.some((kind) => kind !== undefined && kind !== 'gauge')) {
    return 'only a level can be split: a register that goes down is the difference of two, which its sign does not tell apart'
  }
  const under = given.class ?? one?.classes[0]
  if (two !== undefined && under !== undefined && !two.classes.includes(under)) {
    return `${other} belongs to ${two.classes.join(' or ')}`
  }
  if (two !== undefined && given.unit !== undefined && conversion(given.unit, two.unit, two.gas) === null) {
    return `${other} takes ${unitsFor(two.unit, two.gas).filter(Boolean).join(', ') || 'no unit'}`
  }
  return null
}

/** Message for a place that is not beside its value. */
export const NOT_BESIDE = 'its * or {name} has to be that of at, with the same path before it'

/** True when a path goes to one place for each value: to the same member of the same list or map. */
export function isBeside(text: string, valueAt: string | undefined): boolean {
  const beside = parsePath(text)
  if ('problem' in beside || beside.fan === null) return true
  const value = valueAt === undefined ? null : parsePath(valueAt)
  if (value === null || 'problem' in value) return false
  const stemOf = ({ isFromRoot, before, fan }: PayloadPath) => JSON.stringify([isFromRoot, before, fan])
  return stemOf(beside) === stemOf(value)
}
