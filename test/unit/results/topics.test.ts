import { describe, expect, test } from 'vitest'
import { INSTEAD, TILES } from '../../../dashboards/src/tiles/tiles.js'
import { covers } from '../../../src/intake/topic-filter.js'
import { resultsOptions, TILE_FIGURES } from '../../../src/results/options.js'
import { figureId, ownFilters, plantStatusTopic, type ResultName, resultTopic } from '../../../src/results/topics.js'
import { unsFilter, unsProblem, unsTopic } from '../../../src/results/uns-topic.js'

/** Proves that each figure has a topic of its own, and that the topics of all figures are kept from clients. */

const TEMPLATE = 'acme/{plant}/{line}/{device}/kpi/{kpi}/{window}/{state}'
const figure = (more: Partial<ResultName>): ResultName => {
  return { plant: 'p', scope: 'plant', id: 'p', kpi: 'oee', window: '1d', ...more }
}

test('by itself nothing is published and no topic is kept', () => {
  const options = resultsOptions.parse({})
  expect(options.enabled).toBe(false)
  expect(ownFilters({ ...options, uns_topic: TEMPLATE })).toEqual([])
})

test('the figures of the tiles are those of the page', () => {
  expect([...TILE_FIGURES].sort()).toEqual([...TILES.map(({ kpi }) => kpi), ...Object.values(INSTEAD)].sort())
})

test('all topics of results are kept from clients', () => {
  const options = resultsOptions.parse({
    enabled: true,
    scopes: ['plant', 'line', 'device'],
    uns_topic: TEMPLATE,
    home_assistant: { enabled: true, prefix: 'ha' },
  })
  const filters = ownFilters(options)
  const isKept = (topic: string) => filters.some((filter) => covers(filter, topic))
  const kept = [
    resultTopic(figure({}), 'running'),
    plantStatusTopic('p'),
    'acme/p/kpi/oee/1d/final',
    'acme/p/press/kpi/oee/1d/final',
    'acme/p/press/robot-1/kpi/oee/1d/earlier',
    'ha/sensor/greengauge/x/config',
  ]
  expect(kept.filter((topic) => !isKept(topic))).toEqual([])
  const free = ['ha/sensor/0x1/config', 'homeassistant/status', 'acme/p/press/temperature', 'plants/p/l/d/energy']
  expect(free.filter(isKept)).toEqual([])
})

test('names for Home Assistant differ whenever figures do, and have the characters that it takes', () => {
  const alike = [
    figure({ scope: 'line', id: 'x', kpi: 'inherent_availability' }),
    figure({ scope: 'line', id: 'x_inherent', kpi: 'availability' }),
    figure({ scope: 'device', id: 'x', kpi: 'inherent_availability' }),
    figure({ plant: 'p_line_x', scope: 'line', id: 'p', kpi: 'availability' }),
    figure({ window: '1h' }),
    figure({ window: '1mo' }),
  ]
  const ids = alike.map(figureId)
  expect(new Set(ids).size).toBe(alike.length)
  for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9_-]+$/)
})

describe('a template of the namespace', () => {
  test('leaves out the levels that a figure has not', () => {
    const levels = { plant: 'p', line: '', device: '', kpi: 'oee', window: '1d', state: 'final' }
    expect(unsTopic(TEMPLATE, levels)).toBe('acme/p/kpi/oee/1d/final')
    expect(unsTopic(TEMPLATE, { ...levels, line: 'press' })).toBe('acme/p/press/kpi/oee/1d/final')
    expect(unsFilter(TEMPLATE, 'device')).toBe('acme/+/+/+/kpi/+/+/+')
  })

  test.each([
    ['acme/{plant}/{kpi}/{window}', 'needs {state}'],
    ['acme/x-{plant}/{kpi}/{window}/{state}', 'a level is'],
    ['acme/+/{plant}/{kpi}/{window}/{state}', 'a level is'],
    ['acme//{plant}/{kpi}/{window}/{state}', 'a level is'],
    ['acme/{area}/{plant}/{kpi}/{window}/{state}', 'a level is'],
    ['plants/{plant}/{kpi}/{window}/{state}', 'begins with'],
    ['$share/{plant}/{kpi}/{window}/{state}', 'begins with'],
    ['{plant}/{kpi}/{window}/{state}', 'begins with a placeholder'],
    ['{plant}/{line}/{kpi}/{window}/{state}', 'begins with a placeholder'],
    ['acme/{plant}/{kpi}/{window}/{state}', null],
    [TEMPLATE, null],
  ])('%s', (template, problem) => {
    if (problem === null) expect(unsProblem(template)).toBe(null)
    else expect(unsProblem(template)).toContain(problem)
  })
})
