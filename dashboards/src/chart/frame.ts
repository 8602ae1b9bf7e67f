import type { Span } from '../series/points.js'
import { axisTicks, chartDomain } from './domain.js'
import type { ChartModel } from './model.js'

/** Span and ticks of the axes: they stay while the pointer is inside, whatever the data do. */
export interface Frame {
  readonly span: Span
  /** In shown units; the first and the last are the ends of the axis. */
  readonly ticks: readonly number[]
}

export function frameOf({ points, before, span, info, isBars, figure, reference }: ChartModel): Frame {
  const shape = isBars ? 'sum' : info.shape
  const domain = chartDomain(before === null ? points : [...points, ...before.points], shape, reference?.value ?? null)
  return { span, ticks: axisTicks({ min: domain.min * figure.factor, max: domain.max * figure.factor }) }
}
