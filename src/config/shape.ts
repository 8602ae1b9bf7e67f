import { z } from 'zod'
import { configSchema } from './schema.js'

/** Questions to the schema about one place in the configuration, for error messages and for values that come as text. */

export type SettingPath = readonly PropertyKey[]

/** Dotted, with list positions in brackets: `plants[0].devices[2].line`. */
export function pathText(path: SettingPath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return text === '' ? String(part) : `${text}.${String(part)}`
  }, '')
}

/** The keys that may stand at a path; empty where the schema has no fixed keys. */
export function keysAt(path: SettingPath): readonly string[] {
  return [...new Set(schemasAt(path).flatMap((schema) => Object.keys(shapeOf(schema))))]
}

/** Purpose of the setting at a path; '' where the schema does not say. */
export function descriptionAt(path: SettingPath): string {
  return schemasAt(path).find((schema) => schema.description !== undefined)?.description ?? ''
}

export interface ScalarSetting {
  readonly path: readonly string[]
  /** Taken as it is: text that looks like a number stays text. */
  readonly isText: boolean
}

/** Every setting that an environment variable or a flag can give: those that are not in a list. */
export const SCALAR_SETTINGS: readonly ScalarSetting[] = scalarsBelow(configSchema, [])

function scalarsBelow(schema: z.core.$ZodType, path: readonly string[]): ScalarSetting[] {
  const bare = unwrapped(schema)
  if (bare instanceof z.ZodArray || bare instanceof z.ZodRecord) return []
  if (bare instanceof z.ZodObject) {
    return Object.entries(bare.shape).flatMap(([key, inner]) => scalarsBelow(inner as z.core.$ZodType, [...path, key]))
  }
  return [{ path, isText: bare instanceof z.ZodString || bare instanceof z.ZodEnum }]
}

/** All schemas that can stand at a path (several where a union offers several), wrapped and bare. */
function schemasAt(path: SettingPath): z.ZodType[] {
  let here: z.ZodType[] = alternatives(configSchema)
  for (const part of path) here = here.flatMap((schema) => childrenOf(schema, part)).flatMap(alternatives)
  return here
}

function childrenOf(schema: z.ZodType, part: PropertyKey): z.core.$ZodType[] {
  if (schema instanceof z.ZodArray) return [schema.element]
  if (schema instanceof z.ZodRecord) return [schema.valueType]
  const shape = shapeOf(schema)
  const child = typeof part === 'string' && Object.hasOwn(shape, part) ? shape[part] : undefined
  return child === undefined ? [] : [child]
}

function shapeOf(schema: z.ZodType): Readonly<Record<string, z.core.$ZodType>> {
  return schema instanceof z.ZodObject ? schema.shape : {}
}

function alternatives(schema: z.core.$ZodType): z.ZodType[] {
  const bare = unwrapped(schema)
  const inner = bare instanceof z.ZodUnion ? bare.options.flatMap(alternatives) : [bare]
  return schema === bare ? inner : [schema as z.ZodType, ...inner]
}

/** The schema without the wrappers that only say what happens when nothing is given, and before any conversion. */
function unwrapped(schema: z.core.$ZodType): z.ZodType {
  if (schema instanceof z.ZodPipe) return unwrapped(schema.def.in)
  if (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodReadonly
  ) {
    return unwrapped(schema.def.innerType)
  }
  return schema as z.ZodType
}
