import type { Report, Text } from '../../base/report.js'
import { localTime } from '../periods.js'
import { sha256Of } from './json.js'
import { say } from './language.js'
import { grouped } from './number.js'
import type { Frozen, RenderOptions } from './options.js'
import { PROFILE_WORDS, STATUS_WORDS, WORDS } from './words.js'

const DAY_MS = 86_400_000

/** Lines that say what the report is, for its first page or sheet. Ids and hashes are the same in every language. */
export function coverOf(report: Report, { language, status, fingerprint, frozen }: RenderOptions): CoverLine[] {
  const { basis } = report
  return [
    ...report.plants.map((plant) => ({
      title: WORDS.plant,
      text: `${say(plant.name, language)} (${plant.id}, ${plant.timezone})`,
    })),
    { title: WORDS.period, text: say(periodOf(report), language) },
    { title: WORDS.profile, text: say(PROFILE_WORDS[report.profile], language) },
    { title: WORDS.reportId, text: report.id },
    { title: WORDS.version, text: `${report.version}` },
    { title: WORDS.status, text: say(STATUS_WORDS[status], language, ' ') },
    ...(frozen === undefined ? [] : [{ title: WORDS.issued, text: say(issuedOf(report, frozen), language) }]),
    { title: WORDS.gwp, text: basis.gwp },
    { title: WORDS.data, text: say(dataOf(report), language) },
    { title: WORDS.program, text: `Greengauge ${basis.code.version} ${basis.code.commit}`.trim() },
    { title: WORDS.factorTables, text: basis.factors_sha256 },
    { title: WORDS.sha256, text: sha256Of(report) },
    { title: WORDS.fingerprint, text: fingerprint },
  ]
}

/** By the clocks of the first plant. */
function issuedOf({ plants }: Report, { by, at }: Frozen): Text {
  const when = localTime(`${at.slice(0, 19)}Z`, plants[0]?.timezone ?? 'UTC')
  return { en: `${when}, frozen by ${by}`, zh: `${when}，由 ${by} 冻结` }
}

/** Whole days in the zone of each plant. */
export function periodOf({ period: { from, to }, plants }: Report): Text {
  const zones = new Set(plants.map(({ timezone }) => timezone))
  const [zone = ''] = zones
  return zones.size === 1
    ? { en: `${from} to ${lastDay(to)}, both included; ${zone}`, zh: `${from} 至 ${lastDay(to)}（含），${zone}` }
    : {
        en: `${from} to ${lastDay(to)}, both included; in the zone of each plant`,
        zh: `${from} 至 ${lastDay(to)}（含），按各工厂所在时区`,
      }
}

function lastDay(to: string): string {
  return new Date(Date.parse(to) - DAY_MS).toISOString().slice(0, 10)
}

function dataOf({ basis: { archive } }: Report): Text {
  const place = grouped(String(archive.position))
  return {
    en: `all that had arrived by ${archive.now} (position ${place} in the journal)`,
    zh: `截至 ${archive.now} 到达的全部数据，日志位置 ${place}`,
  }
}

export interface CoverLine {
  readonly title: Text
  readonly text: string
}
