import type { Kpi } from './recipe.js'
import { COMPLIANCE } from './stacks/compliance.js'
import { CONCENTRATIONS } from './stacks/concentrations.js'
import { MASSES } from './stacks/masses.js'

/** Pollutants of stacks: concentrations, masses, and what is asked about limits. */
export const EMISSIONS: readonly Kpi[] = [...CONCENTRATIONS, ...MASSES, ...COMPLIANCE]
