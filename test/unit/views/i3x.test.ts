import { describe, expect, test } from 'vitest'
import {
  failure,
  i3xAnswer,
  instance,
  namespace,
  objectType,
  related,
  relationshipType,
  serverInfo,
} from '../../../src/views/i3x/shapes.js'
import { startViews } from '../../../src/views/views.js'
import { person, testGate } from '../../support/gate.js'
import { FakeSources } from './fake-sources.js'
import { ask, bulkResult, HOUR, http, PLANT, refused, result, silent, UNKNOWN_ID, useI3x } from './i3x-server.js'

/**
 * Statements of the guide of i3X 1.0, numbered as its conformance suite does; docs/reference/i3x-assertions.md has the table. What is
 * asked for here is written from the guide.
 */

useI3x()

describe('transport and capabilities', () => {
  test('CORE-01 and 03: /info has the version and all capabilities', async () => {
    const { specVersion, capabilities } = await result(serverInfo, 'info')
    expect(specVersion).toBe('1.0')
    expect(capabilities).toEqual({
      query: { history: true },
      update: { current: false, history: false },
      subscribe: { stream: false },
    })
  })

  test('CORE-02 and 06: where people sign in, /info alone answers nobody; the rest says 401 in the words of i3X', async () => {
    const closed = new FakeSources()
    closed.gate = testGate({ clock: closed.clock, people: [await person('wei', 'operator')] })
    const at = await startViews(http, closed, silent)
    expect((await ask('info', undefined, at)).status).toBe(200)
    const answer = await ask('namespaces', undefined, at)
    expect(answer.status).toBe(401)
    expect(failure.parse(answer.body).responseDetail).toMatchObject({ title: 'Unauthorized', status: 401 })
    expect((await refused(401, 'objects/value', { elementIds: [PLANT] }, at)).detail).toContain('signed in')
    await at.close()
  })

  test('CORE-04: every answer is gzipped for those who take it', async () => {
    for (const [path, body] of [['namespaces'], ['objects/list', { elementIds: [PLANT, UNKNOWN_ID] }]] as const) {
      const { headers, body: came } = await ask(path, body, undefined, { 'accept-encoding': 'gzip' })
      expect(headers.get('content-encoding')).toBe('gzip')
      expect(came).toHaveProperty('success')
      for (const taken of ['identity', 'br, gzip;q=0', 'gzip; q=0.000, br']) {
        const plain = await ask(path, body, undefined, { 'accept-encoding': taken })
        expect(plain.headers.get('content-encoding')).toBeNull()
      }
    }
  })

  test('faults are told in the words of i3X', async () => {
    expect((await refused(400, 'objects/value', '{')).detail).toBe('The body is not JSON.')
    expect((await refused(400, 'objects/value', {})).detail).toContain('elementIds')
    expect(await refused(501, 'objects/value', { updates: [] }, undefined, 'PUT')).toMatchObject({
      title: 'Not Implemented',
    })
    await refused(501, 'objects/history', { updates: [] }, undefined, 'PUT')
  })
})

describe('exploring', () => {
  test('EXP-01 to 03: namespaces, each once', async () => {
    const uris = (await result(namespace.array(), 'namespaces')).map(({ uri }) => uri)
    expect(uris).toEqual([
      'https://cesmii.org/i3x',
      'https://www.isa.org/isa95?projection=greengauge',
      'urn:greengauge:figures',
    ])
  })

  test('EXP-04 to 06: object types with a schema, each in a namespace, and by namespace', async () => {
    const types = await result(objectType.array(), 'objecttypes')
    const uris = new Set((await result(namespace.array(), 'namespaces')).map(({ uri }) => uri))
    expect(types.every(({ namespaceUri, schema }) => uris.has(namespaceUri) && schema.type === 'object')).toBe(true)
    expect(types.map(({ elementId }) => elementId)).toContain('kpis/energy_elec_import')
    const figures = await result(objectType.array(), 'objecttypes?namespaceUri=urn%3Agreengauge%3Afigures')
    expect(figures.map(({ elementId }) => elementId)).toEqual(['kpis/energy_elec_import'])
    expect(await result(objectType.array(), 'objecttypes?namespaceUri=urn%3Aother')).toEqual([])
  })

  test('EXP-07, 08 and 11: types by id, in order, and 404 for each that is not there', async () => {
    const elementIds = ['types/device', 'none', 'types/site']
    const types = await bulkResult(objectType, 'objecttypes/query', { elementIds })
    expect(types.map(({ elementId }) => elementId)).toEqual(elementIds)
    expect(types[1]).toMatchObject({ success: false, responseDetail: { title: 'Not Found', status: 404 } })
    const asked = { elementIds: ['HasParent', 'none'] }
    const relations = await bulkResult(relationshipType, 'relationshiptypes/query', asked)
    expect(relations.map(({ success }) => success)).toEqual([true, false])
  })

  test('EXP-09 and 10: each relationship has a reverse, whose reverse it is', async () => {
    const types = await result(relationshipType.array(), 'relationshiptypes')
    const reverse = new Map(types.map(({ elementId, reverseOf }) => [elementId, reverseOf]))
    expect(types).toHaveLength(4)
    for (const { elementId, reverseOf } of types) expect(reverse.get(reverseOf)).toBe(elementId)
  })

  test('EXP-12 to 14: objects of known types, whose ids are unique and printable', async () => {
    const objects = await result(instance.array(), 'objects')
    const types = new Set((await result(objectType.array(), 'objecttypes')).map(({ elementId }) => elementId))
    expect(objects.every(({ typeElementId }) => types.has(typeElementId))).toBe(true)
    const ids = objects.map(({ elementId }) => elementId)
    expect(new Set([...ids, ...types]).size).toBe(ids.length + types.size)
    expect(ids.every((id) => /^[!-~]+$/.test(id))).toBe(true)
    expect(ids.slice(0, 3)).toEqual(['gateway', PLANT, 'plants/dresden-1'])
    expect(ids).toContain(`${PLANT}/lines/press`)
    expect(ids).toContain(`${PLANT}/devices/main-1/kpis/energy_elec_import/1h`)
  })

  test('EXP-15: one root, also while there is no plant', async () => {
    const root = await result(instance.array(), 'objects?root=true')
    expect(root).toMatchObject([{ elementId: 'gateway', parentId: null, isComposition: false }])
    const empty = new FakeSources()
    empty.nodes = []
    const at = await startViews(http, empty, silent)
    expect((await ask('objects', undefined, at)).body).toMatchObject({ result: [{ elementId: 'gateway' }] })
    await at.close()
  })

  test('EXP-16 and 17: objects of one type, and their metadata', async () => {
    const lines = await result(instance.array(), 'objects?typeElementId=types/line&includeMetadata=true')
    expect(lines.map(({ elementId }) => elementId)).toEqual([`${PLANT}/lines/press`, 'plants/dresden-1/lines/press'])
    expect(lines[0]!.metadata).toMatchObject({
      typeNamespaceUri: 'https://www.isa.org/isa95?projection=greengauge',
      sourceTypeId: 'WorkCenter',
      relationships: { HasParent: PLANT, HasChildren: [`${PLANT}/devices/main-1`] },
    })
    expect((await result(instance.array(), 'objects'))[0]).not.toHaveProperty('metadata')
  })

  test('EXP-18: objects by id, in order, and 404 for one that is not there', async () => {
    const elementIds = [HOUR, UNKNOWN_ID, `${PLANT}/kpis/energy_elec_import/1mo`, 'gateway']
    const objects = await bulkResult(instance, 'objects/list', { elementIds })
    expect(objects.map(({ success }) => success)).toEqual([true, false, false, true])
    expect(objects[0]!.result).toMatchObject({ parentId: PLANT, displayName: 'Electricity (1h)' })
  })

  test('EXP-19 to 22: every edge is found from both ends, parents too, and by type', async () => {
    const objects = await result(instance.array(), 'objects')
    const reverse = new Map(
      (await result(relationshipType.array(), 'relationshiptypes')).map((type) => [type.elementId, type.reverseOf]),
    )
    const elementIds = objects.map(({ elementId }) => elementId)
    const answers = await bulkResult(related.array(), 'objects/related', { elementIds })
    const edges = answers.flatMap(({ elementId, result }) =>
      result.map(({ sourceRelationship, object }) => [elementId, sourceRelationship, object.elementId].join(' ')),
    )
    expect(new Set(edges).size).toBe(edges.length)
    for (const edge of edges) {
      const [from, type, to] = edge.split(' ')
      expect(edges).toContain([to, reverse.get(type!), from].join(' '))
    }
    for (const { elementId, parentId } of objects.filter((one) => one.parentId !== null)) {
      expect(edges.some((edge) => edge.startsWith(`${elementId} `) && edge.endsWith(` ${parentId}`))).toBe(true)
    }
    const asked = { elementIds: [PLANT], relationshipType: 'HasChildren' }
    const [children] = await bulkResult(related.array(), 'objects/related', asked)
    expect(children!.result.map(({ object }) => object.elementId)).toEqual([`${PLANT}/lines/press`])
  })

  test('metadata name 50,000 relations in an answer at most, and what is left out is told with status 206', async () => {
    const wide = new FakeSources()
    const [plant] = wide.nodes
    wide.nodes = [{ ...plant!, lines: Array.from({ length: 60 }, (_, i) => ({ ...plant!.lines[0]!, id: `l-${i}` })) }]
    const at = await startViews(http, wide, silent)
    const ids = (id: string) => ({ elementIds: Array.from({ length: 1000 }, () => id), includeMetadata: true })
    for (const [path, body] of [
      ['objects/list', ids(PLANT)],
      ['objects/related', { ...ids(`${PLANT}/lines/l-0`), relationshipType: 'HasParent' }],
    ] as const) {
      const { status, body: came } = await ask(path, body, at)
      expect(status).toBe(206)
      // Beside those of the lists each object has its own parent.
      expect(JSON.stringify(came).match(/"plants[^"]+[/]lines[/]l-\d+"/g)!.length).toBeLessThan(51_000)
      const { responseDetail } = came as { responseDetail: object }
      expect(responseDetail).toMatchObject({ status: 206, detail: expect.stringContaining('50000 relations') })
    }
    expect((await ask('objects/list', { elementIds: [PLANT], includeMetadata: true }, at)).status).toBe(200)
    await at.close()
  })

  test('more objects than a page come in pages, each but the last with status 206, and every object once', async () => {
    const whole = (await result(instance.array(), 'objects')).map(({ elementId }) => elementId)
    const told: string[] = []
    for (let path = 'objects?limit=7'; ; ) {
      const { status, body } = await ask(path)
      const page = i3xAnswer(instance.array()).strict().parse(body)
      told.push(...page.result.map(({ elementId }) => elementId))
      expect(status).toBe(page.responseDetail === undefined ? 200 : 206)
      if (page.responseDetail === undefined) break
      expect(page.responseDetail.status).toBe(206)
      path = `objects?limit=7&cursor=${/cursor=([\w-]+)/.exec(page.responseDetail.detail)![1]}`
    }
    expect(told).toEqual(whole)
  })
})
