import type { KpiPoint } from '../../../src/base/kpi.js'
import type { RangeFigure } from '../../../src/base/range-figure.js'

/** The figure that the gateway gives of a whole range, in the shape of a point. */
export interface RangePoint extends KpiPoint {
  readonly figure: RangeFigure
}
