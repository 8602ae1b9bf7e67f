import { flagBit } from '../../base/flags.js'
import { STATES } from '../../base/states.js'
import { type Amount, addAmounts, amountOver, Tally } from './amount.js'
import { type Basis, FROM_HOURS, type InputSum, type Kpi, kpi, SUM_NULLS, WHOLE } from './recipe.js'

/** Columns of the states in which a machine does work: the others are standby. */
const WORKING = [STATES.indexOf('PRODUCING'), STATES.indexOf('SETUP')]

/** Electricity that machines use while they neither produce nor are set up. */
export const STANDBY: readonly Kpi[] = [
  kpi(
    {
      id: 'standby_share',
      name: { en: 'Energy at standstill', zh: '待机能耗占比' },
      unit: '1',
      formula:
        'Σ over machines and quarters of ΔkWh × (known time neither producing nor in setup / known time) / Σ ΔkWh of these quarters',
      source: 'decision of this project; no standard',
      confidence: 'project',
      example: '3 kWh in a quarter of 5 min starved and 10 min producing: 3 · 5 / 15 = 1 kWh of 3 kWh = 0.333',
      pillar: 'green',
      shape: 'ratio',
      windows: FROM_HOURS,
      scopes: WHOLE,
      members: 'machines and robots that send state and have a submeter of their own (elec_submeter_kwh)',
      nulls: `${SUM_NULLS}, no_denominator when nothing was used; quarters of unknown state are not known`,
      needs: ['state', 'machine_energy'],
    },
    {
      total: standby,
      add: (a: Standby, b: Standby) => ({ idle: addAmounts(a.idle, b.idle), ofKwh: a.ofKwh + b.ofKwh }),
      figure: ({ idle, ofKwh }: Standby) => amountOver(idle, ofKwh, null),
    },
  ),
]

const APPROX = flagBit('approx')

interface Standby {
  /** Its sum is kWh at standstill. */
  readonly idle: Amount
  readonly ofKwh: number
}

/** Within a quarter nobody knows when the energy flowed: it is split by time, and the figure says that it is approximate. */
function standby(basis: Basis): Standby {
  const tally = new Tally()
  let ofKwh = 0
  for (const { inputs } of basis.slices('15m', 'state', 'machine_energy')) {
    const [state = null, energy = null] = inputs
    if (state === null || energy === null || energy.expectedMs === 0) continue
    const { expectedMs, estimatedMs } = energy
    const coveredMs = Math.min(energy.coveredMs, state.coveredMs)
    const flags = energy.flags | state.flags | APPROX
    tally.cover('machine_energy', { coveredMs, expectedMs, estimatedMs: Math.min(estimatedMs, coveredMs), flags })
    const knownMs = state.coveredMs
    if (knownMs <= 0) continue
    ofKwh += energy.sum
    tally.plain((energy.sum * (knownMs - workingMs(state))) / knownMs)
  }
  return { idle: tally.amount, ofKwh }
}

function workingMs({ accounts }: InputSum): number {
  return WORKING.reduce((ms, column) => ms + accounts[column]!, 0)
}
