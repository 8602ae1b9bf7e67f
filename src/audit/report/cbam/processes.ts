import type { CbamGood } from '../../../base/options/cbam.js'
import type { Text } from '../../../base/report.js'
import { multiply } from '../decimal.js'
import type { PlantFacts } from '../facts.js'
import { knownValue, kpiOf, type ReportFigures } from '../figures.js'
import { bilingual, configuredText } from '../words.js'
import { electricityFactor, type GoodFigures } from './good-figures.js'

/** A good with its figures. */
export interface ReportedGood {
  readonly good: CbamGood
  readonly name: Text
  readonly made: GoodFigures
  readonly isInAnnexII: boolean
}

/** A production process with its goods and the ids of its figures. */
export interface ProcessFigures {
  readonly name: Text
  readonly goods: readonly ReportedGood[]
  readonly mass: string
  readonly direct: string
  readonly kwh: string
  readonly indirect: string
  /** null where no devices are named whose heat is that of its goods. */
  readonly heat: string | null
}

/** Production processes in the order of their first goods; a good that names none has its own. */
export function processesOf(
  facts: PlantFacts,
  figures: ReportFigures,
  goods: readonly ReportedGood[],
): readonly ProcessFigures[] {
  const byName = new Map<string, ReportedGood[]>()
  for (const one of goods) {
    const key = one.good.process ?? `good ${one.good.id}`
    byName.set(key, [...(byName.get(key) ?? []), one])
  }
  return [...byName.values()].map((members) => processFigures(facts, figures, members))
}

function processFigures(facts: PlantFacts, figures: ReportFigures, members: readonly ReportedGood[]): ProcessFigures {
  const [first] = members as readonly [ReportedGood, ...ReportedGood[]]
  const name = nameOf(first)
  const stem = `${facts.plant.id}/cbam_process/${first.good.id}`
  const title = (en: string, zh: string) => bilingual(`${name.en}: ${en}`, `${name.zh}：${zh}`)
  // The figures of a process with one good are those of the good.
  const sumOf = (key: 'mass' | 'direct' | 'kwh', text: Text, unit: string) =>
    members.length === 1
      ? first.made[key]
      : figures.sum(
          `${stem}/${key}`,
          text,
          unit,
          members.map(({ made }) => made[key]),
        )
  const kwh = sumOf('kwh', title('electricity', '电量'), 'kWh')
  const indirect = figures.rule(`${stem}/indirect`, title('attributed indirect emissions', '归属间接排放'), 'kgCO2e', {
    formula: 'cbam_indirect',
    of: [kwh, electricityFactor(facts, figures)],
    value: (amount, factor) => knownValue(multiply(amount!, factor!)),
  })
  return {
    name,
    goods: members,
    mass: sumOf('mass', title('tonnes made', '产量'), 't'),
    direct: sumOf('direct', title('attributed direct emissions', '归属直接排放'), 'kgCO2e'),
    kwh,
    indirect,
    heat: heatOf(facts, figures, stem, members),
  }
}

function nameOf({ good, name }: ReportedGood): Text {
  if (good.process !== undefined) return bilingual(good.process, good.process)
  const route = configuredText(good.route)
  return route === null ? name : bilingual(`${name.en} (${route.en})`, `${name.zh}（${route.zh}）`)
}

function heatOf(
  facts: PlantFacts,
  figures: ReportFigures,
  stem: string,
  members: readonly ReportedGood[],
): string | null {
  const devices = members.flatMap(({ good }) => good.heat_devices ?? [])
  if (members.some(({ good }) => good.heat_devices === undefined) || devices.length === 0) return null
  const { name, unit } = kpiOf('energy_heat')
  const parts = devices.map((device) =>
    figures.days(facts, `${stem}/heat/${device}`, {
      kpi: 'energy_heat',
      scope: 'device',
      id: device,
      name: bilingual(`${device}: ${name.en}`, `${device}：${name.zh}`),
    }),
  )
  return figures.sum(`${stem}/heat`, name, unit, parts)
}
