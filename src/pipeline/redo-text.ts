import type { Text } from '../base/report.js'
import { RULES_EDITION } from '../kpi/rules-edition.js'
import type { Redo } from '../kpi/schedule/redo.js'

/** Says which figures of a plant are made again, and how far that is, for people who wait for it; null when none are. */
export function redoText(redo: Pick<Redo, 'progressOf'>, plant: string): Text | null {
  const found = redo.progressOf(plant)
  if (found === null) return null
  const { cause, part } = found
  const percent = Math.floor(part * 100)
  return cause === 'rules'
    ? {
        en: `figures of ${plant} are made again by the calculation rules of edition ${RULES_EDITION}: ${percent} %`,
        zh: `正在按第 ${RULES_EDITION} 版计算规则重新计算 ${plant} 的数值：${percent} %`,
      }
    : {
        en: `figures of ${plant} are made again with the newer factor tables: ${percent} %`,
        zh: `正在按新的因子表重新计算 ${plant} 的数值：${percent} %`,
      }
}

/** Most plants that are named; of more nothing is said. */
const PLANTS_SHOWN_MAX = 5

/** The same of all plants as one sentence; '' when nothing is made again. */
export function redoReason(redo: Pick<Redo, 'progressOf' | 'plants'>): string {
  return redo.plants
    .slice(0, PLANTS_SHOWN_MAX)
    .flatMap((plant) => redoText(redo, plant)?.en ?? [])
    .join('; ')
}
