import type { Report, Text } from '../../base/report.js'
import { sha256Of } from './json.js'
import { say } from './language.js'
import { grouped } from './number.js'
import type { RenderOptions } from './options.js'
import { PROFILE_WORDS, STATUS_WORDS, WORDS } from './words.js'

/** What the report is, for its first page or sheet. Ids and hashes are the same in every language. */
export function coverOf(report: Report, { language, status, fingerprint }: RenderOptions): CoverLine[] {
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
    { title: WORDS.gwp, text: basis.gwp },
    { title: WORDS.data, text: say(dataOf(report), language) },
    { title: WORDS.program, text: `Greengauge ${basis.code.version} ${basis.code.commit}`.trim() },
    { title: WORDS.factorTables, text: basis.factors_sha256 },
    { title: WORDS.sha256, text: sha256Of(report) },
    { title: WORDS.fingerprint, text: fingerprint },
  ]
}

/** From midnight to midnight in the zone of each plant. */
export function periodOf({ period: { from, to }, plants }: Report): Text {
  const zones = new Set(plants.map(({ timezone }) => timezone))
  const [zone = ''] = zones
  return zones.size === 1
    ? { en: `${from} 00:00 until ${to} 00:00, ${zone}`, zh: `${from} 00:00 至 ${to} 00:00，${zone}` }
    : {
        en: `${from} 00:00 until ${to} 00:00, in the zone of each plant`,
        zh: `${from} 00:00 至 ${to} 00:00，按各工厂所在时区`,
      }
}

function dataOf({ basis: { archive } }: Report): Text {
  const place = grouped(String(archive.position))
  return {
    en: `all that had arrived by ${archive.now}, place ${place} of the journal`,
    zh: `截至 ${archive.now} 到达的全部数据，日志位置 ${place}`,
  }
}

export interface CoverLine {
  readonly title: Text
  readonly text: string
}
