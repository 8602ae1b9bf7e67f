import type { ScheduleOptions } from '../audit/reports/options.js'
import { CATALOGUE } from '../kpi/catalogue.js'
import { nearest } from './did-you-mean.js'
import type { ConfigFinding } from './finding.js'
import { findingAt } from './finding-at.js'
import type { Config } from './schema.js'
import type { SettingPath } from './shape.js'

/** A report or a table of figures that is made by itself would be refused each time, or nobody would get it. */
export function scheduleContradictions(config: Config): ConfigFinding[] {
  return config.reports.schedules.flatMap((schedule, s) => {
    const at: SettingPath = ['reports', 'schedules', s]
    return [
      ...unknownPlants(config, schedule, at),
      ...wrongFigures(config, schedule, at),
      ...wrongFormats(config, schedule, at),
      ...wrongWays(config, schedule, at),
      ...doubledNames(config, s),
    ]
  })
}

/** Files of figures are named after their schedule, and those of another of that name would be replaced. */
function doubledNames(config: Config, s: number): ConfigFinding[] {
  const { schedules } = config.reports
  const nameOf = ({ id = 'figures', figures, folder }: ScheduleOptions) =>
    figures === undefined || folder === undefined ? null : `${id} ${folder}`
  const name = nameOf(schedules[s]!)
  if (name === null || !schedules.slice(0, s).some((one) => nameOf(one) === name)) return []
  const problem = 'is the name of another schedule, whose files in the folder these would replace'
  return [findingAt(config, ['reports', 'schedules', s, 'id'], problem, 'give each an id of its own')]
}

function unknownPlants(config: Config, { plants }: ScheduleOptions, at: SettingPath): ConfigFinding[] {
  const ids = config.plants.map(({ id }) => id)
  return plants.flatMap((plant, p) => {
    if (ids.includes(plant)) return []
    const meant = nearest(plant, ids)
    const remedy = `name one of plants${meant === undefined ? '' : `; did you mean ${meant}?`}`
    return [findingAt(config, [...at, 'plants', p], 'is no plant of this configuration', remedy)]
  })
}

function wrongFigures(config: Config, { figures }: ScheduleOptions, at: SettingPath): ConfigFinding[] {
  if (figures === undefined) return []
  const { kpis, window, scope = 'plant' } = figures
  return kpis.flatMap((kpi, i) => {
    const path = [...at, 'figures', 'kpis', i]
    const known = CATALOGUE.find(({ id }) => id === kpi)
    if (known === undefined) {
      const meant = nearest(
        kpi,
        CATALOGUE.map(({ id }) => id),
      )
      const remedy =
        meant === undefined ? 'docs/reference/kpis.md lists the KPIs of this version' : `did you mean ${meant}?`
      return [findingAt(config, path, 'is not a KPI of this version', remedy)]
    }
    if (known.windows.includes(window) && known.scopes.includes(scope)) return []
    const remedy = `it is computed for windows of ${known.windows.join(', ')} and for each ${known.scopes.join(', ')}`
    return [findingAt(config, path, 'is not computed for that window and scope', remedy)]
  })
}

function wrongFormats(config: Config, schedule: ScheduleOptions, at: SettingPath): ConfigFinding[] {
  const { figures, formats = [], freeze, approver } = schedule
  return formats.flatMap((format, f) => {
    const path = [...at, 'formats', f]
    if (figures !== undefined && format !== 'csv' && format !== 'xlsx') {
      return [findingAt(config, path, 'is no format of a table of figures', 'name csv or xlsx')]
    }
    if (figures === undefined && format === 'csv') {
      return [findingAt(config, path, 'is a format of figures alone', 'name pdf, xlsx, json or zip')]
    }
    if (format === 'pact' && schedule.profile !== 'product-footprint') {
      return [findingAt(config, path, 'is of the form product-footprint alone', 'set profile: product-footprint')]
    }
    if ((format !== 'zip' && format !== 'pact') || freeze || approver !== undefined) return []
    return [findingAt(config, path, 'is of a frozen report alone', 'set approver, or freeze: true')]
  })
}

function wrongWays(config: Config, schedule: ScheduleOptions, at: SettingPath): ConfigFinding[] {
  const { figures, freeze, approver, mail, folder, formats } = schedule
  const found: ConfigFinding[] = []
  if (approver !== undefined && (freeze || figures !== undefined)) {
    const remedy = 'remove it, or freeze and figures: what a person signs is made as a draft'
    found.push(findingAt(config, [...at, 'approver'], 'has nothing to freeze', remedy))
  }
  if (approver !== undefined && mail === undefined) {
    found.push(findingAt(config, [...at, 'approver'], 'is asked by mail, and there is none', 'add mail'))
  }
  if ((figures !== undefined || formats !== undefined) && folder === undefined && mail === undefined) {
    const setting = figures === undefined ? 'formats' : 'figures'
    found.push(findingAt(config, [...at, setting], 'go nowhere', 'add folder or mail'))
  }
  if (mail === undefined) return found
  const mails = config.notify.channels.flatMap(({ type, id }) => (type === 'mail' ? [id] : []))
  if (mails.includes(mail.channel)) return found
  const remedy =
    mails.length === 0
      ? 'add it to notify.channels; there is none yet'
      : `add it to notify.channels; there is ${mails.join(', ')}`
  const problem = 'is no notification channel of type mail'
  return [...found, findingAt(config, [...at, 'mail', 'channel'], problem, remedy)]
}
