import type { MetricTarget } from '../emitter.js'
import type { ValueMeaning } from './compile.js'
import { pointMoveOf } from './decimal.js'

const AS_STORED = { factor: 1, offset: 0 } as const

/** Brings values into the stored unit by moving the point, where all that they are multiplied by are powers of ten. */
export function scaleOf(
  { meaning }: MetricTarget,
  { factor, offset }: Pick<ValueMeaning, 'factor' | 'offset'>,
  isExact: boolean,
) {
  const own = isExact && offset === 0 ? pointMoveOf(Math.abs(factor)) : null
  if (own === null) return { places: 0, factor, meaning }
  const { toStored } = meaning
  const unit = toStored.offset === 0 ? pointMoveOf(toStored.factor) : null
  if (unit === null) return { places: own, factor: Math.sign(factor), meaning }
  return { places: own + unit, factor: Math.sign(factor), meaning: { ...meaning, toStored: AS_STORED } }
}
