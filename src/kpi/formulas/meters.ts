import type { Figure } from '../windows/point.js'
import { OUT_OF_RANGE } from './arithmetic/answer.js'
import {
  addInputs,
  type Basis,
  coverOf,
  FROM_QUARTER_HOURS,
  figure,
  type Inputs,
  type KnownTime,
  type Kpi,
  type KpiFacts,
  knownShare,
  kpi,
  type Recipe,
} from './recipe.js'

const FACTS = {
  source: 'no standard: the balance of a tree of meters',
  confidence: 'project',
  pillar: 'green',
  windows: FROM_QUARTER_HOURS,
  scopes: ['plant', 'device'],
  members:
    'a meter, and the meters that name it as their parent; of a plant, its main meters and the meters right behind them',
  needs: ['elec_import_kwh', 'child_energy'],
} as const satisfies Partial<KpiFacts>

/** KPIs that the tree of meters tells and no meter does. */
export const METERS: readonly Kpi[] = [
  kpi(
    {
      ...FACTS,
      id: 'energy_unmetered',
      name: { en: 'Electricity no submeter sees', zh: '未分项计量电量' },
      unit: 'kWh',
      formula: 'energy of the meter − Σ energy of the meters right behind it',
      formula_zh: '上级表电量 − Σ 其直属下级表电量',
      example: 'main meter 100 kWh, submeters 55 and 25 kWh: 100 − 80 = 20 kWh',
      shape: 'sum',
      nulls:
        'no_data with a meter of which nothing is known, low_coverage with one known for less than 75 % of its time',
    },
    balance((parent, children, known) => remainder(parent - children, 1, known)),
  ),
  kpi(
    {
      ...FACTS,
      id: 'energy_unmetered_share',
      name: { en: 'Share no submeter sees', zh: '未分项计量电量占比' },
      unit: '1',
      formula: 'energy_unmetered / energy of the meter',
      formula_zh: 'energy_unmetered / 上级表电量',
      example: 'main meter 100 kWh, submeters 80 kWh: 20 / 100 = 0.2',
      shape: 'ratio',
      nulls: 'as energy_unmetered, and no_denominator when the meter counted nothing',
    },
    balance((parent, children, known) => remainder(parent - children, parent, known)),
  ),
]

interface Balance {
  /** The meter, and all behind it. */
  readonly inputs: Inputs
  readonly byDevice: ReadonlyMap<string, KnownTime>
}

type Cover = ReturnType<typeof coverOf>

function balance(figureOf: (parent: number, children: number, cover: Cover) => Figure): Recipe<Balance> {
  return {
    total: balanceOf,
    add: addBalance,
    figure: ({ inputs, byDevice }) => {
      const [parent, children] = inputs
      return figureOf(parent?.sum ?? 0, children?.sum ?? 0, { ...coverOf(inputs), coverage: worst(byDevice) })
    },
  }
}

function balanceOf(basis: Basis): Balance {
  const byDevice = new Map<string, KnownTime>()
  for (const term of FACTS.needs) {
    for (const { device, inputs } of basis.devices(term)) if (inputs[0]) byDevice.set(device, inputs[0])
  }
  return { inputs: FACTS.needs.map((term) => basis.input(term)), byDevice }
}

function addBalance(a: Balance, b: Balance): Balance {
  const byDevice = new Map<string, KnownTime>(a.byDevice)
  for (const [device, { coveredMs, expectedMs }] of b.byDevice) {
    const before = byDevice.get(device)
    byDevice.set(device, {
      coveredMs: (before?.coveredMs ?? 0) + coveredMs,
      expectedMs: (before?.expectedMs ?? 0) + expectedMs,
    })
  }
  return { inputs: addInputs(a.inputs, b.inputs), byDevice }
}

/** A difference is known no better than its least known term: a silent submeter would look like a loss. */
function worst(byDevice: ReadonlyMap<string, KnownTime>): number {
  let coverage = Infinity
  for (const known of byDevice.values()) if (known.expectedMs > 0) coverage = Math.min(coverage, knownShare(known))
  return coverage === Infinity ? 0 : coverage
}

/** Less than nothing means generation behind the meter, or a tree that is wrong: published, and flagged. */
function remainder(kwh: number, denominator: number, cover: Cover): Figure {
  const flags = kwh < 0 ? cover.flags | OUT_OF_RANGE : cover.flags
  return figure(kwh, denominator, { ...cover, flags })
}
