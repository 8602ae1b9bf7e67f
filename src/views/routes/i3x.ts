import { z } from 'zod'
import { gzippedEach } from '../gzipped.js'
import {
  AddressSpace,
  elementIdOf,
  I3X_NAMESPACES,
  I3X_RELATIONSHIPS,
  type I3xElement,
  RelationBudget,
} from '../i3x/address-space.js'
import { bulk, detailOf, noElement, sendI3xFailure } from '../i3x/answers.js'
import {
  bulkOf,
  currentValue,
  failure,
  i3xAnswer,
  instance,
  namespace,
  objectType,
  pastValues,
  related,
  relationshipType,
  serverInfo,
} from '../i3x/shapes.js'
import { currentValues, type I3xValueSources, pastValuesOf } from '../i3x/values.js'
import { pageOfList } from '../pages.js'
import { PARAMETERS, parameterFault } from '../parameters.js'
import { readJson } from '../posted.js'
import { ProblemError } from '../problem.js'
import type { Server } from '../server.js'
import type { KpiFigures } from '../sources/kpis.js'
import type { KnownPlants } from '../sources/plants.js'

/** Version 1 of i3X, after the address that programs are given: `…/i3x`. */
export const I3X = '/i3x/v1'
const tags = ['i3x']

/** Objects of one answer, and records of related ones. */
const OBJECTS_MAX = 10_000
/** Relations that the metadata of one answer name. */
const RELATIONS_MAX = 50_000
const RELATIONS_CUT = `The metadata of an answer name at most ${RELATIONS_MAX} relations: ask for fewer objects, or by /objects/related.`
const IDS_MAX = 1_000
const BODY_BYTES_MAX = 512 * 1024

export interface I3xSources extends I3xValueSources, Pick<KnownPlants, 'plants'>, Pick<KpiFigures, 'catalogue'> {}

/** Whatever comes under i3X answers in its words, and gzipped for those who take it, as the guide demands of every answer. */
export const i3xRoute = {
  config: { right: 'view' },
  errorHandler: sendI3xFailure,
  onSend: gzippedEach,
} as const

export const i3xPost = { ...i3xRoute, preValidation: readJson, bodyLimit: BODY_BYTES_MAX } as const

export const failures = { 400: failure, 401: failure, 403: failure }

export const elementIds = z.array(z.string().min(1).max(400)).max(IDS_MAX)
export const maxDepth = z
  .number()
  .int()
  .min(0)
  .max(1_000)
  .default(1)
  .describe('0: components of components and so on; 1: none; more: so many levels')

const isTrue = z.stringbool().optional()

export const spaceOf = (sources: I3xSources) => new AddressSpace(sources.plants(), sources.catalogue)

export function i3xRoutes(server: Server, sources: I3xSources): void {
  exploreRoutes(server, sources)
  objectRoutes(server, sources)
  relatedRoute(server, sources)
  valueRoute(server, sources)
  historyRoute(server, sources)
  for (const path of ['objects/value', 'objects/history']) {
    server.put(
      `${I3X}/${path}`,
      { ...i3xRoute, schema: { tags, summary: 'Nothing is written by i3X: 501', response: { 501: failure } } },
      () => {
        throw new ProblemError(501, 'Nothing is written by i3X here: devices send over MQTT, HJ 212, Modbus or OPC UA.')
      },
    )
  }
}

function exploreRoutes(server: Server, sources: I3xSources): void {
  const info = {
    specVersion: '1.0',
    serverName: 'Greengauge',
    capabilities: {
      query: { history: true },
      update: { current: false, history: false },
      subscribe: { stream: false },
    },
  }
  server.get(
    `${I3X}/info`,
    {
      ...i3xRoute,
      config: { right: null },
      schema: { tags, summary: 'What this server of i3X 1.0 can do', response: { 200: i3xAnswer(serverInfo) } },
    },
    () => ({ success: true as const, result: info }),
  )
  server.get(
    `${I3X}/namespaces`,
    { ...i3xRoute, schema: { tags, summary: 'Namespaces of types', response: { 200: i3xAnswer(z.array(namespace)) } } },
    () => ({ success: true as const, result: [...I3X_NAMESPACES] }),
  )
  typeRoutes(server, 'objecttypes', 'Object types', objectType, () => spaceOf(sources).types)
  typeRoutes(server, 'relationshiptypes', 'Relationship types', relationshipType, () => I3X_RELATIONSHIPS)
}

/** Types of one sort: all, those of a namespace, and those of some ids. */
function typeRoutes<T extends { readonly elementId: string; readonly namespaceUri: string }>(
  server: Server,
  path: string,
  name: string,
  shape: z.ZodType<T>,
  types: () => readonly T[],
): void {
  const querystring = z.object({ namespaceUri: z.string().max(400).optional() })
  server.get(
    `${I3X}/${path}`,
    {
      ...i3xRoute,
      schema: {
        tags,
        summary: `${name}, or those of one namespace`,
        querystring,
        response: { 200: i3xAnswer(z.array(shape)), ...failures },
      },
    },
    ({ query }) => {
      const { namespaceUri } = query as z.infer<typeof querystring>
      const result = types().filter((type) => namespaceUri === undefined || type.namespaceUri === namespaceUri)
      return { success: true, result } as never
    },
  )
  const body = z.object({ elementIds })
  server.post(
    `${I3X}/${path}/query`,
    {
      ...i3xPost,
      schema: { tags, summary: `${name} by their ids`, body, response: { 200: bulkOf(shape), ...failures } },
    },
    ({ body: { elementIds } }) => {
      const byId = new Map(types().map((type) => [type.elementId, type]))
      return bulk('elementId', elementIds, (id) => {
        const result = byId.get(id)
        return result === undefined ? noElement(id) : { result }
      }) as never
    },
  )
}

function objectRoutes(server: Server, sources: I3xSources): void {
  server.get(
    `${I3X}/objects`,
    {
      ...i3xRoute,
      schema: {
        tags,
        summary: `Objects: the tree first, then figures; 206 when there are more than a page of ${OBJECTS_MAX}`,
        querystring: z.object({
          typeElementId: z.string().max(400).optional(),
          includeMetadata: isTrue,
          root: isTrue,
          cursor: PARAMETERS.cursor.optional().describe('beside the guide: `cursor` of the detail of the page before'),
          limit: PARAMETERS.limit.default(OBJECTS_MAX).describe('beside the guide: objects of a page'),
        }),
        response: { 200: i3xAnswer(z.array(instance)), 206: i3xAnswer(z.array(instance)), ...failures },
      },
    },
    async ({ query }, reply) => {
      const { typeElementId, includeMetadata = false, root = false } = query
      const space = spaceOf(sources)
      const wanted: I3xElement[] = []
      for (const element of root ? [{ kind: 'gateway' } as const] : space.all()) {
        if (typeElementId === undefined || space.typeIdOf(element) === typeElementId) wanted.push(element)
      }
      const { items, next } = pageOfList(wanted, query)
      const relations = relationsFor(includeMetadata)
      const result = items.map((element) => space.record(element, relations))
      const isCut = relations?.isCut === true
      if (next === null && !isCut) return { success: true as const, result }
      const more = `There are more: ask again with cursor=${next}, or for objects of one type, or by /objects/related.`
      const detail = [...(next === null ? [] : [more]), ...(isCut ? [RELATIONS_CUT] : [])].join(' ')
      return reply.code(206).send({ success: true, result, responseDetail: detailOf(206, detail) })
    },
  )
  server.post(
    `${I3X}/objects/list`,
    {
      ...i3xPost,
      schema: {
        tags,
        summary: 'Objects by their ids',
        body: z.object({ elementIds, includeMetadata: z.boolean().default(false) }),
        response: { 200: bulkOf(instance), 206: bulkOf(instance), ...failures },
      },
    },
    ({ body: { elementIds, includeMetadata } }, reply) => {
      const space = spaceOf(sources)
      const relations = relationsFor(includeMetadata)
      const answer = bulk('elementId', elementIds, (id) => {
        const element = space.find(id)
        return element === null ? noElement(id) : { result: space.record(element, relations) }
      })
      if (relations?.isCut !== true) return answer as never
      return reply.code(206).send({ ...answer, responseDetail: detailOf(206, RELATIONS_CUT) } as never) as never
    },
  )
}

function relatedRoute(server: Server, sources: I3xSources): void {
  server.post(
    `${I3X}/objects/related`,
    {
      ...i3xPost,
      schema: {
        tags,
        summary: `Objects that others are related to; 206 when there are more than ${OBJECTS_MAX}`,
        body: z.object({
          elementIds,
          relationshipType: z.string().max(400).nullish(),
          includeMetadata: z.boolean().default(false),
        }),
        response: { 200: bulkOf(z.array(related)), 206: bulkOf(z.array(related)), ...failures },
      },
    },
    ({ body: { elementIds, relationshipType = null, includeMetadata } }, reply) => {
      const space = spaceOf(sources)
      const relations = relationsFor(includeMetadata)
      let left = OBJECTS_MAX
      let isCut = false
      const answer = bulk('elementId', elementIds, (id) => {
        const element = space.find(id)
        if (element === null) return noElement(id)
        const edges = space.edges(element).filter(([type]) => relationshipType === null || type === relationshipType)
        const told = edges.slice(0, left)
        left -= told.length
        isCut ||= told.length < edges.length
        return {
          result: told.map(([type, to]) => ({ sourceRelationship: type, object: space.record(to, relations) })),
        }
      })
      const hasLessMetadata = relations?.isCut === true
      if (!isCut && !hasLessMetadata) return answer as never
      const fewer = `An answer has at most ${OBJECTS_MAX} related objects: ask for fewer ids, or for one relationshipType.`
      const detail = [...(isCut ? [fewer] : []), ...(hasLessMetadata ? [RELATIONS_CUT] : [])].join(' ')
      return reply.code(206).send({ ...answer, responseDetail: detailOf(206, detail) } as never) as never
    },
  )
}

function relationsFor(includeMetadata: boolean): RelationBudget | null {
  return includeMetadata ? new RelationBudget(RELATIONS_MAX) : null
}

function valueRoute(server: Server, sources: I3xSources): void {
  server.post(
    `${I3X}/objects/value`,
    {
      ...i3xPost,
      schema: {
        tags,
        summary: 'The newest value of each object, and of its components',
        body: z.object({ elementIds, maxDepth }),
        response: { 200: bulkOf(currentValue), 206: bulkOf(currentValue), ...failures },
      },
    },
    async ({ body: { elementIds, maxDepth } }, reply) => {
      const space = spaceOf(sources)
      const found = elementsById(space, elementIds)
      const wanted = [...found.values()].map((element) => ({ element, maxDepth }))
      const { values, isCut } = await currentValues(space, wanted, sources)
      const byId = new Map([...found.keys()].map((id, i) => [id, values[i]!]))
      const answer = bulk('elementId', elementIds, (id) => {
        const value = byId.get(id)
        if (value === undefined) return noElement(id)
        const { own, components } = value
        const isComposition = space.isComposition(found.get(id)!)
        const parts = components === undefined ? {} : { components: Object.fromEntries(components) }
        return { result: { isComposition, ...own, ...parts } }
      })
      if (!isCut) return answer as never
      const detail = 'There are more components than one answer has: ask for the rest by their ids.'
      return reply.code(206).send({ ...answer, responseDetail: detailOf(206, detail) } as never)
    },
  )
}

function historyRoute(server: Server, sources: I3xSources): void {
  const instant = z.iso.datetime({ offset: true })
  server.post(
    `${I3X}/objects/history`,
    {
      ...i3xPost,
      schema: {
        tags,
        summary: 'Values whose window starts in [startTime, endTime), oldest first',
        body: z.object({ elementIds: elementIds.default([]), startTime: instant, endTime: instant, maxDepth }),
        response: { 200: bulkOf(pastValues), 206: bulkOf(pastValues), ...failures },
      },
    },
    async ({ body: { elementIds, startTime, endTime, maxDepth } }, reply) => {
      const [fromMs, toMs] = [Date.parse(startTime), Date.parse(endTime)]
      if (fromMs > toMs) throw parameterFault('startTime', startTime, `an instant not after endTime, ${endTime}`)
      const space = spaceOf(sources)
      const found = elementsById(space, elementIds)
      const elements = [...found.values()]
      const { values, isCut } = await pastValuesOf(elements, { fromMs, toMs }, sources)
      const byId = new Map([...found.keys()].map((id, i) => [id, values[i]!]))
      const answer = bulk('elementId', elementIds, (id) => {
        const past = byId.get(id)
        if (past === undefined) return noElement(id)
        return { result: { isComposition: space.isComposition(found.get(id)!), values: past } }
      })
      const lacksComponents = maxDepth !== 1 && elements.some((element) => space.isComposition(element))
      if (!isCut && !lacksComponents) return answer as never
      const detail = isCut
        ? 'There are more values than one answer has: ask on from the last timestamp, and for fewer ids.'
        : 'The past of components is asked for by their own ids.'
      return reply.code(206).send({ ...answer, responseDetail: detailOf(206, detail) } as never)
    },
  )
}

/** Elements that there are, each once. */
export function elementsById(space: AddressSpace, ids: readonly string[]): Map<string, I3xElement> {
  const found = new Map<string, I3xElement>()
  for (const id of ids) {
    const element = found.has(id) ? null : space.find(id)
    if (element !== null && elementIdOf(element) === id) found.set(id, element)
  }
  return found
}
