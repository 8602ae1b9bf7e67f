import type { NodeId, ReferenceDescription } from 'node-opcua-client'
import type { OpcuaValue } from '../../base/opcua.js'
import { namespacesOf } from './node-ids.js'
import type { OpcuaSession } from './session.js'
import { variantContent } from './values.js'

/** A variable that a server has. */
export interface OpcuaVariable {
  /** As the settings take it: with the URI of its namespace, which no restart changes. */
  readonly node: string
  /** Browse names from below the node where the walk began. */
  readonly path: readonly string[]
  readonly type: string
  readonly value: OpcuaValue['value']
  /** Unit that the server states (EUInformation); null where it states none. */
  readonly unit: string | null
  /** Symbol of the StatusCode of its value. */
  readonly status: string
  /** The server keeps its history. */
  readonly hasHistory: boolean
}

export interface BrowseBounds {
  /** Node id to begin at. */
  readonly from: string
  readonly variablesMax: number
}

/** Hierarchical references, and the kind of them that leads to the properties of a node. Source: OPC 10000-5. */
const HIERARCHICAL = 'i=33'
const PROPERTY = 'i=46'
/** The server's own state and capabilities: nobody subscribes to them here. */
const SERVER_OBJECT = 'ns=0;i=2253'
const OBJECTS_AND_VARIABLES = 3
const ALL_RESULTS = 63
const PATH_MAX = 30
/** Nodes that are looked at for each variable that is wanted, at most. */
const LOOKED_AT_MAX = 50

interface WalkPlace {
  readonly nodeId: NodeId
  readonly path: readonly string[]
  readonly isVariable: boolean
}

/** Walks through the nodes of a server, nearest first, and gives its variables. Rejects with an `OpcuaFault`. */
export async function* browseVariables(
  at: OpcuaSession,
  { from, variablesMax }: BrowseBounds,
): AsyncGenerator<OpcuaVariable> {
  const namespaces = await asked(at, () => namespacesOf(at))
  const queue: WalkPlace[] = [{ nodeId: at.library.coerceNodeId(from), path: [], isVariable: false }]
  const seen = new Set<string>([queue[0]!.nodeId.toString(), SERVER_OBJECT])
  let found = 0
  for (let next = 0; next < queue.length && next < LOOKED_AT_MAX * variablesMax; next++) {
    const place = queue[next]!
    const references = await asked(at, () => referencesOf(at, place.nodeId))
    const isProperty = ({ referenceTypeId }: ReferenceDescription): boolean =>
      referenceTypeId.toString().endsWith(PROPERTY)
    if (place.isVariable) {
      const unitNode = references.find((one) => isProperty(one) && one.browseName.name === 'EngineeringUnits')
      yield await asked(at, () => variableOf(at, place, unitNode?.nodeId ?? null, namespaces))
      if (++found >= variablesMax) return
    }
    for (const reference of references.filter((one) => !isProperty(one))) {
      const key = reference.nodeId.toString()
      if (seen.has(key) || place.path.length >= PATH_MAX) continue
      seen.add(key)
      const path = [...place.path, reference.browseName.name ?? '']
      const isVariable = reference.nodeClass === at.library.NodeClass.Variable
      queue.push({ nodeId: reference.nodeId as NodeId, path, isVariable })
    }
  }
}

async function asked<T>({ faultOf }: OpcuaSession, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw faultOf(error)
  }
}

async function referencesOf(
  { library, session }: OpcuaSession,
  nodeId: NodeId,
): Promise<readonly ReferenceDescription[]> {
  let result = await session.browse({
    nodeId,
    browseDirection: library.BrowseDirection.Forward,
    referenceTypeId: HIERARCHICAL,
    includeSubtypes: true,
    nodeClassMask: OBJECTS_AND_VARIABLES,
    resultMask: ALL_RESULTS,
  })
  const references = [...(result.references ?? [])]
  while (
    result.continuationPoint !== undefined &&
    result.continuationPoint !== null &&
    result.continuationPoint.length > 0
  ) {
    result = await session.browseNext(result.continuationPoint, false)
    references.push(...(result.references ?? []))
  }
  return references
}

async function variableOf(
  { library, session }: OpcuaSession,
  { nodeId, path }: WalkPlace,
  unitNode: unknown,
  namespaces: readonly string[],
): Promise<OpcuaVariable> {
  const { AttributeIds } = library
  const wanted = [
    { nodeId, attributeId: AttributeIds.Value },
    { nodeId, attributeId: AttributeIds.Historizing },
    ...(unitNode === null ? [] : [{ nodeId: unitNode as NodeId, attributeId: AttributeIds.Value }]),
  ]
  const [value, historizing, unit] = await session.read(wanted)
  const stated = unit?.value?.value as { readonly displayName?: { readonly text?: string | null } } | null | undefined
  return {
    node: portable(nodeId.toString(), namespaces),
    path,
    ...variantContent(library, value?.value, false),
    unit: stated?.displayName?.text ?? null,
    status: value?.statusCode.name ?? 'Bad',
    hasHistory: historizing?.value?.value === true,
  }
}

/** `ns=2;…` with the URI of the namespace in place of its index. */
function portable(nodeId: string, namespaces: readonly string[]): string {
  const [, index, rest] = /^ns=(\d+);(.+)$/s.exec(nodeId) ?? []
  if (index === undefined || rest === undefined) return nodeId
  if (index === '0') return rest
  const uri = namespaces[Number(index)]
  return uri === undefined || uri.includes(';') ? nodeId : `nsu=${uri};${rest}`
}
