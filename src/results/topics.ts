import type { KpiPoint } from '../base/kpi.js'
import type { AclRule } from '../intake/options.js'
import type { ResultsOptions } from './options.js'
import { unsFilter } from './uns-topic.js'

/**
 * Last level of the topic of a figure: a window that still runs, the newest that is final, and any before that one, which is
 * final only now or was restated.
 */
export type ResultState = 'running' | 'final' | 'earlier'

export type ResultName = Pick<KpiPoint, 'plant' | 'scope' | 'id' | 'kpi' | 'window'>

const ROOT = 'results'

/** Level of discovery topics that tells ours from those of other programs. */
const NODE_ID = 'greengauge'

export function resultTopic({ plant, scope, id, kpi, window }: ResultName, state: ResultState): string {
  return [ROOT, plant, scope, id, kpi, window, state].join('/')
}

/** Topic under which `online` stands while the figures of a plant are up to date, and `offline` while they are not. */
export function plantStatusTopic(plant: string): string {
  return `${ROOT}/${plant}/status`
}

/**
 * Name of a figure that no other has, of the characters that Home Assistant takes for ids. The capitals stand between the parts:
 * ids have none.
 */
export function figureId({ plant, scope, id, kpi, window }: ResultName): string {
  return `${plant}_${scope.toUpperCase()}_${id}_KPI_${kpi}_${window}`
}

export function discoveryTopic(prefix: string, figure: ResultName): string {
  return `${prefix}/sensor/${NODE_ID}/${figureId(figure)}/config`
}

/** Filters of the topics under which the gateway alone publishes; none while nothing is published. */
export function ownFilters({ enabled, uns_topic, scopes, home_assistant }: ResultsOptions): readonly string[] {
  if (!enabled) return []
  const uns = uns_topic === undefined ? [] : scopes.map((scope) => unsFilter(uns_topic, scope))
  const discovery = home_assistant.enabled ? [`${home_assistant.prefix}/sensor/${NODE_ID}/#`] : []
  return [`${ROOT}/#`, ...new Set(uns), ...discovery]
}

/** Rules that keep all clients from publishing there, beside those of `mqtt.acl`. */
export function ownTopicRules(options: ResultsOptions): readonly AclRule[] {
  return ownFilters(options).map((topic) => ({ deny: 'publish', topic }))
}
