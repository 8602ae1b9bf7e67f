import { z } from 'zod'
import { type KpiInfo, type Scope, WINDOWS, type Window } from '../../base/kpi.js'
import type { DeviceNode, LineNode, LocalizedNames, PlantNode } from '../../base/wire.js'
import {
  deviceValue,
  figureValue,
  gatewayValue,
  type I3xNamespace,
  type I3xObject,
  type I3xObjectType,
  type I3xRelationshipType,
  lineValue,
  plantValue,
} from './shapes.js'

/** Address space of i3X: the gateway, its plants, their lines, their devices, and the figures of which each is composed. */

const NAMESPACES = {
  i3x: { uri: 'https://cesmii.org/i3x', displayName: 'i3X' },
  // Levels of equipment after ISA-95, though their attributes are ours.
  isa95: { uri: 'https://www.isa.org/isa95?projection=greengauge', displayName: 'ISA-95, as Greengauge has it' },
  figures: { uri: 'urn:greengauge:figures', displayName: 'Figures of Greengauge' },
} as const

export const I3X_NAMESPACES: readonly I3xNamespace[] = Object.values(NAMESPACES)

const REVERSES = {
  HasParent: 'HasChildren',
  HasChildren: 'HasParent',
  HasComponent: 'ComponentOf',
  ComponentOf: 'HasComponent',
} as const
type Relationship = keyof typeof REVERSES

export const I3X_RELATIONSHIPS: readonly I3xRelationshipType[] = (Object.keys(REVERSES) as Relationship[]).map(
  (name) => ({
    elementId: name,
    displayName: name,
    namespaceUri: NAMESPACES.i3x.uri,
    relationshipId: name,
    reverseOf: REVERSES[name],
  }),
)

/** Semantic version of all types; a change of the shape of a value counts it up. */
const TYPES_VERSION = '1.0.0'

const EQUIPMENT_TYPES = {
  gateway: { id: 'types/enterprise', source: 'Enterprise', name: 'Gateway', schema: z.toJSONSchema(gatewayValue) },
  plant: { id: 'types/site', source: 'Site', name: 'Plant', schema: z.toJSONSchema(plantValue) },
  line: { id: 'types/line', source: 'WorkCenter', name: 'Line', schema: z.toJSONSchema(lineValue) },
  device: { id: 'types/device', source: 'WorkUnit', name: 'Device', schema: z.toJSONSchema(deviceValue) },
} as const

const FIGURE_SCHEMA = z.toJSONSchema(figureValue)
const GATEWAY_ID = 'gateway'

interface InPlant {
  readonly plant: PlantNode
}
interface InLine extends InPlant {
  readonly line: LineNode
}

/** A plant, line or device, of which there are figures. */
export type FigureMember =
  | ({ readonly kind: 'plant' } & InPlant)
  | ({ readonly kind: 'line' } & InLine)
  | ({ readonly kind: 'device'; readonly device: DeviceNode } & InLine)

export interface FigureElement {
  readonly kind: 'figure'
  readonly of: FigureMember
  readonly kpi: KpiInfo
  readonly window: Window
}

export type I3xElement = { readonly kind: 'gateway' } | FigureMember | FigureElement

const typeIdOf = (kpi: string) => `kpis/${kpi}`

export function elementIdOf(element: I3xElement): string {
  switch (element.kind) {
    case 'gateway':
      return GATEWAY_ID
    case 'plant':
      return `plants/${element.plant.id}`
    case 'line':
      return `plants/${element.plant.id}/lines/${element.line.id}`
    case 'device':
      return `plants/${element.plant.id}/devices/${element.device.id}`
    case 'figure':
      return `${elementIdOf(element.of)}/kpis/${element.kpi.id}/${element.window}`
  }
}

/** The scope of figures of a member, and its id there. */
export function memberName(of: FigureMember): { readonly plant: string; readonly scope: Scope; readonly id: string } {
  const id = of.kind === 'plant' ? of.plant.id : of.kind === 'line' ? of.line.id : of.device.id
  return { plant: of.plant.id, scope: of.kind, id }
}

/** Bound on the relations that the metadata of one answer name. */
export class RelationBudget {
  #left: number
  /** True when some relation was left out, or may have been. */
  isCut = false

  constructor(relationsMax: number) {
    this.#left = relationsMax
  }

  get hasRoom(): boolean {
    return this.#left > 0
  }

  /** False when there is no room for another one. */
  take(): boolean {
    if (this.hasRoom) this.#left--
    else this.isCut = true
    return !this.isCut
  }
}

export class AddressSpace {
  readonly types: readonly I3xObjectType[]

  constructor(
    readonly plants: readonly PlantNode[],
    readonly catalogue: readonly KpiInfo[],
  ) {
    const equipment = Object.values(EQUIPMENT_TYPES).map(({ id, source, name, schema }) => {
      return typeOf(id, name, NAMESPACES.isa95.uri, source, schema)
    })
    const figures = catalogue.map(({ id, name }) => {
      return typeOf(typeIdOf(id), name.en, NAMESPACES.figures.uri, id, FIGURE_SCHEMA)
    })
    this.types = [...equipment, ...figures]
  }

  /** The tree level by level, and then the figures of plants, of lines and of devices. */
  *all(): Generator<I3xElement> {
    yield { kind: 'gateway' }
    const kinds = ['plant', 'line', 'device'] as const
    for (const kind of kinds) yield* this.#members(kind)
    for (const kind of kinds) for (const member of this.#members(kind)) yield* this.components(member)
  }

  *#members(kind: FigureMember['kind']): Generator<FigureMember> {
    for (const plant of this.plants) {
      if (kind === 'plant') yield { kind, plant }
      if (kind === 'line') for (const line of plant.lines) yield { kind, plant, line }
      if (kind === 'device') {
        for (const line of plant.lines) for (const device of line.devices) yield { kind, plant, line, device }
      }
    }
  }

  /** null for an id that names nothing. */
  find(id: string): I3xElement | null {
    if (id === GATEWAY_ID) return { kind: 'gateway' }
    const [, member = '', kpiId, window] = /^(.+?)(?:\/kpis\/([^/]+)\/([^/]+))?$/.exec(id) ?? []
    const of = this.#member(member)
    if (of === null || kpiId === undefined) return of
    const kpi = this.catalogue.find((one) => one.id === kpiId)
    const known = WINDOWS.find((one) => one === window)
    if (kpi === undefined || known === undefined) return null
    return kpi.windows.includes(known) && kpi.scopes.includes(of.kind)
      ? { kind: 'figure', of, kpi, window: known }
      : null
  }

  #member(id: string): FigureMember | null {
    const [, plantId, level, name] = /^plants\/([^/]+)(?:\/(lines|devices)\/([^/]+))?$/.exec(id) ?? []
    const plant = this.plants.find((one) => one.id === plantId)
    if (plant === undefined) return null
    if (level === undefined) return { kind: 'plant', plant }
    for (const line of plant.lines) {
      if (level === 'lines' && line.id === name) return { kind: 'line', plant, line }
      const device = level === 'devices' ? line.devices.find((one) => one.id === name) : undefined
      if (device !== undefined) return { kind: 'device', plant, line, device }
    }
    return null
  }

  /** Figures that a plant, line or device is composed of: all that the catalogue has for its scope. */
  components(of: FigureMember): FigureElement[] {
    return this.catalogue
      .filter(({ scopes }) => scopes.includes(of.kind))
      .flatMap((kpi) => kpi.windows.map((window): FigureElement => ({ kind: 'figure', of, kpi, window })))
  }

  edges(of: I3xElement): [Relationship, I3xElement][] {
    if (of.kind === 'figure') return [['ComponentOf', of.of]]
    const children = this.#children(of).map((one): [Relationship, I3xElement] => ['HasChildren', one])
    if (of.kind === 'gateway') return children
    const components = this.components(of).map((one): [Relationship, I3xElement] => ['HasComponent', one])
    return [['HasParent', parentOf(of)], ...children, ...components]
  }

  #children(of: Exclude<I3xElement, FigureElement>): FigureMember[] {
    switch (of.kind) {
      case 'gateway':
        return this.plants.map((plant) => ({ kind: 'plant', plant }))
      case 'plant':
        return of.plant.lines.map((line) => ({ kind: 'line', plant: of.plant, line }))
      case 'line':
        return of.line.devices.map((device) => ({ kind: 'device', plant: of.plant, line: of.line, device }))
      case 'device':
        return []
    }
  }

  typeIdOf(element: I3xElement): string {
    return element.kind === 'figure' ? typeIdOf(element.kpi.id) : EQUIPMENT_TYPES[element.kind].id
  }

  isComposition(element: I3xElement): boolean {
    return element.kind !== 'gateway' && element.kind !== 'figure' && this.components(element).length > 0
  }

  /** @param metadata what is left of the relations of the answer; null for an object without metadata */
  record(element: I3xElement, metadata: RelationBudget | null): I3xObject {
    const parent = element.kind === 'gateway' ? null : element.kind === 'figure' ? element.of : parentOf(element)
    const bare: I3xObject = {
      elementId: elementIdOf(element),
      displayName: displayNameOf(element),
      typeElementId: this.typeIdOf(element),
      parentId: parent === null ? null : elementIdOf(parent),
      isComposition: this.isComposition(element),
      isExtended: false,
    }
    if (metadata === null) return bare
    const isFigure = element.kind === 'figure'
    return {
      ...bare,
      metadata: {
        ...(isFigure ? { description: `${element.kpi.formula} (${element.kpi.source})` } : {}),
        typeNamespaceUri: isFigure ? NAMESPACES.figures.uri : NAMESPACES.isa95.uri,
        sourceTypeId: isFigure ? element.kpi.id : EQUIPMENT_TYPES[element.kind].source,
        relationships: this.#relationships(element, metadata),
      },
    }
  }

  #relationships(element: I3xElement, budget: RelationBudget): Record<string, string | string[]> {
    const named: Record<string, string | string[]> = {}
    // Edges of thousands of objects are not even listed once there is no room.
    if (!budget.hasRoom) budget.isCut = true
    const edges = budget.hasRoom ? this.edges(element) : []
    for (const [type, to] of edges) {
      if (!budget.take()) break
      const id = elementIdOf(to)
      if (type === 'HasParent' || type === 'ComponentOf') {
        named[type] = id
        continue
      }
      const several = named[type]
      if (Array.isArray(several)) several.push(id)
      else named[type] = [id]
    }
    return named
  }
}

function typeOf(elementId: string, displayName: string, namespaceUri: string, sourceTypeId: string, schema: object) {
  return { elementId, displayName, namespaceUri, sourceTypeId, version: TYPES_VERSION, schema: { ...schema } }
}

function parentOf(of: FigureMember): I3xElement {
  if (of.kind === 'plant') return { kind: 'gateway' }
  return of.kind === 'line' ? { kind: 'plant', plant: of.plant } : { kind: 'line', plant: of.plant, line: of.line }
}

function displayNameOf(element: I3xElement): string {
  switch (element.kind) {
    case 'gateway':
      return 'Greengauge'
    case 'plant':
      return nameIn(element.plant.name, element.plant.id)
    case 'line':
      return nameIn(element.line.name, element.line.id)
    case 'device':
      return element.device.id
    case 'figure':
      return `${element.kpi.name.en} (${element.window})`
  }
}

const nameIn = ({ en, zh }: LocalizedNames, id: string) => en ?? zh ?? id
