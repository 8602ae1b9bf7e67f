import { ANSWERS_ZH } from './answers.zh.js'
import { CHECKS_ZH } from './checks.zh.js'
import { CLIENTS_ZH } from './clients.zh.js'
import { OBSTACLES_ZH } from './obstacles.zh.js'
import { REFUSALS_ZH } from './refusals.zh.js'
import { REMOVALS_ZH } from './removals.zh.js'
import { RULES_ZH } from './rules.zh.js'
import { SHAPE_ZH } from './shape.zh.js'
import { STORES_ZH } from './stores.zh.js'
import { TABLES_ZH } from './tables.zh.js'

/** Words of rules in Chinese. The gateway says them in English, and those words are the key of their translation. */

interface Template {
  readonly pattern: RegExp
  readonly chinese: string
  /** Letters that are no placeholder: the more, the surer a template is meant. */
  readonly weight: number
  /** Parts between semicolons. */
  readonly parts: number
}

const HOLE = /\{\d\}/

/** The purpose of a setting stands in brackets behind its remedy, in English alone: it is left out. */
const DESCRIPTION = '(?: \\(.*\\))?'

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

function templateOf([english, chinese]: readonly [string, string]): Template {
  const parts = english.split(HOLE)
  const pattern = new RegExp(`^${parts.map(escaped).join('(.*?)')}${DESCRIPTION}$`, 's')
  return { pattern, chinese, weight: parts.join('').length, parts: english.split('; ').length }
}

const TABLE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...ANSWERS_ZH,
    ...RULES_ZH,
    ...SHAPE_ZH,
    ...OBSTACLES_ZH,
    ...REMOVALS_ZH,
    ...STORES_ZH,
    ...TABLES_ZH,
    ...CHECKS_ZH,
    ...CLIENTS_ZH,
    ...REFUSALS_ZH,
  }),
)
let templates: readonly Template[] | null = null

/** Chinese for what the gateway says against a setting; the English itself where there is none. Names and values stay as they are. */
export function chineseOf(english: string): string {
  return TABLE.get(english) ?? filledIn(english, () => true) ?? english
}

/** The words of the surest template that fits, with what the sentence has in its places; null where none does. */
function filledIn(english: string, isMeant: (template: Template) => boolean): string | null {
  templates ??= [...TABLE].map(templateOf).sort((a, b) => b.weight - a.weight)
  for (const template of templates) {
    const found = isMeant(template) ? template.pattern.exec(english) : null
    if (found !== null)
      return template.chinese.replace(/\{(\d)\}/g, (_, at: string) => pieceOf(found[Number(at) + 1] ?? ''))
  }
  return null
}

/** Several sentences in a row, as checks say them: each is the longest run of parts that has Chinese words of as many parts. */
export function chineseOfAll(english: string): string {
  const parts = english.split('; ')
  const said: string[] = []
  for (let at = 0; at < parts.length; ) {
    let length = parts.length - at
    const run = () => parts.slice(at, at + length).join('; ')
    const found = () => TABLE.get(run()) ?? filledIn(run(), (template) => template.parts === length)
    while (length > 1 && found() === null) length--
    said.push(found() ?? run())
    at += length
  }
  return said.join('；')
}

/** Pieces of at least three words are sentences, kinds of values or hints; names have fewer. */
const SENTENCE = /^\S+ \S+ \S/

/** A piece that is put in: kinds of values and sentences have words of their own, names have none. */
function pieceOf(english: string): string {
  const bare = english.trimEnd()
  const known = TABLE.get(bare)
  if (known !== undefined) return known
  const said = SENTENCE.test(bare) ? chineseOf(bare) : bare
  return said === bare ? english : said
}
