import { overlaps } from '../intake/topic-filter.js'
import { isUserReadable } from '../notify/sender.js'
import type { ChosenFigures } from '../results/options.js'
import { ownFilters } from '../results/topics.js'
import { tellsScopes } from '../results/uns-topic.js'
import { nearest } from './did-you-mean.js'
import type { ComputedFigure } from './figure-doubts.js'
import type { ConfigFinding } from './finding.js'
import { findingAt } from './finding-at.js'
import type { Config } from './schema.js'
import type { SettingPath } from './shape.js'
import { givenTwice } from './twofold.js'

export function resultsContradictions(config: Config): ConfigFinding[] {
  return [...webhookContradictions(config), ...mqttContradictions(config)]
}

function webhookContradictions(config: Config): ConfigFinding[] {
  const { results, journal } = config
  return results.webhooks.flatMap((webhook, index) => {
    const at = ['results', 'webhooks', index]
    const findings = [...givenTwice(webhook, at, 'url'), ...givenTwice(webhook, at, 'token')]
    if (webhook.url === undefined && webhook.url_file === undefined) {
      const remedy = 'add it, or url_file, the name of a file that holds it'
      findings.push({ path: [...at, 'url'], value: '', problem: 'is missing', remedy })
    }
    if (webhook.url !== undefined && !isUserReadable(new URL(webhook.url))) {
      const problem = 'has a % in its user or password that stands for nothing'
      findings.push(findingAt(config, [...at, 'url'], problem, 'write it as %25'))
    }
    if (journal.type === 'jetstream') {
      const problem = 'posts the figures of a single gateway, and a node of a cluster has some of them alone'
      findings.push(
        findingAt(config, [...at, 'id'], problem, 'take it out, and read figures from a viewer of the cluster'),
      )
    }
    return findings
  })
}

function mqttContradictions(config: Config): ConfigFinding[] {
  const { results, mqtt, journal } = config
  if (!results.enabled) return []
  const { uns_topic, scopes, home_assistant } = results
  const findings: ConfigFinding[] = []
  const find = (setting: string, problem: string, remedy: string): void => {
    findings.push(findingAt(config, ['results', setting], problem, remedy))
  }
  if (journal.type === 'jetstream') {
    find('enabled', 'publishes at the broker of a single gateway, and a node of a cluster has none', 'set it to false')
  } else if (!mqtt.enabled) {
    find('enabled', 'publishes at the gateway’s own broker, which is off', 'set mqtt.enabled to true, or this to false')
  }
  if (uns_topic !== undefined && !tellsScopes(uns_topic, scopes)) {
    const remedy = 'put {line} into it, and {device} for figures of devices'
    find('uns_topic', 'gives figures of several lines or devices one topic', remedy)
  }
  if (home_assistant.enabled && ['plants', 'spBv1.0', 'results'].includes(home_assistant.prefix)) {
    const problem = 'is the first level of other topics'
    const remedy = 'choose another, and the same in Home Assistant'
    findings.push(findingAt(config, ['results', 'home_assistant', 'prefix'], problem, remedy))
  }
  return findings
}

/** Figures that are never published, and results that might come back. */
export function resultsDoubts(config: Config, kpis: readonly ComputedFigure[] | undefined): ConfigFinding[] {
  const { results, brokers } = config
  const posted = results.webhooks.flatMap((hook, index) =>
    chosenDoubts(config, hook, ['results', 'webhooks', index], kpis),
  )
  if (!results.enabled) return posted
  const own = ownFilters(results)
  const returning = brokers.flatMap(({ topics }, index) => {
    const back = topics.findIndex((topic) => own.some((filter) => overlaps(filter, topic)))
    if (back < 0) return []
    const problem =
      'also brings what results publishes, where that gets to this broker: it would be kept as unusable messages'
    return [findingAt(config, ['brokers', index, 'topics', back], problem, 'name the topics of devices alone')]
  })
  return [...chosenDoubts(config, results, ['results'], kpis), ...posted, ...returning]
}

/** Plants and KPIs that are chosen, and that there are not. */
function chosenDoubts(
  config: Config,
  chosen: ChosenFigures,
  at: SettingPath,
  kpis: readonly ComputedFigure[] | undefined,
): ConfigFinding[] {
  const known = config.plants.map(({ id }) => id)
  const strangers = (chosen.plants ?? []).flatMap((plant, index) => {
    if (known.includes(plant)) return []
    const meant = nearest(plant, known)
    const remedy = meant === undefined ? 'it is published as soon as something of it comes' : `did you mean ${meant}?`
    return [findingAt(config, [...at, 'plants', index], 'is not a configured plant', remedy)]
  })
  const unknown = chosen.kpis.flatMap((kpi, index) => {
    if (kpi === '*' || kpis === undefined || kpis.some(({ id }) => id === kpi)) return []
    const meant = nearest(
      kpi,
      kpis.map(({ id }) => id),
    )
    const remedy =
      meant === undefined ? 'greengauge and its catalogue of KPIs have none of this name' : `did you mean ${meant}?`
    return [findingAt(config, [...at, 'kpis', index], 'is no KPI: nothing is published of it', remedy)]
  })
  return [...strangers, ...unknown]
}
