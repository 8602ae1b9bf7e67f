import { fullItems, summaryItems } from '../cbam/tables.js'
import { centreArchitecture, centreFunctionProofs } from '../centre/centre-tables.js'
import { lotDeclaration, lots } from '../footprint/lot-tables.js'
import { sectorValues } from '../green/benchmarks.js'
import { cleanEnergy } from '../green/clean-energy.js'
import { greenRegisters, indicators } from '../green/indicator-tables.js'
import { loanProof, loanProofFirst } from '../loan/loan-proof.js'
import { loanSummary, loanSummaryFirst } from '../loan/loan-summary.js'
import { allowances, attestations, covered, originals } from '../market/market-tables.js'
import { controlPlan, measuringPoints } from '../market/plan-tables.js'
import { activity } from './activity.js'
import type { ReportBlock } from './block.js'
import { budgets } from './budgets.js'
import { carbonPrice, goods, installation, precursors } from './cbam.js'
import { daily } from './daily.js'
import { energy, intensities } from './energy.js'
import { energyUses } from './energy-uses.js'
import { gbt32150 } from './gbt32150.js'
import { baseYear, boundary, identity } from './identity.js'
import { pollutants } from './pollutants.js'
import { quality } from './quality.js'
import { savings } from './savings.js'
import { biogenic, scope1 } from './scope1.js'
import { exports, scope2, totals } from './scope2.js'
import { statements } from './statements.js'
import { uncertainty } from './uncertainty.js'

/** Everything that a profile can put into a report of a plant, by the names that profiles use. */
export const BLOCKS = {
  identity,
  boundary,
  'base-year': baseYear,
  totals,
  scope1,
  scope2,
  biogenic,
  exports,
  pollutants,
  energy,
  'energy-uses': energyUses,
  intensities,
  budgets,
  savings,
  activity,
  daily,
  quality,
  statements,
  uncertainty,
  gbt32150,
  installation,
  goods,
  precursors,
  'carbon-price': carbonPrice,
  'items-1-2': fullItems(1, 2),
  'items-3-6': fullItems(3, 6),
  'items-7-12': fullItems(7, 12),
  'items-13-15': fullItems(13, 15),
  'items-16-17': fullItems(16, 17),
  'items-18-28': fullItems(18, 28),
  'items-29-35': fullItems(29, 35),
  'summary-items': summaryItems,
  lots,
  'lot-declaration': lotDeclaration,
  covered,
  allowances,
  'control-plan': controlPlan,
  originals,
  attestations,
  indicators,
  'clean-energy': cleanEnergy,
  'green-registers': greenRegisters,
  benchmarks: sectorValues,
  'centre-architecture': centreArchitecture,
  'centre-functions': centreFunctionProofs,
  'measuring-points': measuringPoints,
  'loan-summary': loanSummary,
  'loan-summary-first': loanSummaryFirst,
  'loan-proof': loanProof,
  'loan-proof-first': loanProofFirst,
} as const satisfies Readonly<Record<string, ReportBlock>>

export type BlockId = keyof typeof BLOCKS

/** Blocks about the report as a whole. */
export const WHOLES = ['factors', 'integrity', 'restatement', 'symbols'] as const
export type WholeId = (typeof WHOLES)[number]
