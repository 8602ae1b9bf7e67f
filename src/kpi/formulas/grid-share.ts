import { type Basis, type InputSum, knownShare } from './recipe.js'

/** Terms of the whole plant that say how much of the electricity in it came from the grid. */
export const GRID_SHARE_TERMS = ['plant_import', 'plant_onsite', 'plant_export', 'plant_discharge'] as const

/** Share of a plant's electricity that came from the grid, hour by hour. */
export interface GridShares {
  /** 0 to 1, in the hour that an instant lies in, epoch ms. */
  at(ms: number): number
  /** Coverage of the import by which it is told, 0 to 1; 1 where all electricity comes from the grid. */
  readonly coverage: number
}

const ALL: GridShares = { at: () => 1, coverage: 1 }

/**
 * Electricity that machines use comes from the grid as far as what flows in the plant does, so that all of them together are
 * never given more than the plant's own scope 2: 100 kWh of machines beside 50 kWh of PV have the emissions of 50 kWh.
 * Charging is a use like any other, and export is taken off what was generated first. A window that cuts an hour has its
 * part of it.
 * Source: KPI specification §2.3, on-site generation is 0; sharing by consumption in the hour is a project decision.
 */
export function gridShares(basis: Basis): GridShares {
  const shares = new Map<number, number>()
  const known = { coveredMs: 0, expectedMs: 0 }
  for (const { startMs, endMs, inputs } of basis.sums('1h', ...GRID_SHARE_TERMS)) {
    if (inputs.every((input) => input === null)) continue
    const [bought = null, made = null, sold = null, out = null] = inputs
    known.coveredMs += bought?.coveredMs ?? 0
    known.expectedMs += bought?.expectedMs ?? endMs - startMs
    shares.set(startMs, shareOf(sumOf(bought), sumOf(made) - sumOf(sold) + sumOf(out)))
  }
  if (shares.size === 0) return ALL
  const { calendar } = basis.version
  return {
    at: (ms) => shares.get(Math.max(calendar.spanAt('1h', ms).startMs, basis.span.startMs)) ?? 1,
    coverage: knownShare(known),
  }
}

function shareOf(boughtKwh: number, othersKwh: number): number {
  const allKwh = boughtKwh + othersKwh
  if (boughtKwh <= 0) return 0
  return allKwh <= boughtKwh ? 1 : boughtKwh / allKwh
}

function sumOf(input: InputSum | null): number {
  return input?.sum ?? 0
}
