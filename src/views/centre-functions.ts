import { createHash } from 'node:crypto'
import type { EventFields } from '../base/events.js'
import {
  CENTRE_FUNCTION_NAMES,
  type CentreFunctionId,
  type CentreState,
  type ProofState,
} from '../base/management-centre.js'
import type { CentreFunctionItem, CentreFunctionsAnswer, FunctionProofItem } from './wire/centre-functions.js'

/**
 * The twelve functions of a digital energy and carbon management centre by what proves each of them; the proofs are decisions of
 * this project.
 */

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
  'sector_benchmarks',
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

type Proof = FigureProof | OtherProof

interface CentreFunction {
  readonly id: CentreFunctionId
  /** Each of them has to be met, by one of its proofs. */
  readonly needs: readonly (readonly Proof[])[]
}

const kpi = (id: string): FigureProof => ({ kpi: id })

const FUNCTIONS: readonly CentreFunction[] = [
  {
    id: 'monitoring',
    needs: [[kpi('energy_elec_import'), kpi('energy_comprehensive')], [kpi('data_completeness')]],
  },
  {
    id: 'energy_flow',
    needs: [[kpi('energy_unmetered_share')]],
  },
  {
    id: 'analysis',
    needs: [['forecasts', 'anomalies'], ['load_plan']],
  },
  {
    id: 'intensity',
    needs: [[kpi('sec'), kpi('sec_tce'), kpi('kwh_per_good_part')]],
  },
  {
    id: 'benchmarking',
    needs: [[kpi('enpi'), 'targets'], ['sector_benchmarks']],
  },
  {
    id: 'balance',
    needs: [[kpi('energy_unmetered')], ['load_plan']],
  },
  {
    id: 'budget',
    needs: [['energy_budget'], ['carbon_budget']],
  },
  {
    id: 'carbon_accounting',
    needs: [[kpi('carbon_total_lb')], [kpi('scope2_lb'), kpi('scope2_mb')]],
  },
  {
    id: 'product_footprint',
    needs: [[kpi('carbon_per_unit'), kpi('co2e_per_good_part')], ['lot_footprint']],
  },
  {
    id: 'supply_chain',
    needs: [['supplier_footprints']],
  },
  {
    id: 'carbon_assets',
    needs: [[{ kpi: 'scope2_covered_share', isAboveZero: true }], ['allowance'], ['certificate_register']],
  },
  {
    id: 'verification',
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
  return FUNCTIONS.map(({ id, needs }, i) => {
    const proofs = needs.flatMap((proofs, need) =>
      proofs.map((proof) => {
        const key = typeof proof === 'object' ? proof.kpi : proof
        return { id: key, need: need + 1, ...(found.get(key) ?? NOTHING_OFFERED) }
      }),
    )
    const met = needs.map((_, need) => bestOf(proofs.filter((proof) => proof.need === need + 1)))
    return { number: i + 1, id, name: CENTRE_FUNCTION_NAMES[id], state: stateOf(met), proofs }
  })
}

/** The same as an entry says it, short enough for an event: of each need the proof that is there, or one that is missing. */
export function centreLookOf({
  in_use,
  functions,
}: Pick<CentreFunctionsAnswer, 'in_use' | 'functions'>): Pick<EventFields<'centre_look'>, 'in_use' | 'functions'> {
  return {
    in_use,
    functions: functions.map(({ id, state, proofs }) => {
      const needs = [...new Set(proofs.map(({ need }) => need))]
      return {
        id,
        state,
        proofs: needs.map((need) => {
          const own = proofs.filter((proof) => proof.need === need)
          const { id: proof, state: found, at } = own.find((one) => one.state === bestOf(own)) ?? own[0]!
          return { id: proof, state: found, ...(at === null ? {} : { at }) }
        }),
      }
    }),
  }
}

type Look = ReturnType<typeof centreLookOf>

/** Id of a look of a day (UTC): asked for again it is the same, until the state of something or its proof is another. */
export function centreLookId(
  look: Look,
  { author, nowMs }: { readonly author: string; readonly nowMs: number },
): string {
  const day = new Date(nowMs).toISOString().slice(0, 10)
  const states = look.functions.map(({ id, state, proofs }) => [
    id,
    state,
    proofs.map((proof) => [proof.id, proof.state]),
  ])
  const hash = createHash('sha256')
    .update(JSON.stringify([author, states]))
    .digest('hex')
  return `look-${day}-${hash.slice(0, 24)}`
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
