import { readFileSync } from 'node:fs'

/** Named texts of a Markdown file; `<!-- name -->` stands before each. */
export type GuideTexts = ReadonlyMap<string, string>

/** GuideValues for the `{{names}}` in a text. */
export type GuideValues = Readonly<Record<string, string | number>>

const PART = /^<!-- ([\w-]+) -->$/m

/** A file beside this one, which the build puts beside the built module too. */
export function fileBeside(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8')
}

/** Reads the texts of a file beside this one, without the blank lines around each. */
export function textsIn(name: string): GuideTexts {
  const [, ...pieces] = fileBeside(name).split(PART)
  const texts = new Map<string, string>()
  for (let i = 0; i < pieces.length; i += 2) texts.set(pieces[i]!, pieces[i + 1]!.trim())
  return texts
}

/**
 * Puts values in the place of their names. Where a name stands first in an indented line, all lines of its value are
 * indented as it is; a line that is nothing but an empty value is left out. Throws for a name without a value.
 */
export function fillText(text: string, values: GuideValues): string {
  return text.replaceAll(/^( *)\{\{([\w.]+)\}\}(\n?)|\{\{([\w.]+)\}\}/gm, (_, indent, first, end, within) => {
    const name: string = first ?? within
    const value = values[name]
    if (value === undefined) throw new Error(`the guide has no value for {{${name}}}`)
    if (first === undefined) return String(value)
    return value === '' && end !== '' ? '' : `${indented(String(value), indent)}${end}`
  })
}

function indented(text: string, indent: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' || line.startsWith('    ') ? line : `${indent}${line}`))
    .join('\n')
}
