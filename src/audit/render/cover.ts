import type { Report, Text } from '../../base/report.js'
import { lastDay, localTime } from '../periods.js'
import { sha256OfReport } from './json.js'
import { textIn } from './language.js'
import { grouped } from './number.js'
import type { Frozen, RenderOptions } from './options.js'
import { profileWords, REPORT_WORDS, STATUS_WORDS } from './words.js'

/** Lines that say what the report is, for its first page or sheet. Ids and hashes are the same in every language. */
export function coverLinesOf(report: Report, { language, status, fingerprint, frozen }: RenderOptions): CoverLine[] {
  const { basis } = report
  return [
    ...report.plants.map((plant) => ({
      title: REPORT_WORDS.plant,
      text: `${textIn(plant.name, language)} (${plant.id}, ${plant.timezone})`,
    })),
    { title: REPORT_WORDS.period, text: textIn(periodText(report), language) },
    { title: REPORT_WORDS.profile, text: textIn(profileWords(report), language) },
    { title: REPORT_WORDS.reportId, text: report.id },
    { title: REPORT_WORDS.version, text: `${report.version}` },
    { title: REPORT_WORDS.status, text: textIn(STATUS_WORDS[status], language, ' ') },
    ...(frozen === undefined ? [] : [{ title: REPORT_WORDS.issued, text: textIn(issuedOf(report, frozen), language) }]),
    { title: REPORT_WORDS.gwp, text: basis.gwp },
    { title: REPORT_WORDS.data, text: textIn(dataOf(report), language) },
    { title: REPORT_WORDS.program, text: `Greengauge ${basis.code.version} ${basis.code.commit}`.trim() },
    { title: REPORT_WORDS.factorTables, text: basis.factors_sha256 },
    { title: REPORT_WORDS.sha256, text: sha256OfReport(report) },
    { title: REPORT_WORDS.fingerprint, text: fingerprint },
  ]
}

function issuedOf({ plants }: Report, { by, at }: Frozen): Text {
  const when = firstClock(plants, at)
  return { en: `${when}, frozen by ${by}`, zh: `${when}，由 ${by} 冻结` }
}

/** Whole days in the zone of each plant. */
export function periodText({ period: { from, to }, plants }: Report): Text {
  const zones = new Set(plants.map(({ timezone }) => timezone))
  const [zone = ''] = zones
  return zones.size === 1
    ? { en: `${from} to ${lastDay(to)}, both included; ${zone}`, zh: `${from} 至 ${lastDay(to)}（含），${zone}` }
    : {
        en: `${from} to ${lastDay(to)}, both included; in the zone of each plant`,
        zh: `${from} 至 ${lastDay(to)}（含），按各工厂所在时区`,
      }
}

function dataOf({ basis: { archive }, plants }: Report): Text {
  const place = grouped(String(archive.position))
  const now = firstClock(plants, archive.now)
  return {
    en: `all that had arrived by ${now} (position ${place} in the journal)`,
    zh: `截至 ${now} 到达的全部数据，日志位置 ${place}`,
  }
}

/** An instant to the second, by the clocks of the first plant. */
function firstClock(plants: Report['plants'], instant: string): string {
  return localTime(`${instant.slice(0, 19)}Z`, plants[0]?.timezone ?? 'UTC')
}

export interface CoverLine {
  readonly title: Text
  readonly text: string
}
