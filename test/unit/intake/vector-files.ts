import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'

/** The files of rows in a folder of `test/cases`, by their names. */
export function vectorFiles<V>(version: 'mqtt' | 'mqtt5'): { readonly name: string; readonly vectors: readonly V[] }[] {
  const folder = new URL(`../../cases/${version}/`, import.meta.url)
  return readdirSync(folder).map((name) => ({
    name: name.replace('.yaml', ''),
    vectors: parse(readFileSync(new URL(name, folder), 'utf8')) as V[],
  }))
}
