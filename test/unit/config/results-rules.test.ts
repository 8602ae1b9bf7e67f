import { describe, expect, test } from 'vitest'
import { resultsContradictions, resultsDoubts } from '../../../src/config/results-rules.js'
import { configSchema } from '../../../src/config/schema.js'
import { pathText } from '../../../src/config/shape.js'
import { CATALOGUE } from '../../../src/kpi/catalogue.js'

/** Proves that settings of results which publish nothing, or what comes back, are found. */

const of = (results: object, more: object = {}) =>
  configSchema.parse({ results: { enabled: true, ...results }, ...more })
const contradicted = (results: object, more?: object) =>
  resultsContradictions(of(results, more)).map(({ path }) => pathText(path))
const doubted = (results: object, more?: object) =>
  resultsDoubts(of(results, more), CATALOGUE).map(({ path }) => pathText(path))

const UNS = 'acme/{plant}/{kpi}/{window}/{state}'

describe('results', () => {
  test('need a broker of their own', () => {
    expect(contradicted({})).toEqual([])
    expect(contradicted({}, { mqtt: { enabled: false } })).toEqual(['results.enabled'])
    expect(contradicted({ enabled: false }, { mqtt: { enabled: false } })).toEqual([])
    const journal = { type: 'jetstream', servers: ['nats://10.0.0.1:4222'] }
    expect(contradicted({}, { journal })).toEqual(['results.enabled'])
  })

  test('need a topic for each figure', () => {
    expect(contradicted({ uns_topic: UNS })).toEqual([])
    expect(contradicted({ uns_topic: UNS, scopes: ['plant', 'line'] })).toEqual(['results.uns_topic'])
    expect(contradicted({ uns_topic: `x/{line}/${UNS}`, scopes: ['device'] })).toEqual(['results.uns_topic'])
    expect(contradicted({ uns_topic: `x/{line}/{device}/${UNS}`, scopes: ['line', 'device'] })).toEqual([])
    expect(contradicted({ home_assistant: { enabled: true, prefix: 'plants' } })).toEqual([
      'results.home_assistant.prefix',
    ])
  })

  test('of webhooks are doubted and contradicted like the others, also while nothing is published', () => {
    const plants = [{ id: 'suzhou-1', name: {}, timezone: 'UTC' }]
    const webhooks = [{ id: 'erp', url: 'https://a%zz:b@erp.example/x', plants: ['suzhou-2'], kpis: ['oe'] }]
    expect(doubted({ enabled: false, webhooks }, { plants })).toEqual([
      'results.webhooks[0].plants[0]',
      'results.webhooks[0].kpis[0]',
    ])
    expect(contradicted({ enabled: false, webhooks }, { plants })).toEqual(['results.webhooks[0].url'])
  })

  test('of plants and KPIs that there are not, or that a broker brings back, are doubted', () => {
    const plants = [{ id: 'suzhou-1', name: {}, timezone: 'UTC' }]
    expect(doubted({ plants: ['suzhou-2'], kpis: ['oe', '*', 'oee'] }, { plants })).toEqual([
      'results.plants[0]',
      'results.kpis[0]',
    ])
    const broker = { id: 'hall', url: 'mqtt://10.0.0.5:1883', client_id: 'c' }
    expect(doubted({}, { brokers: [{ ...broker, topics: ['plants/#'] }] })).toEqual([])
    expect(doubted({}, { brokers: [{ ...broker, topics: ['plants/#', '#'] }] })).toEqual(['brokers[0].topics[1]'])
    expect(doubted({ enabled: false }, { brokers: [{ ...broker, topics: ['#'] }] })).toEqual([])
  })
})
