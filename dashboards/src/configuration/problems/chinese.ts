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
}

const HOLE = /\{\d\}/

/** The purpose of a setting stands in brackets behind its remedy, in English alone: it is left out. */
const DESCRIPTION = '(?: \\(.*\\))?'

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

function templateOf([english, chinese]: readonly [string, string]): Template {
  const parts = english.split(HOLE)
  const pattern = new RegExp(`^${parts.map(escaped).join('(.*?)')}${DESCRIPTION}$`, 's')
  return { pattern, chinese, weight: parts.join('').length }
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
  const whole = TABLE.get(english)
  if (whole !== undefined) return whole
  templates ??= [...TABLE].map(templateOf).sort((a, b) => b.weight - a.weight)
  for (const { pattern, chinese } of templates) {
    const found = pattern.exec(english)
    if (found === null) continue
    return chinese.replace(/\{(\d)\}/g, (_, at: string) => pieceOf(found[Number(at) + 1] ?? ''))
  }
  return english
}

/** Several sentences in a row, as checks say them: each is the shortest run of parts that has Chinese words. */
export function chineseOfAll(english: string): string {
  const parts = english.split('; ')
  const said: string[] = []
  for (let at = 0; at < parts.length; ) {
    const runs = parts.slice(at).map((_, more) => parts.slice(at, at + more + 1).join('; '))
    const known = runs.findIndex((run) => chineseOf(run) !== run)
    said.push(chineseOf(runs[Math.max(0, known)]!))
    at += Math.max(0, known) + 1
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
