import { carbonFigure } from './carbon.js'
import { comprehensiveFigure } from './comprehensive.js'
import { energyFigure } from './energy.js'
import { serialFigure } from './events.js'
import type { Figure } from './inputs.js'
import { configuredFigure, machineFigure } from './machines.js'
import { measuredFigure } from './measured.js'
import type { Asked } from './members.js'
import { qualityFigure } from './quality.js'
import { spentFigure } from './spent.js'
import { stackFigure } from './stacks.js'

/** Computes a KPI by the specification alone; undefined where this folder does not say, or nobody sends what it needs. */
export function recompute(kpi: string, asked: Asked, metrics: readonly string[]): Figure | undefined {
  return (
    comprehensiveFigure(kpi, asked) ??
    energyFigure(kpi, asked) ??
    carbonFigure(kpi, asked) ??
    stackFigure(kpi, asked) ??
    serialFigure(kpi, asked) ??
    measuredFigure(kpi, asked) ??
    spentFigure(kpi, asked) ??
    machineFigure(kpi, asked) ??
    configuredFigure(kpi, asked) ??
    qualityFigure(kpi, asked, metrics)
  )
}
