/** The part of JSON Schema that the configuration's schema uses. */
export interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly description?: string
  /** Words that are proposed, where any other may be right too. */
  readonly examples?: readonly unknown[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly oneOf?: readonly JsonSchema[]
  readonly anyOf?: readonly JsonSchema[]
}

export type KeyPath = readonly (string | number)[]

/** The schema of a setting; numbers in the path are elements of lists. Null where the schema has no such setting. */
export function schemaAt(root: JsonSchema, path: KeyPath): JsonSchema | null {
  let here: JsonSchema | undefined = root
  for (const part of path) here = typeof part === 'number' ? here?.items : here?.properties?.[part]
  return here ?? null
}

/** The shape of an element: of several kinds, the one that its `type` names, else the first. */
export function shapeOf(schema: JsonSchema, value: Readonly<Record<string, unknown>>): JsonSchema {
  if (schema.oneOf === undefined) return schema
  const fits = schema.oneOf.find(({ properties }) => properties?.type?.const === value.type)
  return fits ?? schema.oneOf[0] ?? schema
}

/** The words for `type` among which kinds of an element are told apart. */
export function kindsOf({ oneOf = [] }: JsonSchema): readonly string[] {
  return oneOf.flatMap(({ properties }) => {
    const kind = properties?.type?.const
    return typeof kind === 'string' ? [kind] : []
  })
}

export type FieldKind =
  | 'text'
  | 'number'
  | 'truth'
  | 'choice'
  | 'choices'
  | 'texts'
  | 'numbers'
  | 'map'
  | 'rows'
  | 'other'

const SCALARS: Readonly<Record<string, FieldKind>> = {
  string: 'text',
  number: 'number',
  integer: 'number',
  boolean: 'truth',
  object: 'map',
}

/** The control that a setting takes; `other` is left to the text of the file. */
export function kindOf(schema: JsonSchema): FieldKind {
  if (schema.enum !== undefined) return 'choice'
  if (Array.isArray(schema.type)) return 'number'
  if (schema.type === 'array') return kindOfList(schema.items)
  if (schema.type === 'object' && schema.properties === undefined) return 'other'
  return SCALARS[String(schema.type)] ?? 'other'
}

function kindOfList(items: JsonSchema | undefined): FieldKind {
  if (items?.enum !== undefined) return 'choices'
  if (items?.type === 'object' && items.properties !== undefined) return 'rows'
  if (items?.type === 'string') return 'texts'
  return items?.type === 'number' || items?.type === 'integer' ? 'numbers' : 'other'
}
