import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { parse } from 'yaml'

/** Faults that a schema of an OpenAPI 3.1 document finds in a value, as paths with what is wrong there. */
export function schemaFaults(document: string, schema: string, value: unknown): readonly string[] {
  const { components } = parse(document) as { readonly components: object }
  return faultsBy({ components, $ref: `#/components/schemas/${schema}` }, value)
}

/** Faults that a JSON Schema finds in a value, as paths with what is wrong there. */
export function faultsBy(schema: object, value: unknown): readonly string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  formats.default(ajv)
  for (const name of ['decimal', 'urn']) ajv.addFormat(name, true)
  const validate = ajv.compile(schema)
  validate(value)
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}
