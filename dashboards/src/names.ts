import type { KpiInfo } from '../../src/base/kpi.js'
import type { LineNode, LocalizedNames, PlantNode } from '../../src/base/wire.js'
import { language } from './settings.js'
import { plantList } from './state.js'

/** In the reader's language, else in any, else the id. */
function nameOf({ id, name }: { readonly id: string; readonly name: LocalizedNames }): string {
  return name[language.value] ?? name.en ?? name.zh ?? id
}

export const plantName = (plant: PlantNode) => nameOf(plant)
export const lineName = (line: LineNode) => nameOf(line)

/** The formula of a KPI in the reader's language. */
export function formulaOf(info: Pick<KpiInfo, 'formula' | 'formula_zh'>): string {
  return language.value === 'zh' ? info.formula_zh : info.formula
}

/** Source, members and causes of null of a KPI, in the language of whoever reads. */
export function factsOf(info: KpiInfo): Readonly<Record<'source' | 'members' | 'nulls', string>> {
  if (language.value !== 'zh') return info
  return { source: info.source_zh, members: info.members_zh, nulls: info.nulls_zh }
}

/** In which a plant tells the time. */
export function zoneOf(plant: string): string {
  return plantList.value.find(({ id }) => id === plant)?.timezone ?? 'UTC'
}
