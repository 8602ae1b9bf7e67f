import type { CentreFunctionItem, CentreState, FunctionProofItem, ProofState } from './wire/centre-functions.js'

/**
 * The twelve functions of a digital energy and carbon management centre, and what proves each of them. Source: MIIT
 * 工信厅节〔2025〕13号 as quoted by others (secondary source); the proofs are decisions of this project.
 */

export const CENTRE_DOCUMENT = {
  en: 'document 13 of 2025 of MIIT on digital energy and carbon management centres',
  zh: '工信厅节〔2025〕13号（数字化能碳管理中心）',
}

/** A figure of a plant by the day that proves something; `isAboveZero`: 0 says that nothing is there. */
export interface FigureProof {
  readonly kpi: string
  readonly isAboveZero?: boolean
}

/** Proofs beside figures. */
export const OTHER_PROOFS = [
  'forecasts',
  'anomalies',
  'load_plan',
  'targets',
  'energy_budget',
  'carbon_budget',
  'allowance',
  'ledger',
  'frozen_reports',
  'certificate_register',
  'lot_footprint',
  'supplier_footprints',
] as const
export type OtherProof = (typeof OTHER_PROOFS)[number]

/** Such a centre is asked for these, and this version has nothing for them. */
const NOT_OFFERED = ['sector_benchmarks'] as const
type NotOffered = (typeof NOT_OFFERED)[number]

type Proof = FigureProof | OtherProof | NotOffered

interface CentreFunction {
  readonly id: string
  readonly name: { readonly en: string; readonly zh: string }
  /** Each of them has to be met, by one of its proofs. */
  readonly needs: readonly (readonly Proof[])[]
}

const kpi = (id: string): FigureProof => ({ kpi: id })

const FUNCTIONS: readonly CentreFunction[] = [
  {
    id: 'monitoring',
    name: { en: 'Energy monitoring and query', zh: '用能监测与查询' },
    needs: [[kpi('energy_elec_import'), kpi('energy_comprehensive')], [kpi('data_completeness')]],
  },
  {
    id: 'energy_flow',
    name: { en: 'Energy flow', zh: '能流分析' },
    needs: [[kpi('energy_unmetered_share')]],
  },
  {
    id: 'analysis',
    name: { en: 'Analysis and strategy advice', zh: '能耗分析与策略建议' },
    needs: [['forecasts', 'anomalies'], ['load_plan']],
  },
  {
    id: 'intensity',
    name: { en: 'Energy intensity', zh: '能源强度管理' },
    needs: [[kpi('sec'), kpi('sec_tce'), kpi('kwh_per_good_part')]],
  },
  {
    id: 'benchmarking',
    name: { en: 'Benchmarking', zh: '能效对标' },
    needs: [[kpi('enpi'), 'targets'], ['sector_benchmarks']],
  },
  {
    id: 'balance',
    name: { en: 'Energy balance and optimisation', zh: '能源平衡与优化' },
    needs: [[kpi('energy_unmetered')], ['load_plan']],
  },
  {
    id: 'budget',
    name: { en: 'Energy and carbon budget', zh: '能碳预算' },
    needs: [['energy_budget'], ['carbon_budget']],
  },
  {
    id: 'carbon_accounting',
    name: { en: 'Carbon accounting', zh: '碳排放核算' },
    needs: [[kpi('carbon_total_lb')], [kpi('scope2_lb'), kpi('scope2_mb')]],
  },
  {
    id: 'product_footprint',
    name: { en: 'Product carbon footprint', zh: '产品碳足迹核算' },
    needs: [[kpi('carbon_per_unit'), kpi('co2e_per_good_part')], ['lot_footprint']],
  },
  {
    id: 'supply_chain',
    name: { en: 'Supply-chain carbon', zh: '供应链碳管理' },
    needs: [['supplier_footprints']],
  },
  {
    id: 'carbon_assets',
    name: { en: 'Carbon assets', zh: '碳资产管理' },
    needs: [[{ kpi: 'scope2_covered_share', isAboveZero: true }], ['allowance'], ['certificate_register']],
  },
  {
    id: 'verification',
    name: { en: 'Verification support', zh: '核查支撑' },
    needs: [['ledger'], ['frozen_reports']],
  },
]

/** All figures that prove something, each once. */
export const PROVING_FIGURES: readonly FigureProof[] = [
  ...new Map(
    FUNCTIONS.flatMap(({ needs }) => needs.flat())
      .filter((proof) => typeof proof === 'object')
      .map((proof) => [proof.kpi, proof]),
  ).values(),
]

/** State, value and reason that were found of one proof. */
export type FoundProof = Omit<FunctionProofItem, 'id' | 'need'>

const NOTHING_OFFERED: FoundProof = { state: 'not_offered', value: null, unit: '', at: null, reason: '' }

/** The twelve functions with the state that their proofs give them, in their order. @param found by KPI, or name of the proof */
export function centreFunctions(found: ReadonlyMap<string, FoundProof>): readonly CentreFunctionItem[] {
  return FUNCTIONS.map(({ id, name, needs }, i) => {
    const proofs = needs.flatMap((proofs, need) =>
      proofs.map((proof) => {
        const key = typeof proof === 'object' ? proof.kpi : proof
        return { id: key, need: need + 1, ...(found.get(key) ?? NOTHING_OFFERED) }
      }),
    )
    const met = needs.map((_, need) => bestOf(proofs.filter((proof) => proof.need === need + 1)))
    return { number: i + 1, id, name, state: stateOf(met), proofs }
  })
}

const BEST_FIRST: readonly ProofState[] = ['in_use', 'stopped', 'missing', 'not_offered']

function bestOf(proofs: readonly FunctionProofItem[]): ProofState {
  return BEST_FIRST.find((state) => proofs.some((proof) => proof.state === state)) ?? 'not_offered'
}

function stateOf(needs: readonly ProofState[]): CentreState {
  if (needs.every((state) => state === 'in_use')) return 'in_use'
  if (needs.includes('stopped')) return 'stopped'
  if (needs.includes('in_use')) return 'partly'
  return needs.every((state) => state === 'not_offered') ? 'not_offered' : 'not_in_use'
}
