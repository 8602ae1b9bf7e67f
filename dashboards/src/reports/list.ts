import type { ReportItem } from '../../../src/base/report.js'
import { plantName } from '../names.js'
import { plantList } from '../state.js'

interface ReportGroup {
  readonly key: string
  readonly plants: readonly string[]
  /** The newest period first, of one period the newest version. */
  readonly items: readonly ReportItem[]
}

/** Reports of the same plants together, by the names of their plants. */
export function groupsOfReports(items: readonly ReportItem[]): readonly ReportGroup[] {
  const groups = new Map<string, ReportItem[]>()
  for (const item of items) {
    const key = item.plants.join('+')
    groups.set(key, [...(groups.get(key) ?? []), item])
  }
  return [...groups]
    .map(([key, own]) => ({ key, plants: own[0]!.plants, items: own.toSorted(newestFirst) }))
    .toSorted((a, b) => a.plants.length - b.plants.length || a.key.localeCompare(b.key))
}

function newestFirst(a: ReportItem, b: ReportItem): number {
  return b.to.localeCompare(a.to) || b.from.localeCompare(a.from) || a.id.localeCompare(b.id) || b.version - a.version
}

/** By their names as far as they are known. */
export function plantsText(ids: readonly string[]): string {
  return ids
    .map((id) => {
      const plant = plantList.value.find((p) => p.id === id)
      return plant === undefined ? id : plantName(plant)
    })
    .join(', ')
}
